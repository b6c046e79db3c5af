"""Dates told from the capture: "il y a 3 heures", "depuis 7 années", "منذ ساعتين", "hier", "lundi
dernier".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from crawler.article import Precision
from crawler.extract.dates.claim import FINENESS, FIRST_YEAR, GREGORIAN, bounds, months_before
from crawler.extract.dates.clock import CONNECTORS, clock
from crawler.extract.dates.durations import Parts, duration
from crawler.extract.dates.lexicon import Lexicon, Unit
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, number, phrase, starts

SECONDS: dict[Unit, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
MONTHS: dict[Unit, int] = {"month": 1, "year": 12}
PRECISIONS: dict[Unit, Precision] = {
    "second": "second",
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
}
MOST = 5000  # of any unit: more is a count of something else
# "A week ago" is said of four to thirteen days.
WEEK = timedelta(days=7)


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
    calendar: str = GREGORIAN


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
        # A single word such as "maintenant" is a moment only where it stands alone.
        is_phrase = now - at > 1
        if is_phrase or len(line) == 1:
            return RelativeTime(here, "minute", *bounds(here, "minute")), now
        return None
    return _last(line, at, lexicon, here)


def _day(moment: datetime) -> RelativeTime:
    midnight = _midnight(moment)
    return RelativeTime(midnight, "day", *bounds(midnight, "day"), open_clock=True)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _ago(line: list[DateToken], at: int, lexicon: Lexicon, here: datetime) -> Read | None:
    """ "il y a 3 heures", "3 hours ago", "3 dni temu"."""
    before = starts(line, at, lexicon.ago_before)
    if before is not None:
        about = starts(line, before, lexicon.about)
        span = duration(line, before if about is None else about, lexicon)
        return None if span is None else (_back(here, span[0]), span[1])
    if _is_fraction(line, at):
        return None
    count = number(line, at)
    past = None if count is None else phrase(line, at + 1, lexicon.past)
    if count is not None and past is not None:
        return _back(here, [(count, past[0])]), past[1]
    span = duration(line, at, lexicon)
    if span is None:
        return None
    end = starts(line, span[1], lexicon.ago_after)
    return None if end is None else (_back(here, span[0]), end)


def _is_fraction(line: list[DateToken], at: int) -> bool:
    """Whether the number ends "1.5" or "2-3", which are not whole."""
    return is_mark(line, at - 1, ".,-/:⁄") and number(line, at - 2) is not None


def _back(here: datetime, parts: Parts) -> RelativeTime | None:
    """The moment so long before; a year is told to twelve months either side, a week to seven
    days.
    """
    value = _subtract(here, parts)
    if value is None:
        return None
    precision = max((PRECISIONS[unit] for _, unit in parts), key=FINENESS.__getitem__)
    if FINENESS[precision] <= FINENESS["day"]:
        value = _midnight(value)
    if precision == "year":
        latest = min(here, months_before(value, -12))
        return RelativeTime(value, precision, months_before(value, 12), latest)
    if precision == "week":
        latest = min(here, value + WEEK)
        return RelativeTime(value, precision, value - WEEK, latest)
    return RelativeTime(value, precision, *bounds(value, precision))


def _subtract(here: datetime, parts: Parts) -> datetime | None:
    """The moment so long before; None where that is no date of the press."""
    months = 0
    seconds = 0
    for count, unit in parts:
        if count > MOST:
            return None
        months += count * MONTHS.get(unit, 0)
        seconds += count * SECONDS.get(unit, 0)
    try:
        value = months_before(here, months) - timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None
    return value if value.year > FIRST_YEAR else None


def _last(line: list[DateToken], at: int, lexicon: Lexicon, here: datetime) -> Read | None:
    """ "lundi dernier", "last Monday", "Monday at 14:30", "le mois dernier", "last year"."""
    last = starts(line, at, lexicon.last_before)
    start = last or at
    weekday = phrase(line, start, lexicon.weekdays)
    if weekday is not None:
        return _last_weekday(line, weekday, lexicon, here, last is not None)
    period = phrase(line, start, lexicon.periods)
    if period is not None and period[0] in ("week", "month", "year"):
        return _last_period(line, period, lexicon, here, last is not None)
    return _last_month(line, start, lexicon, here, last is not None)


def _last_weekday(
    line: list[DateToken],
    weekday: tuple[int, int],
    lexicon: Lexicon,
    here: datetime,
    said_before: bool,
) -> Read | None:
    """ "lundi dernier", "last Monday"; without "last", a weekday needs a time of day."""
    end = starts(line, weekday[1], lexicon.last_after)
    if not (said_before or end):
        return _weekday(line, weekday, here)
    days_back = (here.weekday() - weekday[0] - 1) % 7 + 1
    return _day(here - timedelta(days=days_back)), end or weekday[1]


def _last_period(
    line: list[DateToken],
    period: tuple[Unit, int],
    lexicon: Lexicon,
    here: datetime,
    said_before: bool,
) -> Read | None:
    """ "le mois dernier", "last year": the whole month or year; a week is told as `_back` does."""
    unit, after = period
    end = starts(line, after, lexicon.last_after)
    if not (said_before or end):
        return None
    moment = _back(here, [(1, unit)])
    if moment is not None and unit != "week":
        first, last = bounds(moment.value, moment.precision)
        moment = RelativeTime(moment.value, moment.precision, first, last)
    return moment, end or after


def _weekday(line: list[DateToken], weekday: tuple[int, int], here: datetime) -> Read | None:
    """A weekday with a time of day is the last one that is past: "lundi à 14h30"."""
    at = weekday[1]
    while at < weekday[1] + 3 and (is_mark(line, at, ",.-|") or is_word(line, at, CONNECTORS)):
        at += 1
    timed = clock(line, at)
    if timed is None or not timed[0].valid:
        return None
    days_back = (here.weekday() - weekday[0]) % 7
    is_later_today = (timed[0].hour, timed[0].minute) > (here.hour, here.minute)
    if days_back == 0 and is_later_today:
        days_back = 7
    return _day(here - timedelta(days=days_back)), weekday[1]


def _last_month(
    line: list[DateToken], at: int, lexicon: Lexicon, here: datetime, said_before: bool
) -> Read | None:
    """ "août dernier", "last August", "26 août dernier" is a day and read elsewhere."""
    month = phrase(line, at, lexicon.months)
    if month is None or number(line, at - 1) is not None:
        return None
    end = starts(line, month[1], lexicon.last_after)
    if not (said_before or end):
        return None
    year = here.year if month[0] < here.month else here.year - 1
    value = _midnight(here.replace(year=year, month=month[0], day=1))
    return RelativeTime(value, "month", *bounds(value, "month")), end or month[1]
