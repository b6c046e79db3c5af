"""Whether the newest articles of a source are spoilt by a wrong encoding. Pure."""

from collections.abc import Sequence

from crawler.health.findings import Finding
from crawler.health.tally import GARBLED, HourlyCounts

NEWEST = 12
"""The newest articles that are looked at, with those of the same hours."""
LEAST = 3
"""So many of them must be spoilt,"""
SHARE = 0.25
"""and this share: a few pages may be spoilt where the source is well."""


def find_garbled(tallies: Sequence[HourlyCounts]) -> list[Finding]:
    """A source whose newest articles hold characters that nobody wrote."""
    newest: list[HourlyCounts] = []
    articles = 0
    for tally in reversed(tallies):
        if articles >= NEWEST:
            break
        articles += tally.articles
        newest.append(tally)
    garbled = sum(tally.languages.get(GARBLED, 0) for tally in newest)
    if garbled < LEAST or garbled < SHARE * articles:
        return []
    since = min(tally.hour for tally in newest if GARBLED in tally.languages)
    figures: dict[str, float | str] = {"garbled": round(garbled / articles, 3)}
    return [Finding("garbled", "bad", since, ("garbled",), "garbled", figures)]
