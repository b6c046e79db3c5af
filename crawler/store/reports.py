"""Reports of crawls that are over, for the index of crawls: each stays here until it is known to be there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Engine, select, update

from crawler.store.tables import articles, crawls, visits

DATES_LOOKED_AT = 500
"""Of how many new articles of a crawl a report gives the dates."""


@dataclass(frozen=True, slots=True)
class Report:
    """One crawl that is over: its row, the rows of its visits, and the dates of the articles that it brought.

    `finished_at` is None where the crawl broke off. `dates` are pairs of `published` and `published_precision`, as the
    articles have them, of those that have any.
    """

    crawl: dict[str, Any]
    visits: tuple[dict[str, Any], ...]
    dates: tuple[tuple[str, str], ...]

    @property
    def id(self) -> int:
        return int(self.crawl["id"])

    @property
    def ended_at(self) -> datetime:
        """When it finished, or when it was last seen at work; UTC."""
        at: datetime = self.crawl["finished_at"] or max(
            [self.crawl["started_at"], *(visit["at"] for visit in self.visits)]
        )
        return at


class Reports:
    """Crawls whose report the index of crawls does not have yet. Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._reads = engine
        self._writes = engine.execution_options(writes=True)

    def waiting(self, size: int) -> list[Report]:
        """The oldest reports that nobody has told; a crawl that broke off is over when its source is crawled again."""
        later = crawls.alias("later")
        again = select(later.c.id).where(later.c.source == crawls.c.source, later.c.id > crawls.c.id).exists()
        over = crawls.c.told_at.is_(None) & (crawls.c.finished_at.is_not(None) | again)
        with self._reads.connect() as connection:
            query = select(crawls).where(over).order_by(crawls.c.id).limit(size)
            rows = [dict(row) for row in connection.execute(query).mappings()]
            found = []
            for row in rows:
                seen = connection.execute(select(visits).where(visits.c.crawl == row["id"]).order_by(visits.c.id))
                report = Report(row, tuple(dict(visit) for visit in seen.mappings()), ())
                new = articles.c.first_seen.between(row["started_at"], report.ended_at)
                brought = select(articles.c.document).where(articles.c.source == row["source"], new)
                documents = connection.execute(brought.limit(DATES_LOOKED_AT)).scalars() if _brought(row) else ()
                found.append(Report(row, report.visits, tuple(filter(None, map(_date, documents)))))
        return found

    def told(self, ids: Sequence[int], now: datetime) -> None:
        """These reports are in the index of crawls."""
        with self._writes.begin() as connection:
            connection.execute(update(crawls).where(crawls.c.id.in_(ids)).values(told_at=now))

    def tell_again(self) -> None:
        """Every report waits again: the index of crawls is a new one."""
        with self._writes.begin() as connection:
            connection.execute(update(crawls).where(crawls.c.told_at.is_not(None)).values(told_at=None))


def _brought(row: dict[str, Any]) -> bool:
    return row["finished_at"] is None or bool(row["counts"].get("new"))


def _date(document: str) -> tuple[str, str] | None:
    article = orjson.loads(document)
    published, precision = article.get("published"), article.get("published_precision")
    return (published, precision) if published and precision else None
