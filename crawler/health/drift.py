"""Whether the articles of a source have become others than they were: then its layout has changed.
Pure.

The newest articles are compared with those before, by how long they are, how many have no date, how
many lines come back from earlier ones, their language, and how many pages have no article at all. A
difference is told where it is both large and far beyond chance.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.health.tally import HourlyCounts

WINDOWS = (20, 40, 80, 160)
"""How many of the newest pages are compared with those before; the longest that differs tells since
when.
"""
LEAST_BEFORE = 30
HISTORY = timedelta(days=56)
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
    """The pages of several hours: `undated`, `repeated` and `refused` count some of them.

    `words` and `spread` are mean and standard deviation of the logarithm of an article's length.
    """

    pages: int
    articles: int
    undated: float
    repeated: float
    refused: float
    words: float
    spread: float
    languages: Counter[str]


def find_drifts(tallies: Sequence[HourlyCounts], now: datetime) -> list[Drift]:
    """Everything that has changed, by the hours of a source in order."""
    if not tallies:
        return []
    start = max(tallies[0].hour + SETTLING, now - HISTORY)
    hours = [tally for tally in tallies if tally.hour >= start and _pages(tally)]
    drifts: dict[str, Drift] = {}
    for window in WINDOWS:
        at = _window(hours, window)
        if at is None or hours[-1].hour - hours[at].hour < LEAST_TIME:
            continue
        before = _sum(hours[:at])
        if before.pages < LEAST_BEFORE:
            break
        for drift in _compare(before, _sum(hours[at:]), hours[at].hour):
            drifts[drift.what] = drift
    return list(drifts.values())


def _pages(tally: HourlyCounts) -> int:
    return tally.articles + tally.refused


def _window(hours: Sequence[HourlyCounts], pages: int) -> int | None:
    """Where the newest pages begin; None where there are fewer."""
    counted = 0
    for at in range(len(hours) - 1, -1, -1):
        counted += _pages(hours[at])
        if counted >= pages:
            return at
    return None


def _sum(hours: Sequence[HourlyCounts]) -> _Sum:
    articles = refused = undated = 0
    repeated = log_words = log_words_squared = 0.0
    languages: Counter[str] = Counter()
    for tally in hours:
        articles += tally.articles
        refused += tally.refused
        undated += tally.undated
        repeated += tally.repeated
        log_words += tally.log_words
        log_words_squared += tally.log_words_squared
        languages.update(tally.languages)
    mean = variance = 0.0
    if articles:
        mean = log_words / articles
        variance = max(log_words_squared / articles - mean * mean, 0.0)
    return _Sum(
        pages=articles + refused,
        articles=articles,
        undated=undated,
        repeated=repeated,
        refused=refused,
        words=mean,
        spread=math.sqrt(variance),
        languages=languages,
    )


def _compare(before: _Sum, after: _Sum, since: datetime) -> list[Drift]:
    drifts = []
    if has_risen(before.refused, before.pages, after.refused, after.pages):
        drifts.append(
            Drift("refused", since, before.refused / before.pages, after.refused / after.pages)
        )
    if min(before.articles, after.articles) < WINDOWS[0] / 2:
        return drifts
    if _length_changed(before, after):
        drifts.append(Drift("words", since, math.exp(before.words), math.exp(after.words)))
    for what in ("undated", "repeated"):
        was = getattr(before, what)
        now = getattr(after, what)
        if has_risen(was, before.articles, now, after.articles):
            drifts.append(Drift(what, since, was / before.articles, now / after.articles))
    other_language = _language_drift(before, after, since)
    if other_language is not None:
        drifts.append(other_language)
    return drifts


def _length_changed(before: _Sum, after: _Sum) -> bool:
    """Whether the mean of the logarithms differs by a factor and beyond its standard error."""
    spread = max(before.spread, _SPREAD_LEAST)
    error = spread * math.sqrt(1 / before.articles + 1 / after.articles)
    change = abs(after.words - before.words)
    return change >= math.log(LENGTH_FACTOR) and change >= BEYOND_CHANCE * error


def _language_drift(before: _Sum, after: _Sum, since: datetime) -> Drift | None:
    """Whether fewer articles are in what was the main language; the figures are its shares."""
    articles_before = before.languages.total()
    articles_after = after.languages.total()
    if not articles_before or articles_after < WINDOWS[0] / 2:
        return None
    ((main, in_main_before),) = before.languages.most_common(1)
    others_before = articles_before - in_main_before
    others_after = articles_after - after.languages[main]
    if not has_risen(others_before, articles_before, others_after, articles_after):
        return None
    share_before = 1 - others_before / articles_before
    share_after = 1 - others_after / articles_after
    return Drift("language", since, share_before, share_after)


def has_risen(was: float, of: int, now: float, of_now: int, chance: float = CHANCE) -> bool:
    """Whether a share (`was` out of `of`, `now` out of `of_now`) rose by much, and less probably
    than `chance` without any change.
    """
    if not of or not of_now:
        return False
    if now / of_now - was / of < SHARE_STEP:
        return False
    # One page more and one less: a share of none or of all says nothing certain.
    usual = (was + 1) / (of + 2)
    return _chance(usual, now / of_now, of_now) <= chance


def _chance(usual: float, share: float, of: int) -> float:
    """Chernoff's bound on the probability of such a share, or a higher one, where `usual` is the
    rule.
    """
    share = min(share, 1 - 1e-9)
    if share <= usual:
        return 1.0
    risen_part = share * math.log(share / usual)
    fallen_part = (1 - share) * math.log((1 - share) / (1 - usual))
    return math.exp(-of * (risen_part + fallen_part))
