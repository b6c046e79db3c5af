"""The date in an article's URL: /2024/03/09/, /2024/mar/09/, -20240309, /2024/03/."""

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote, urlsplit

from crawler.extract.dates.candidates import DateCandidate
from crawler.extract.dates.claim import claim
from crawler.extract.dates.languages.english import ENGLISH
from crawler.extract.dates.read import ReadingContext

LONGEST = 500
DAY_WEIGHT = 4.0
MONTH_WEIGHT = 1.0
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/._]?)(\d\d|[a-z]{3,9})(?:\2|/)?(\d\d)(?!\d)")
_SHORT = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/])(\d{1,2})\2(\d{1,2})(?![\d])")
_MONTH = re.compile(r"/((?:19|20)\d\d)[-/]?(\d\d)(?:/|$)")


def url_evidence(url: str, setting: ReadingContext) -> list[DateCandidate]:
    """The first date of the URL's path, to the day or the month."""
    try:
        path = unquote(urlsplit(url[:LONGEST]).path).casefold()
    except ValueError:
        return []
    for pattern in (_DAY, _SHORT):
        for match in pattern.finditer(path):
            named = ENGLISH.months.get(match[3])
            month = str(named[0][1]) if named else match[3]
            evidence = _evidence(match[1], month, match[4], setting)
            if evidence:
                return evidence
    whole_month = _MONTH.search(path)
    if whole_month is None:
        return []
    return _evidence(whole_month[1], whole_month[2], None, setting)


def _evidence(
    year: str, month: str, day: str | None, setting: ReadingContext
) -> list[DateCandidate]:
    try:
        value = datetime(int(year), int(month), int(day or 1), tzinfo=setting.zone)
    except ValueError:
        return []
    if not setting.accepts(value):
        return []
    if day:
        told = replace(claim(value, "day", "url", "published"), text=f"{year}-{month}-{day}")
        return [DateCandidate(told, DAY_WEIGHT)]
    told = replace(claim(value, "month", "url", "published"), text=f"{year}-{month}")
    return [DateCandidate(told, MONTH_WEIGHT)]
