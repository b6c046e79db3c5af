"""The wordings of articles in the order in which they became searchable: what a stream hands on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_

from crawler.store.articles.documents import whole_documents
from crawler.store.tables import articles, firsts, revisions
from crawler.store.transactions import Database

Numbered = tuple[int, dict[str, Any] | None]
"""The row of a wording in the order of first indexing, and its article as it was worded then; None
where the article is not shown any more.
"""


class Wordings:
    """Every wording that became searchable. Read from the store, because an index may lack what is
    being indexed anew, and has the newest wording alone.
    """

    def __init__(self, database: Database) -> None:
        self._reads = database

    def after(self, seq: int, size: int) -> list[Numbered]:
        """The wordings behind a row, in order, at most `size`."""
        first = firsts.alias()
        first_at = func.coalesce(first.c.at, firsts.c.at).label("added")
        query = select(firsts, first_at).outerjoin(first, first.c.seq == firsts.c.follows)
        query = query.where(firsts.c.seq > seq).order_by(firsts.c.seq).limit(size)
        with self._reads.connect() as connection:
            rows = connection.execute(query).all()
            # Articles before their earlier wordings: one that is replaced in between is found among
            # these.
            newest = _newest(connection, {row.article for row in rows})
            earlier = _earlier(connection, rows, newest)
        return [(row.seq, _document(row, newest, earlier)) for row in rows]


Key = tuple[str, int]
"""An article and the number of its revision."""


def _newest(connection: Connection, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The articles that are shown, as they are worded now."""
    shown = articles.c.id.in_(list(ids)) & ~articles.c.withdrawn
    rows = connection.execute(select(articles.c.id, articles.c.document).where(shown))
    return dict(whole_documents(rows))


def _earlier(
    connection: Connection, rows: Sequence[Row[Any]], newest: dict[str, dict[str, Any]]
) -> dict[Key, tuple[str, str]]:
    """Title and text of the wordings that others have replaced."""
    replaced: list[Key] = []
    for row in rows:
        if row.article in newest and newest[row.article]["revision"] != row.revision:
            replaced.append((row.article, row.revision))
    if not replaced:
        return {}
    key = tuple_(revisions.c.article, revisions.c.revision)
    found = connection.execute(select(revisions).where(key.in_(replaced)))
    return {(row.article, row.revision): (row.title, row.text) for row in found}


def _document(
    row: Row[Any], newest: dict[str, dict[str, Any]], earlier: dict[Key, tuple[str, str]]
) -> dict[str, Any] | None:
    document = newest.get(row.article)
    if document is None:
        return None
    if document["revision"] != row.revision:
        wording = earlier.get((row.article, row.revision))
        if wording is None:
            return None
        title, text = wording
        # What else is told of an article is kept for its newest wording alone.
        own = {"title": title, "text": text, "lead": None, "words": len(text.split())}
        document = {**document, **own, "revision": row.revision}
    added: datetime = row.added
    stamps = {"indexed_at": row.at.isoformat(), "added": added.isoformat()}
    return {**document, **stamps}
