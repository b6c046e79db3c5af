"""Numbers that only grow, whichever process counts: crawls and visits by outcome, and how long
articles took to become searchable. They outlive the rows that they count.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from crawler.store.dialect import prepared
from crawler.store.tables import counters
from crawler.store.transactions import Database

LAG_STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)
"""Upper ends, in seconds, of the steps in which lags are counted."""
_TIMED = ("second", "minute")


@dataclass(frozen=True, slots=True)
class Counts:
    """All counters: crawls and visits by outcome; articles that became searchable by their lag
    since `published`, one count for each of `LAG_STEPS` and one beyond, with the sum of their lags
    in seconds.
    """

    crawls: Mapping[str, float]
    visits: Mapping[str, float]
    lags: Sequence[float]
    lag_seconds: float


class Counters:
    """Reads the counters. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def all(self) -> Counts:
        """Every counter."""
        by_name: dict[str, dict[str, float]] = {}
        with self._reads.connect() as connection:
            for row in connection.execute(select(counters)):
                by_name.setdefault(row.name, {})[row.label] = row.value
        lags = by_name.get("lag", {})
        steps = [lags.get(str(step), 0.0) for step in (*LAG_STEPS, "more")]
        return Counts(
            by_name.get("crawls", {}),
            by_name.get("visits", {}),
            steps,
            by_name.get("lag_seconds", {}).get("", 0.0),
        )


def count(connection: Connection, name: str, label: str = "", by: float = 1.0) -> None:
    """Add to a counter, within the transaction that makes it true."""
    connection.execute(_more(connection), {"name": name, "label": label, "value": by})


@prepared
def _more(insert: Any) -> Any:
    row = insert(counters)
    values = {"value": counters.c.value + row.excluded.value}
    return row.on_conflict_do_update(index_elements=["name", "label"], set_=values)


def count_lags(
    connection: Connection, documents: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Count how long after its publication each article became searchable, where it says so to the
    minute.
    """
    steps: Counter[str] = Counter()
    total = 0.0
    for document in documents:
        if document.get("published") and document.get("published_precision") in _TIMED:
            published = datetime.fromisoformat(document["published"])
            aware = published if published.tzinfo else published.replace(tzinfo=UTC)
            lag = max((now - aware).total_seconds(), 0.0)
            steps[_step(lag)] += 1
            total += lag
    for step, number in sorted(steps.items()):
        count(connection, "lag", step, number)
    if steps:
        count(connection, "lag_seconds", by=total)


def _step(lag: float) -> str:
    """The step in which a lag in seconds is counted: its upper end, or "more"."""
    for upper in LAG_STEPS:
        if lag <= upper:
            return str(upper)
    return "more"
