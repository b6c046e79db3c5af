"""A date that some part of a page claims, and how much that part is trusted."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from crawler.extract.dates.claim import FIRST_YEAR, DateClaim, Role, claim, is_midnight
from crawler.extract.dates.languages import languages_tried
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
    words = _words(text)
    if not words:
        return None
    read = _iso(words, setting.zone) or _epoch(words) or _printed(words, language, setting)
    if read is not None and not FIRST_YEAR <= read.value.year <= setting.captured.year + 1:
        # Plugins write the other calendar's year into what machines read.
        read = _printed(words, "fa", setting)
    if read is None or not _is_told(read, setting):
        return None
    return replace(read, origin=origin, role=role or read.role, text=words)


def _words(value: object) -> str:
    """A value as a text that may be a date; empty where it can be none."""
    return value.strip() if isinstance(value, str) and len(value) <= LONGEST else ""


def _is_told(read: DateClaim, setting: ReadingContext) -> bool:
    """Whether a date is one that can be meant."""
    return setting.accepts(read.value) and read.value.date() not in _UNSET


def _printed(text: str, language: str | None, setting: ReadingContext) -> DateClaim | None:
    for tried in languages_tried(language):
        claims = claims_in(text, tried, setting)
        if claims:
            return chosen(claims)
    return None


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
