"""Earlier revisions of articles, what their pages showed instead of a text that stays, and articles
whose pages vanish: kept, and marked.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, func, insert, select, update

from crawler.article import Article
from crawler.policy.fullest import NotTaken
from crawler.store.articles.addresses import awaken_others
from crawler.store.articles.documents import document_or_none
from crawler.store.dialect import insert_or
from crawler.store.tables import articles, not_taken, outbox, pages, revisions
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


MOST_NOT_TAKEN = 20
"""Wordings that are kept of an article without being taken: a wall may say something else at each
visit.
"""


@dataclass(frozen=True, slots=True)
class ShownInstead:
    """A wording that the page of an article showed and that did not replace its text, because it is
    a part of it or another text (`reason`); since when, and when it was last shown.
    """

    reason: str
    title: str
    text: str
    since: datetime
    seen_at: datetime


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
        document = document_or_none(article, row.document)
        if document is not None:
            newest = Revision(row.revision, document["title"], document["text"], since, None)
            history.append(newest)
        return history

    def not_taken(self, article: str) -> list[ShownInstead]:
        """What the page of an article showed instead of its text, the first one first."""
        query = (
            select(not_taken)
            .where(not_taken.c.article == article)
            .order_by(not_taken.c.since, not_taken.c.mark)
        )
        with self._reads.connect() as connection:
            return [
                ShownInstead(row.reason, row.title, row.text, row.since, row.seen_at)
                for row in connection.execute(query)
            ]


def keep_revision(connection: Connection, before: Article, now: datetime) -> None:
    """Keep the revision that another one replaces now, within the transaction that replaces it."""
    row = {"title": before.title, "text": before.text, "replaced_at": now}
    values = insert_or(connection, revisions).values(
        article=before.id, revision=before.revision, **row
    )
    connection.execute(values.on_conflict_do_nothing())


def keep_not_taken(connection: Connection, article: str, shown: NotTaken, now: datetime) -> None:
    """Keep a wording that did not replace an article's, each one once, within the transaction that
    records the visit; no more than `MOST_NOT_TAKEN` of an article.
    """
    wording = f"{shown.title}\n{shown.text}".encode("utf-8", "replace")
    mark = hashlib.blake2b(wording, digest_size=16).hexdigest()
    this = (not_taken.c.article == article) & (not_taken.c.mark == mark)
    again = connection.execute(update(not_taken).where(this).values(seen_at=now))
    if again.rowcount:
        return
    count = select(func.count()).where(not_taken.c.article == article)
    if connection.execute(count).scalar_one() >= MOST_NOT_TAKEN:
        return
    row = {
        "article": article,
        "mark": mark,
        "reason": shown.reason,
        "title": shown.title,
        "text": shown.text,
        "since": now,
        "seen_at": now,
    }
    connection.execute(insert_or(connection, not_taken).values(row).on_conflict_do_nothing())


def mark_gone(connection: Connection, key: str, now: datetime, *, withdrawn: bool) -> None:
    """Mark the article of a page that vanished, or take it from the index where the page asks not
    to be indexed.

    Within the transaction that records the visit. The article itself is kept.
    """
    query = select(articles).join(pages, pages.c.article == articles.c.id)
    row = connection.execute(query.where(pages.c.key == key, articles.c.page == key)).one_or_none()
    if row is None:
        return
    document = document_or_none(row.id, row.document)
    if document is None:
        return
    if document.get("gone") and row.withdrawn == withdrawn:
        return
    document["gone"] = document.get("gone") or now.isoformat()
    values = {
        "document": orjson.dumps(document).decode(),
        "withdrawn": withdrawn,
        "updated_at": now,
    }
    connection.execute(update(articles).where(articles.c.id == row.id).values(values))
    if not withdrawn:
        awaken_others(connection, row.id, now)
    queued = {"article": row.id, "delete": withdrawn, "queued_at": now, "tries": 0, "next_try": now}
    connection.execute(insert(outbox).values(queued))
