"""Headlines that changed between two revisions of an article, as they became searchable."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from sqlalchemy import Connection, select

from crawler.store.articles.documents import whole_documents
from crawler.store.tables import articles, firsts, revisions
from crawler.store.transactions import Database


@dataclass(frozen=True, slots=True)
class HeadlineChange:
    """What the headline of an article was, and what it became."""

    before: str
    after: str


class Headlines:
    """The headlines of revisions. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def changes(self, rows: Mapping[int, str]) -> dict[int, HeadlineChange]:
        """Of rows of `firsts`, given by number with their article: those whose headline differs
        from that of the revision which was searchable before, by more than spaces.
        """
        ids = sorted(set(rows.values()))
        with self._reads.connect() as connection:
            titles = _titles(connection, ids)
            steps = list(_steps(connection, ids))
        found: dict[int, HeadlineChange] = {}
        for number, before, after in steps:
            change = _change(titles.get(before), titles.get(after))
            if number in rows and change is not None:
                found[number] = change
        return found


_Revision = tuple[str, int]
"""An article, and the number of one of its revisions."""


def _titles(connection: Connection, ids: Collection[str]) -> dict[_Revision, str]:
    """The titles of every revision of these articles."""
    replaced = select(revisions.c.article, revisions.c.revision, revisions.c.title)
    replaced = replaced.where(revisions.c.article.in_(ids))
    titles = {(row.article, row.revision): row.title for row in connection.execute(replaced)}
    current = select(articles.c.id, articles.c.document).where(articles.c.id.in_(ids))
    for article, document in whole_documents(connection.execute(current)):
        titles[article, document["revision"]] = document["title"]
    return titles


def _steps(
    connection: Connection, ids: Collection[str]
) -> Iterator[tuple[int, _Revision, _Revision]]:
    """Each row with a row before it: its number, the revision before, and its own."""
    query = select(firsts.c.article, firsts.c.revision, firsts.c.seq)
    query = query.where(firsts.c.article.in_(ids)).order_by(firsts.c.article, firsts.c.seq)
    for article, rows in groupby(connection.execute(query), key=lambda row: str(row.article)):
        for before, after in pairwise(rows):
            yield after.seq, (article, before.revision), (article, after.revision)


def _change(before: str | None, after: str | None) -> HeadlineChange | None:
    if before is None or after is None or before.split() == after.split():
        return None
    return HeadlineChange(before, after)
