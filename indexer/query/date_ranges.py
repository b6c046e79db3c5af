"""Conditions on dates as ranges of the numbers of `indexer.dating`, the same for every backend. A
door module.
"""

from dataclasses import dataclass
from datetime import datetime

from indexer.dating import DateColumn, local_ms
from indexer.query.conditions import MomentField
from indexer.query.timeline import epoch_ms
from indexer.query.tree import Maybe, Moment, Published


@dataclass(frozen=True, slots=True)
class DateRange:
    """A column lies in [first, end), milliseconds since 1970; where both are None, it has a
    value.
    """

    column: DateColumn | MomentField
    first: int | None
    end: int | None


def date_ranges(node: Published | Maybe) -> tuple[tuple[DateRange, ...], ...]:
    """The ways to match: one for moments, one for civil dates, each a tuple of ranges that must all
    hold.
    """
    first = _limit(node.start)
    end = _limit(node.end)
    civil_first = None if node.civil_start is None else local_ms(node.civil_start)
    civil_end = None if node.civil_end is None else local_ms(node.civil_end)
    if isinstance(node, Published):
        return (
            (DateRange("instant", first, end),),
            (DateRange("civil", civil_first, civil_end),),
        )
    moments = (DateRange("earliest", None, end), DateRange("latest", first, None))
    civil_dates = (
        DateRange("civil_earliest", None, civil_end),
        DateRange("civil_latest", civil_first, None),
    )
    return moments, civil_dates


def moment_range(node: Moment) -> DateRange:
    """The range that a condition on another date of an article asks for."""
    return DateRange(node.field, _limit(node.start), _limit(node.end))


def _limit(moment: datetime | None) -> int | None:
    # Rounded up, because the dates of an index are rounded down.
    return None if moment is None else epoch_ms(moment, "ceil")
