"""What an hour of a source came to: visits, articles, failures. Values only."""

from dataclasses import dataclass, field
from datetime import datetime

GARBLED = "garbled"
"""In the place of a language: the characters of an article are not what was written."""


@dataclass(frozen=True, slots=True)
class HourlyCounts:
    """One hour of a source, or several added up; `hour` (aware, UTC) is the first one. `languages`
    counts its articles by their language, or as `GARBLED`; `refusals` are the pages without an
    article, by reason.
    """

    hour: datetime
    visits: int = 0
    failed: int = 0
    seconds: float = 0.0
    bytes: int = 0
    links: int = 0
    articles: int = 0
    fresh: int = 0
    undated: int = 0
    log_words: float = 0.0
    log_words_squared: float = 0.0
    repeated: float = 0.0
    refused: int = 0
    blocked: int = 0
    doubled: int = 0
    same_title: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour, UTC."""
    return at.replace(minute=0, second=0, microsecond=0)
