"""Days and months typed with the month's name: "14 mars 2026", "March 14, 2026", "١٤ مارس ٢٠٢٦",
"mars 2026". Pure.
"""

import re

from crawler.extract.dates import month_named

_LINKS = frozenset(("le", "the", "el", "de", "del", "of", "d", "do", "من", "عام", "سنة"))
"""Words that join the parts of a date."""
_GAPS = re.compile(r"[\s,،.\-]+")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|er|re|[ºª])(?![^\W_])")
_YEAR = "(?P<year>[0-9]{4})"
_DAY = "(?P<day>[0-9]{1,2})"
_NAME = r"(?P<name>[^0-9]+)"
_ORDERS = tuple(
    re.compile(order)
    for order in (
        f"{_DAY} {_NAME} {_YEAR}",
        f"{_NAME} {_DAY} {_YEAR}",
        f"{_YEAR} {_NAME} {_DAY}",
        f"{_NAME} {_YEAR}",
        f"{_YEAR} {_NAME}",
    )
)


def iso_date(text: str) -> str | None:
    """The day or month in ISO form; None for what names no month, or has no year of four digits.

    Digits are 0 to 9 already. A month may have two names, as in "14 آذار/مارس 2026"; the names are
    those that articles print (`crawler.extract.dates`).
    """
    spaced = _GAPS.sub(" ", _ORDINAL.sub("", text.casefold()))
    words = [word for word in spaced.split() if word not in _LINKS]
    plain = " ".join(words)
    for order in _ORDERS:
        match = order.fullmatch(plain)
        if match is None:
            continue
        parts = match.groupdict()
        month = _month(parts["name"])
        if month is not None:
            day = parts.get("day")
            return f"{parts['year']}-{month:02}" + (f"-{int(day):02}" if day else "")
    return None


def _month(names: str) -> int | None:
    """The month that all names between slashes mean."""
    months = {month_named(name) for name in names.split("/")}
    return months.pop() if len(months) == 1 else None
