"""The numbers by which an index dates articles: moments and civil dates. A door module.

A date of the precision hour or finer is a moment: where it falls in a calendar depends on the
time zone of who asks. A day, week, month or year is a civil date: "29 November" is 29 November in
every time zone, so that it is compared with what a calendar shows, not with moments.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

PRECISIONS = ("second", "minute", "hour", "day", "week", "month", "year")
"""From fine to coarse: the precisions of a date and the steps of a timeline on one scale."""
CIVIL = PRECISIONS[PRECISIONS.index("day") :]
"""The precisions of civil dates."""
DateColumn = Literal[
    "instant", "earliest", "latest", "civil", "civil_earliest", "civil_latest", "calendar"
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?")
_DAY = 86_400_000
_MIDDLE = 11 * 3_600_000
"""11:00 UTC is the same day from UTC-11 to UTC+12:59, and at 13 hours ahead as well."""


def point(document: Mapping[str, Any]) -> int | None:
    """The date point: `published` in milliseconds since 1970, UTC; None where it is not known."""
    return _epoch_ms_of(document, "published")


def dated(document: Mapping[str, Any]) -> dict[str, int]:
    """What ranges of dates and timelines compare, in milliseconds since 1970; by
    `DateColumn`; what is not known is left out.

    A moment has `instant`, and between `earliest` and `latest` (both inclusive) it was published.
    A civil date has `civil`, the midnight of its (first) day, `civil_earliest` and `civil_latest`
    instead: as a calendar and a clock show them where it was published, counted as if it were UTC.
    `calendar` is one number for both, for programs that know moments only: of a civil date the
    middle of its day.
    """
    if document.get("published_precision") in CIVIL:
        return _civil(document)
    instant = point(document)
    bounds = {
        "instant": instant,
        "earliest": _epoch_ms_of(document, "published_earliest", instant),
        "latest": _epoch_ms_of(document, "published_latest", instant),
        "calendar": instant,
    }
    return _known(bounds)


def local_ms(moment: datetime) -> int:
    """What calendar and clock show at this moment, in milliseconds since 1970 as if it were UTC;
    rounded up, as the limits of a half-open range are.
    """
    shown = moment.replace(tzinfo=UTC)
    return -((_EPOCH - shown) // timedelta(milliseconds=1))


def parse_epoch_ms(text: str) -> int:
    """An ISO 8601 date in milliseconds since 1970, rounded down; UTC where it has no offset.

    Raises `ValueError` for what is no date.
    """
    moment = _moment(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _ms(aware)


def _civil(document: Mapping[str, Any]) -> dict[str, int]:
    printed = _shown_ms_of(document, "published")
    day = None if printed is None else printed - printed % _DAY
    dates = {
        "civil": day,
        "civil_earliest": _shown_ms_of(document, "published_earliest", day),
        "civil_latest": _shown_ms_of(document, "published_latest", day),
        "calendar": None if day is None else day + _MIDDLE,
    }
    return _known(dates)


def _known(dates: Mapping[str, int | None]) -> dict[str, int]:
    return {name: number for name, number in dates.items() if number is not None}


def _epoch_ms_of(
    document: Mapping[str, Any], name: str, otherwise: int | None = None
) -> int | None:
    text = document.get(name)
    return otherwise if text is None else parse_epoch_ms(text)


def _shown_ms_of(
    document: Mapping[str, Any], name: str, otherwise: int | None = None
) -> int | None:
    """What calendar and clock showed where the date was printed."""
    text = document.get(name)
    return otherwise if text is None else _ms(_moment(text).replace(tzinfo=UTC))


def _moment(text: str) -> datetime:
    if not _ISO.fullmatch(text):
        raise ValueError(f"{text!r} is no date: write it as 2026-11-02T09:30:00+02:00")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date") from None


def _ms(aware: datetime) -> int:
    return (aware - _EPOCH) // timedelta(milliseconds=1)
