"""What a page says about a date: a value, how precise it is, and between which moments it lies."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from crawler.article import Precision

Role = Literal["published", "modified"]

GREGORIAN = "gregorian"
FIRST_YEAR = 1800  # older years are those of other calendars (1445, 1403) or plain numbers
LAST_YEAR = 9998  # of a capture: the calendar of datetime ends a year later
MICROSECOND = timedelta(microseconds=1)
FINENESS: dict[Precision, int] = {
    "second": 6,
    "minute": 5,
    "hour": 4,
    "day": 3,
    "week": 2,
    "month": 1,
    "year": 0,
}


@dataclass(frozen=True, slots=True)
class DateClaim:
    """A date that a page claims; `earliest` ≤ `value` ≤ `latest`, all aware, both bounds inclusive.

    `origin` is "json-ld", "meta", "time", "text", "url", "feed" or "sitemap"; `role` is what the
    words beside the date say of it, None where they say nothing; `text` is the text that was read;
    `calendar` the one that it is printed in.
    """

    value: datetime
    precision: Precision
    earliest: datetime
    latest: datetime
    origin: str = "text"
    role: Role | None = None
    text: str = ""
    calendar: str = GREGORIAN

    @property
    def width(self) -> timedelta:
        """How much time lies between the bounds."""
        return self.latest - self.earliest

    def overlaps(self, other: "DateClaim") -> bool:
        return self.earliest <= other.latest and other.earliest <= self.latest


def bounds(  # noqa: PLR0911 - one for each precision
    value: datetime, precision: Precision
) -> tuple[datetime, datetime]:
    """The first and last microsecond of the calendar second, minute, hour, day, week (from Monday,
    ISO 8601), month or year that holds `value`.
    """
    first = value.replace(microsecond=0)
    if precision == "second":
        return first, first + timedelta(seconds=1) - MICROSECOND
    first = first.replace(second=0)
    if precision == "minute":
        return first, first + timedelta(minutes=1) - MICROSECOND
    first = first.replace(minute=0)
    if precision == "hour":
        return first, first + timedelta(hours=1) - MICROSECOND
    last = value.replace(hour=23, minute=59, second=59, microsecond=999999)
    first = first.replace(hour=0)
    if precision == "week":
        first -= timedelta(days=value.weekday())
        return first, first + timedelta(days=7) - MICROSECOND
    if precision == "month":
        return first.replace(day=1), last.replace(day=monthrange(value.year, value.month)[1])
    if precision == "year":
        return first.replace(month=1, day=1), last.replace(month=12, day=31)
    return first, last


def claim(
    value: datetime, precision: Precision, origin: str = "text", role: Role | None = None
) -> DateClaim:
    """A claim with the calendar's bounds."""
    earliest, latest = bounds(value, precision)
    return DateClaim(value, precision, earliest, latest, origin, role)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day `months` earlier, or the month's last day where it has no such day; ValueError
    before year 1.
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    if year < 1:
        raise ValueError("before the first year")
    last_day = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))


def is_midnight(value: datetime) -> bool:
    """Whether a time is midnight sharp, which systems write that know only the day."""
    return (value.hour, value.minute, value.second) == (0, 0, 0)


def aware(moment: datetime) -> datetime:
    """The moment itself, or read as UTC where it has no zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
