"""Calendars beside the Gregorian one that pages print their days in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hijridate import Hijri

FIRST_ONLINE = 1994  # older days are told of: no newspaper was on the web
# Between its years and the Gregorian ones lie 543: the Thai solar calendar has the same months.
BUDDHIST_ERA = 543
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar with months of its own.

    `day` gives the Gregorian day of a year, month and day, and raises ValueError or OverflowError
    where the calendar has none; `behind` is how many years it is behind the Gregorian one, about;
    `slack` how far a printed day may lie from the computed one.
    """

    name: str
    day: Callable[[int, int, int], date]
    behind: int
    slack: timedelta = timedelta()


def published_on(calendar: Calendar, printed: tuple[int, int, int], today: date) -> date | None:
    """The Gregorian day of a year, month and day, where an article on the web can have been
    published on it.
    """
    try:
        found = calendar.day(*printed)
    except (ValueError, OverflowError):
        return None
    if found.year < FIRST_ONLINE or found > today + calendar.slack:
        return None
    return min(found, today)


def settled(calendar: Calendar, found: date, weekday: int | None) -> tuple[date, timedelta]:
    """The day, by the weekday that is printed beside it where there is one, and how far the printed
    day may lie from it.
    """
    for days in (0, -1, 1):
        near = found + days * calendar.slack
        if near.weekday() == weekday:
            return near, timedelta()
    return found, calendar.slack


def _solar_hijri(year: int, month: int, day: int) -> date:
    """Iran and Afghanistan, by the cycle of 33 years that agrees with the equinox from 1178 to
    1501 (Unicode's ICU, class PersianCalendar).
    """
    lengths = [31] * 6 + [30] * 5 + [30 if (25 * year + 11) % 33 < 8 else 29]
    if not (1178 <= year <= 1501 and 1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        raise ValueError("no such day")
    # 1 Farvardin of the year 1 was 19 March 622 of the Julian calendar: day 226895 of ours.
    first = 226895 + 365 * (year - 1) + (8 * year + 21) // 33
    return date.fromordinal(first + sum(lengths[: month - 1]) + day - 1)


def _lunar_hijri(year: int, month: int, day: int) -> date:
    """The calendar of Umm al-Qura; where months begin by sighting, a day more or less."""
    return Hijri(year, month, day).to_gregorian()


def _ethiopic(year: int, month: int, day: int) -> date:
    """Twelve months of 30 days and a short one (Reingold and Dershowitz, Calendrical
    Calculations).
    """
    length = 30 if month < 13 else 5 + (year % 4 == 3)
    if not (1 <= month <= 13 and 1 <= day <= length):
        raise ValueError("no such day")
    # 1 Mäskäräm of the year 1 was 29 August 8 of the Julian calendar.
    return date.fromordinal(2796 + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1)


def _hebrew(year: int, month: int, day: int) -> date:
    """Months from Nisan, 1; Adar is 12, of a leap year the first one, and 13 the second one
    (Reingold and Dershowitz, Calendrical Calculations).
    """
    if not 1 <= month <= 13 or not 1 <= day <= 30 or not 5000 <= year <= 6500:
        raise ValueError("no such day")
    lengths = _hebrew_months(year)
    if day > lengths.get(month, 0):
        raise ValueError("no such day")
    before = 0
    for number, length in lengths.items():
        if number == month:
            break
        before += length
    return date.fromordinal(_hebrew_new_year(year) + before + day - 1)


def _hebrew_months(year: int) -> dict[int, int]:
    """The lengths of the months of a year, from Tishri, 7."""
    days = _hebrew_new_year(year + 1) - _hebrew_new_year(year)
    is_leap = days > 380
    is_long = days % 10 == 5
    is_short = days % 10 == 3
    months = {7: 30, 8: 29 + is_long, 9: 30 - is_short, 10: 29, 11: 30, 12: 29 + is_leap}
    if is_leap:
        months[13] = 29
    return months | {1: 30, 2: 29, 3: 30, 4: 29, 5: 30, 6: 29}


def _hebrew_new_year(year: int) -> int:
    """The ordinal of 1 Tishri."""
    day = _elapsed(year)
    if _elapsed(year + 1) - day == 356:
        day += 2
    elif day - _elapsed(year - 1) == 382:
        day += 1
    return day - 1373427


def _elapsed(year: int) -> int:
    """Days from the calendar's beginning to the new moon of a year's Tishri, put off where it falls
    on a Sunday, Wednesday or Friday.
    """
    months = (235 * year - 234) // 19
    parts = 12084 + 13753 * months
    day = 29 * months + parts // 25920
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


SOLAR_HIJRI = Calendar("solar-hijri", _solar_hijri, 621)
LUNAR_HIJRI = Calendar("lunar-hijri", _lunar_hijri, 578, _DAY)
HEBREW = Calendar("hebrew", _hebrew, -3761)
ETHIOPIC = Calendar("ethiopic", _ethiopic, 7)
