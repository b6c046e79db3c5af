"""What visits and articles come to, hour by hour and source by source: cheap to add up over
months.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, delete, select

from crawler.article import Article
from crawler.health.spoilt import is_garbled
from crawler.health.tally import GARBLED, HourlyCounts, hour_of
from crawler.store.dialect import prepared
from crawler.store.tables import tallies, tally_languages, tally_refusals
from crawler.store.transactions import Database

FRESH = timedelta(hours=48)
"""An article that was published longer ago when it is met says nothing of the source's rhythm now.
"""


_ELSEWHERE = ("hour", "languages", "refusals")
_SUMS = tuple(field.name for field in fields(HourlyCounts) if field.name not in _ELSEWHERE)
"""The counts that are columns of the table."""


class Tallies:
    """Reads the tallies. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def since(
        self, start: datetime, sources: Sequence[str] | None = None
    ) -> dict[str, list[HourlyCounts]]:
        """The hours of each source from `start` on, in order."""
        query = select(tallies).where(tallies.c.hour >= start).order_by(tallies.c.hour)
        spoken = select(tally_languages).where(tally_languages.c.hour >= start)
        refused = select(tally_refusals).where(tally_refusals.c.hour >= start)
        if sources is not None:
            query = query.where(tallies.c.source.in_(sources))
            spoken = spoken.where(tally_languages.c.source.in_(sources))
            refused = refused.where(tally_refusals.c.source.in_(sources))
        languages: dict[tuple[str, datetime], dict[str, int]] = {}
        refusals: dict[tuple[str, datetime], dict[str, int]] = {}
        by_source: dict[str, list[HourlyCounts]] = {}
        with self._reads.connect() as connection:
            for row in connection.execute(spoken):
                languages.setdefault((row.source, row.hour), {})[row.language] = row.articles
            for row in connection.execute(refused):
                refusals.setdefault((row.source, row.hour), {})[row.reason] = row.pages
            for row in connection.execute(query):
                sums = {name: getattr(row, name) for name in _SUMS}
                tally = HourlyCounts(
                    hour=row.hour,
                    **sums,
                    languages=languages.get((row.source, row.hour), {}),
                    refusals=refusals.get((row.source, row.hour), {}),
                )
                by_source.setdefault(row.source, []).append(tally)
        return by_source


def prune(connection: Connection, source: str, before: datetime) -> int:
    """Forget the hours of a source before a moment; returns how many rows."""
    return sum(
        connection.execute(
            delete(table).where(table.c.source == source, table.c.hour < before)
        ).rowcount
        for table in (tallies, tally_languages, tally_refusals)
    )


def add(connection: Connection, source: str, at: datetime, **amounts: float) -> None:
    """Add amounts to a source's hour, within the transaction that makes them true."""
    row = {"source": source, "hour": hour_of(at), **amounts}
    connection.execute(_added(tuple(amounts))(connection), row)


def add_refusal(connection: Connection, source: str, at: datetime, reason: str) -> None:
    """Count a page without an article by its reason, within the transaction that records it."""
    row = {"source": source, "hour": hour_of(at), "reason": reason[:64], "pages": 1}
    connection.execute(_refused(connection), row)


def add_article(connection: Connection, article: Article, at: datetime, repeated: float) -> None:
    """Add a new article with what tells a change of layout; `repeated` is the share of its lines
    that came back.
    """
    source = str(article.source)
    claimed = article.published_latest or article.published
    words = math.log(max(article.words, 1))
    add(
        connection,
        source,
        at,
        articles=1,
        fresh=int(claimed is None or claimed >= at - FRESH),
        undated=int(claimed is None),
        log_words=words,
        log_words_squared=words * words,
        repeated=repeated,
    )
    language = GARBLED if is_garbled(article.text) else article.language
    if language:
        row = {
            "source": source,
            "hour": hour_of(at),
            "language": language[:8],
            "articles": 1,
        }
        connection.execute(_spoken(connection), row)


@cache
def _added(names: tuple[str, ...]) -> Callable[[Connection], Any]:
    @prepared
    def statement(insert: Any) -> Any:
        row = insert(tallies)
        values = {name: tallies.c[name] + row.excluded[name] for name in names}
        return row.on_conflict_do_update(index_elements=["source", "hour"], set_=values)

    return statement


@prepared
def _spoken(insert: Any) -> Any:
    values = {"articles": tally_languages.c.articles + 1}
    return insert(tally_languages).on_conflict_do_update(
        index_elements=["source", "hour", "language"], set_=values
    )


@prepared
def _refused(insert: Any) -> Any:
    values = {"pages": tally_refusals.c.pages + 1}
    return insert(tally_refusals).on_conflict_do_update(
        index_elements=["source", "hour", "reason"], set_=values
    )
