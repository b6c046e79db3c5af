"""Whether the articles of a source have become others than they were: then its layout has changed.
Pure.

The newest articles are compared with those before, by how long they are, how many have no date, how
many lines come back from earlier ones, their language, and how many pages have no article at all. A
difference is told where it is both large and far beyond chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.health.tally import HourlyCounts

WINDOWS = (20, 40, 80, 160)
"""How many of the newest pages are compared with those before; the longest that differs tells since
when.
"""
LEAST_BEFORE = 30
PAST = timedelta(days=56)
SETTLING = timedelta(hours=24)
LEAST_TIME = timedelta(hours=2)
LENGTH_FACTOR = 2.0
"""Typical lengths that differ by less are a matter of subjects."""
SHARE_STEP = 0.4
BEYOND_CHANCE = 5.0
"""Standard errors of a length."""
CHANCE = 1e-8
"""How probable a share may be without any change."""
_SPREAD_LEAST = 0.25


@dataclass(frozen=True, slots=True)
class Drift:
    """What has changed (`words`, `undated`, `repeated`, `language` or `refused`), since when, and
    both figures.
    """

    what: str
    since: datetime
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class _Sum:
    pages: int
    articles: int
    undated: float
    repeated: float
    refused: float
    words: float
    spread: float
    languages: dict[str, int]


def find_drifts(tallies: Sequence[HourlyCounts], now: datetime) -> list[Drift]:
    """Everything that has changed, by the hours of a source in order."""
    if not tallies:
        return []
    start = max(tallies[0].hour + SETTLING, now - PAST)
    held = [tally for tally in tallies if tally.hour >= start and tally.articles + tally.refused]
    found: dict[str, Drift] = {}
    for window in WINDOWS:
        at = _window(held, window)
        if at is None or held[-1].hour - held[at].hour < LEAST_TIME:
            continue
        before, after = _sum(held[:at]), _sum(held[at:])
        if before.pages < LEAST_BEFORE:
            break
        found |= {drift.what: drift for drift in _compared(before, after, held[at].hour)}
    return list(found.values())


def _window(held: Sequence[HourlyCounts], pages: int) -> int | None:
    """Where the newest pages begin; None where there are fewer."""
    counted = 0
    for at in range(len(held) - 1, -1, -1):
        counted += held[at].articles + held[at].refused
        if counted >= pages:
            return at
    return None


def _sum(held: Sequence[HourlyCounts]) -> _Sum:
    articles = sum(tally.articles for tally in held)
    refused = sum(tally.refused for tally in held)
    logs, squares = sum(t.log_words for t in held), sum(t.log_words_squared for t in held)
    mean = logs / articles if articles else 0.0
    spread = math.sqrt(max(squares / articles - mean * mean, 0.0)) if articles else 0.0
    languages: dict[str, int] = {}
    for tally in held:
        for language, count in tally.languages.items():
            languages[language] = languages.get(language, 0) + count
    undated, repeated = sum(t.undated for t in held), sum(t.repeated for t in held)
    return _Sum(articles + refused, articles, undated, repeated, refused, mean, spread, languages)


def _compared(before: _Sum, after: _Sum, since: datetime) -> list[Drift]:
    found = []
    if _risen(before.refused, before.pages, after.refused, after.pages):
        found.append(
            Drift("refused", since, before.refused / before.pages, after.refused / after.pages)
        )
    if min(before.articles, after.articles) < WINDOWS[0] / 2:
        return found
    error = max(before.spread, _SPREAD_LEAST) * math.sqrt(1 / before.articles + 1 / after.articles)
    change = after.words - before.words
    if abs(change) >= math.log(LENGTH_FACTOR) and abs(change) >= BEYOND_CHANCE * error:
        found.append(Drift("words", since, math.exp(before.words), math.exp(after.words)))
    for what in ("undated", "repeated"):
        was, now = getattr(before, what), getattr(after, what)
        if _risen(was, before.articles, now, after.articles):
            found.append(Drift(what, since, was / before.articles, now / after.articles))
    found += _language(before, after, since)
    return found


def _risen(was: float, of: int, now: float, of_now: int) -> bool:
    if not of or not of_now:
        return False
    return (
        now / of_now - was / of >= SHARE_STEP
        and _chance((was + 1) / (of + 2), now / of_now, of_now) <= CHANCE
    )


def _chance(usual: float, share: float, of: int) -> float:
    """Chernoff's bound on the probability of such a share, or a higher one, where `usual` is the rule."""
    share = min(share, 1 - 1e-9)
    if share <= usual:
        return 1.0
    apart = share * math.log(share / usual) + (1 - share) * math.log((1 - share) / (1 - usual))
    return math.exp(-of * apart)


def _language(before: _Sum, after: _Sum, since: datetime) -> list[Drift]:
    spoken, heard = sum(before.languages.values()), sum(after.languages.values())
    if not spoken or heard < WINDOWS[0] / 2:
        return []
    main = max(before.languages, key=lambda one: before.languages[one])
    other, others = spoken - before.languages[main], heard - after.languages.get(main, 0)
    if not _risen(other, spoken, others, heard):
        return []
    return [Drift("language", since, 1 - other / spoken, 1 - others / heard)]
