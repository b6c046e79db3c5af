"""Taking sources out of those that wait, in the order in which they became due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, or_, select, tuple_

from crawler.store.crawls.leases import names_missed
from crawler.store.crawls.pauses import is_running
from crawler.store.tables import leases, pauses, queue

_LOOKED_AT = 200
"""Waiting sources that are read at one time: enough to pass those that others hold, few enough that
a claim costs the same in a queue of any length.
"""


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who takes sources, when, and for how long unless the leases are renewed."""

    owner: str
    now: datetime
    span: timedelta


def choose(
    connection: Connection,
    names: Mapping[str, Sequence[str]],
    claimant: Claimant,
    most: int,
) -> list[str]:
    """The sources that have waited longest, at most so many: of those in `names` that nobody crawls
    and whose other leases no other owner holds.
    """
    held = _held(connection, claimant)
    chosen: list[str] = []
    for source in _waiting(connection, claimant.now):
        if len(chosen) == most:
            break
        needed = names.get(source)
        if needed is not None and held.isdisjoint(needed):
            chosen.append(source)
    return chosen


def take_sources(
    connection: Connection,
    names: Mapping[str, Sequence[str]],
    claimant: Claimant,
    chosen: Sequence[str],
) -> list[str]:
    """Take the leases of the chosen sources; returns those that nobody else took meanwhile.

    The rows are locked without waiting for other claims (SKIP LOCKED on PostgreSQL). All leases of
    a transaction are taken in one order, so that claims can't wait for each other in a circle.
    """
    free = select(queue.c.source).where(queue.c.source.in_(chosen))
    locked = set(connection.execute(free.with_for_update(skip_locked=True)).scalars())
    wanted = [source for source in chosen if source in locked]
    while wanted:
        needed = {name for source in wanted for name in names[source]}
        with connection.begin_nested() as taking:
            missed = names_missed(connection, needed, claimant.owner, claimant.now, claimant.span)
            if not missed:
                return wanted
            taking.rollback()
        wanted = [source for source in wanted if not set(missed) & set(names[source])]
    return []


def _held(connection: Connection, claimant: Claimant) -> set[str]:
    """The leases that stand in the way: those of others, and of every source that is crawled."""
    in_the_way = or_(
        leases.c.owner != claimant.owner, leases.c.name.startswith("source:", autoescape=True)
    )
    query = select(leases.c.name).where(leases.c.expires_at > claimant.now, in_the_way)
    return set(connection.execute(query).scalars())


def _waiting(connection: Connection, now: datetime) -> Iterator[str]:
    """The sources of the queue that are not paused, the longest waiting first."""
    paused = exists().where(pauses.c.source == queue.c.source, is_running(now))
    place = tuple_(queue.c.due_at, queue.c.source)
    query = (
        select(queue.c.source, queue.c.due_at)
        .where(~paused)
        .order_by(queue.c.due_at, queue.c.source)
        .limit(_LOOKED_AT)
    )
    behind: ColumnElement[bool] | None = None
    while True:
        part = query if behind is None else query.where(behind)
        rows = connection.execute(part).all()
        for row in rows:
            yield row.source
        if len(rows) < _LOOKED_AT:
            return
        behind = place > (rows[-1].due_at, rows[-1].source)
