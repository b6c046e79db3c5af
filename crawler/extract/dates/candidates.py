"""A date that some part of a page claims, and how much that part is trusted."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from crawler.extract.dates.claim import DateClaim, Role, claim, is_midnight
from crawler.extract.dates.read import ReadingContext, chosen, claims_in

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)? ?(?:Z|[+-]\d\d:?\d\d)?"
)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_DAY_LENGTH = 10
LONGEST = 100
# What systems write for no date at all; the epoch's eve is the epoch west of Greenwich.
_UNSET = frozenset({date(1900, 1, 1), date(1969, 12, 31), date(1970, 1, 1)})


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A claim with its weight: how often that kind of evidence is right when kinds disagree, on a
    scale of our own.

    `by_name`: its role is told by a class or id alone, which readers don't see.
    """

    claim: DateClaim
    weight: float
    by_name: bool = False


Reader = Callable[[str], DateClaim | None]


def machine(
    text: object,
    setting: ReadingContext,
    origin: str,
    role: Role | None,
    language: str | None = None,
) -> DateClaim | None:
    """A date written for machines: ISO 8601, seconds since 1970, or else whatever `parse_date`
    reads.

    Midnight sharp is how systems that know only the day fill the time: it is read as that day.
    """
    if not isinstance(text, str) or not text or len(text) > LONGEST:
        return None
    text = text.strip()
    read = _iso(text, setting.zone) or _epoch(text)
    if read is None:
        claims = claims_in(text, language, setting)
        # The declared language is often the template's.
        read = chosen(claims or claims_in(text, None, setting))
    if read is None or not setting.accepts(read.value) or read.value.date() in _UNSET:
        return None
    return replace(read, origin=origin, role=role or read.role, text=text)


def _iso(text: str, zone: tzinfo) -> DateClaim | None:
    """The fast way for what nearly every page writes."""
    if _ISO.fullmatch(text) is None:
        return None
    try:
        joined = text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z")
        value = datetime.fromisoformat(joined)
        if value.tzinfo is None:
            value = value.replace(tzinfo=zone)
        if is_midnight(value) or len(text) == _DAY_LENGTH:
            return claim(value, "day")
        return claim(value, "second" if text.count(":", 0, 19) > 1 else "minute")
    except (ValueError, OverflowError):
        return None


def _epoch(text: str) -> DateClaim | None:
    if _EPOCH.fullmatch(text) is None:
        return None
    return claim(datetime.fromtimestamp(int(text[:10]), UTC), "second")
