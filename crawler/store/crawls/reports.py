"""Reports of crawls that are over, for the index of crawls: each stays here until it is known to be
there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from crawler.store.articles.documents import document_or_none
from crawler.store.tables import articles, crawls, firsts, visits
from crawler.store.transactions import Database

KILLED = "killed"
"""The outcome of a crawl whose worker ended before it; it is known when its source is crawled
again.
"""
DATES_LOOKED_AT = 500
"""Of how many articles of a crawl a report gives the dates."""


@dataclass(frozen=True, slots=True)
class Report:
    """One crawl that is over: its row, the rows of its visits, and the dates of the news that it
    brought.
    """

    crawl: dict[str, Any]
    visits: tuple[dict[str, Any], ...]
    news: tuple["Dated", ...]

    @property
    def id(self) -> int:
        return int(self.crawl["id"])

    @property
    def ended_at(self) -> datetime:
        """When it finished, or, where it was killed, when it was last seen at work; UTC."""
        seen = [self.crawl["started_at"], *(visit["at"] for visit in self.visits)]
        at: datetime = self.crawl["finished_at"] or max(seen)
        return at


@dataclass(frozen=True, slots=True)
class Dated:
    """`published` and `published_precision` of an article as it has them, and when it became
    searchable (UTC).
    """

    published: str
    precision: str
    searchable_at: datetime


class Reports:
    """Crawls whose report the index of crawls does not have yet. Every method is one
    transaction.
    """

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def waiting(self, size: int) -> list[Report]:
        """The oldest reports that nobody has told."""
        over = crawls.c.told_at.is_(None) & (
            crawls.c.finished_at.is_not(None) | (crawls.c.outcome == KILLED)
        )
        with self._reads.connect() as connection:
            query = select(crawls).where(over).order_by(crawls.c.id).limit(size)
            rows = connection.execute(query).mappings().all()
            return [_report(connection, dict(row)) for row in rows]

    def mark_sent(self, ids: Sequence[int], now: datetime) -> None:
        """These reports are in the index of crawls."""
        with self._writes.begin() as connection:
            connection.execute(update(crawls).where(crawls.c.id.in_(ids)).values(told_at=now))

    def send_again(self) -> None:
        """Every report waits again: the index of crawls is a new one."""
        with self._writes.begin() as connection:
            connection.execute(
                update(crawls).where(crawls.c.told_at.is_not(None)).values(told_at=None)
            )


def _report(connection: Connection, row: dict[str, Any]) -> Report:
    seen = connection.execute(
        select(visits).where(visits.c.crawl == row["id"]).order_by(visits.c.id)
    ).mappings()
    report = Report(row, tuple(map(dict, seen)), ())
    if row["finished_at"] and not row["counts"].get("new"):
        return report
    query = select(articles.c.id, articles.c.document, firsts.c.at)
    query = query.join(firsts, firsts.c.article == articles.c.id).where(
        articles.c.source == row["source"],
        articles.c.first_seen.between(row["started_at"], report.ended_at),
        articles.c.silent.is_(False),
        firsts.c.follows.is_(None),
    )
    rows = connection.execute(query.limit(DATES_LOOKED_AT))
    dates = [_dated(name, document, at) for name, document, at in rows]
    return replace(report, news=tuple(filter(None, dates)))


def _dated(name: str, document: str, searchable_at: datetime) -> Dated | None:
    article = document_or_none(name, document)
    if article is None:
        return None
    published = article.get("published")
    precision = article.get("published_precision")
    if not published or not precision:
        return None
    return Dated(published, precision, searchable_at)
