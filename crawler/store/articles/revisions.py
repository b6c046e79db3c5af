"""Earlier revisions of articles, and articles whose pages vanish: kept, and marked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from crawler.article import Article
from crawler.store.dialect import insert_or
from crawler.store.tables import articles, outbox, pages, revisions
from crawler.store.transactions import Database


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of an article: its title and text, since when Veille knows it, and when another
    one replaced it.
    """

    revision: int
    title: str
    text: str
    since: datetime
    replaced_at: datetime | None


class Revisions:
    """Every revision of an article. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def of(self, article: str) -> list[Revision]:
        """The revisions of an article, the first one first; none where there is no such article."""
        with self._reads.connect() as connection:
            row = connection.execute(select(articles).where(articles.c.id == article)).one_or_none()
            query = (
                select(revisions)
                .where(revisions.c.article == article)
                .order_by(revisions.c.revision)
            )
            earlier = connection.execute(query).all()
        if row is None:
            return []
        history: list[Revision] = []
        since: datetime = row.first_seen
        for past in earlier:
            history.append(Revision(past.revision, past.title, past.text, since, past.replaced_at))
            since = past.replaced_at
        document = orjson.loads(row.document)
        history.append(Revision(row.revision, document["title"], document["text"], since, None))
        return history


def keep_revision(connection: Connection, before: Article, now: datetime) -> None:
    """Keep the revision that another one replaces now, within the transaction that replaces it."""
    row = {"title": before.title, "text": before.text, "replaced_at": now}
    values = insert_or(connection, revisions).values(
        article=before.id, revision=before.revision, **row
    )
    connection.execute(values.on_conflict_do_nothing())


def mark_gone(connection: Connection, key: str, now: datetime, *, withdrawn: bool) -> None:
    """Mark the article of a page that vanished, or take it from the index where the page asks not
    to be indexed.

    Within the transaction that records the visit. The article itself is kept.
    """
    query = select(articles).join(pages, pages.c.article == articles.c.id)
    row = connection.execute(query.where(pages.c.key == key, articles.c.page == key)).one_or_none()
    if row is None:
        return
    document: dict[str, Any] = orjson.loads(row.document)
    if document.get("gone") and row.withdrawn == withdrawn:
        return
    document["gone"] = document.get("gone") or now.isoformat()
    values = {
        "document": orjson.dumps(document).decode(),
        "withdrawn": withdrawn,
        "updated_at": now,
    }
    connection.execute(update(articles).where(articles.c.id == row.id).values(values))
    queued = {"article": row.id, "delete": withdrawn, "queued_at": now, "tries": 0, "next_try": now}
    connection.execute(insert(outbox).values(queued))
