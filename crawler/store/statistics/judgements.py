"""How each source was judged last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from crawler.health import Health
from crawler.health.stored import health_of, health_values
from crawler.store.dialect import by_sources, insert_or, parts
from crawler.store.tables import judgements
from crawler.store.transactions import Database


@dataclass(frozen=True, slots=True)
class SourceJudgement:
    """How a source did at the moment (UTC) it was judged."""

    health: Health
    judged_at: datetime


class Judgements:
    """The last judgement of each source. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def keep(self, judged: Iterable[SourceJudgement]) -> None:
        """Keep how sources do, unless a later judgement is kept already."""
        with self._writes.begin() as connection:
            for judgement in judged:
                _keep(connection, judgement)

    def kept(self, sources: Sequence[str]) -> dict[str, SourceJudgement]:
        """The last judgement of each of these sources that can be read, by its id."""
        with self._reads.connect() as connection:
            rows = [
                row
                for query in by_sources(select(judgements), judgements.c.source, sources)
                for row in connection.execute(query)
            ]
        judged = ((row.source, _judgement(row)) for row in rows)
        return {source: judgement for source, judgement in judged if judgement is not None}

    def leave_out(self, listed: Sequence[str]) -> None:
        """Forget how sources do that are not `listed` any more."""
        with self._writes.begin() as connection:
            known = set(connection.execute(select(judgements.c.source)).scalars())
            for batch in parts(sorted(known.difference(listed))):
                connection.execute(delete(judgements).where(judgements.c.source.in_(batch)))


def _keep(connection: Connection, judgement: SourceJudgement) -> None:
    health = judgement.health
    row = {
        "judged_at": judgement.judged_at,
        "state": health.state,
        "health": health_values(health),
    }
    added = insert_or(connection, judgements).values(source=health.source, **row)
    kept = added.on_conflict_do_update(
        index_elements=["source"],
        set_=row,
        where=judgements.c.judged_at <= judgement.judged_at,
    )
    connection.execute(kept)


def _judgement(row: Row[Any]) -> SourceJudgement | None:
    """The judgement of a row; None where the row is damaged."""
    try:
        health = health_of(row.source, row.state, row.health)
    except (KeyError, TypeError, ValueError):
        return None
    if row.judged_at is None:
        return None
    return SourceJudgement(health, row.judged_at)
