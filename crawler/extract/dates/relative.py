"""Dates told from the capture: "il y a 3 heures", "depuis 7 années", "منذ ساعتين", "hier", "lundi
dernier".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from crawler.article import Precision
from crawler.extract.dates.claim import FINENESS, FIRST_YEAR, bounds, months_before
from crawler.extract.dates.clock import CONNECTORS, clock
from crawler.extract.dates.durations import Parts, duration
from crawler.extract.dates.lexicon import Lexicon, Unit
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, number, phrase, starts

SECONDS: dict[Unit, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
MONTHS: dict[Unit, int] = {"month": 1, "year": 12}
# Precision has no week, and "a week ago" is said of seven to thirteen days: it is known to a month,
# around that day.
PRECISIONS: dict[Unit, Precision] = {
    "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "month", "month": "month",
    "year": "year",
}  # fmt: skip
MOST = 5000  # of any unit: more is a count of something else


@dataclass(frozen=True, slots=True)
class RelativeTime:
    """A moment before the capture.

    `open_clock`: a time of day may follow ("hier à 14h30"); `loose`: only a day and a month are
    printed.
    """

    value: datetime
    precision: Precision
    earliest: datetime
    latest: datetime
    open_clock: bool = False
    loose: bool = False


Read = tuple[RelativeTime | None, int]


def relative(
    line: list[DateToken], at: int, lexicon: Lexicon, captured: datetime, zone: tzinfo
) -> Read | None:
    """The moment told at token `at` and the token after it; the moment is None where it lies out of
    reach.
    """
    here = captured.astimezone(zone)
    now = starts(line, at, lexicon.now)
    ago = _ago(line, at, lexicon, here)
    if ago is not None:
        return ago
    named = phrase(line, at, lexicon.days)
    if named is not None:
        return _day(here + timedelta(days=named[0])), named[1]
    if now is not None:
        return (
            (RelativeTime(here, "minute", *bounds(here, "minute")), now)
            if now - at > 1 or len(line) == 1
            else None
        )
    return _last(line, at, lexicon, here)


def _day(moment: datetime) -> RelativeTime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return RelativeTime(midnight, "day", *bounds(midnight, "day"), open_clock=True)


def _ago(line: list[DateToken], at: int, lexicon: Lexicon, here: datetime) -> Read | None:
    """ "il y a 3 heures" and "3 hours ago"."""
    before = starts(line, at, lexicon.ago_before)
    if before is not None:
        about = starts(line, before, lexicon.about)
        told = duration(line, about if about is not None else before, lexicon)
        return None if told is None else (_back(here, told[0]), told[1])
    told = duration(line, at, lexicon)
    if told is None or _is_fraction(line, at):
        return None
    end = starts(line, told[1], lexicon.ago_after)
    return None if end is None else (_back(here, told[0]), end)


def _is_fraction(line: list[DateToken], at: int) -> bool:
    """Whether the number ends "1.5" or "2-3", which are not whole."""
    return is_mark(line, at - 1, ".,-/:⁄") and number(line, at - 2) is not None


def _back(here: datetime, parts: Parts) -> RelativeTime | None:
    """The moment so long before; a year is told to twelve months either side, a week to half a month."""
    if any(count > MOST for count, _ in parts):
        return None
    precision = min((PRECISIONS[unit] for _, unit in parts), key=lambda p: -FINENESS[p])
    try:
        value = months_before(here, sum(count * MONTHS.get(unit, 0) for count, unit in parts))
        value -= timedelta(seconds=sum(count * SECONDS.get(unit, 0) for count, unit in parts))
        if value.year <= FIRST_YEAR:
            return None
    except (ValueError, OverflowError):
        return None
    if FINENESS[precision] <= FINENESS["day"]:
        value = value.replace(hour=0, minute=0, second=0, microsecond=0)
    if precision == "year":
        return RelativeTime(
            value, precision, months_before(value, 12), min(here, months_before(value, -12))
        )
    if parts[-1][1] == "week":
        return RelativeTime(
            value, precision, value - timedelta(days=15), min(here, value + timedelta(days=15))
        )
    return RelativeTime(value, precision, *bounds(value, precision))


def _last(line: list[DateToken], at: int, lexicon: Lexicon, here: datetime) -> Read | None:
    """ "lundi dernier", "last Monday", "Monday at 14:30", "le mois dernier", "last year"."""
    start = starts(line, at, lexicon.last_before)
    weekday = phrase(line, start or at, lexicon.weekdays)
    if weekday is not None:
        end = starts(line, weekday[1], lexicon.last_after)
        if start or end:
            return _day(
                here - timedelta(days=(here.weekday() - weekday[0] - 1) % 7 + 1)
            ), end or weekday[1]
        return _weekday(line, weekday, here)
    unit = phrase(line, start or at, lexicon.periods)
    if unit is None or unit[0] not in ("week", "month", "year"):
        return _last_month(line, start or at, lexicon, here, start is not None)
    end = starts(line, unit[1], lexicon.last_after)
    if not (start or end):
        return None
    moment = _back(here, [(1, unit[0])])
    if moment is None or unit[0] == "week":
        return moment, end or unit[1]
    return RelativeTime(
        moment.value, moment.precision, *bounds(moment.value, moment.precision)
    ), end or unit[1]


def _weekday(line: list[DateToken], weekday: tuple[int, int], here: datetime) -> Read | None:
    """A weekday with a time of day is the last one that is past: "lundi à 14h30"."""
    at = weekday[1]
    while at < weekday[1] + 3 and (is_mark(line, at, ",.-|") or is_word(line, at, CONNECTORS)):
        at += 1
    timed = clock(line, at)
    if timed is None or not timed[0].valid:
        return None
    back = (here.weekday() - weekday[0]) % 7
    if back == 0 and (timed[0].hour, timed[0].minute) > (here.hour, here.minute):
        back = 7
    return _day(here - timedelta(days=back)), weekday[1]


def _last_month(
    line: list[DateToken], at: int, lexicon: Lexicon, here: datetime, said: bool
) -> Read | None:
    """ "août dernier", "last August", "26 août dernier" is a day and read elsewhere."""
    month = phrase(line, at, lexicon.months)
    if month is None or number(line, at - 1) is not None:
        return None
    end = starts(line, month[1], lexicon.last_after)
    if not (said or end):
        return None
    year = here.year if month[0] < here.month else here.year - 1
    value = here.replace(
        year=year, month=month[0], day=1, hour=0, minute=0, second=0, microsecond=0
    )
    return RelativeTime(value, "month", *bounds(value, "month")), end or month[1]
