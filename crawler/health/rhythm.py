"""How often a source publishes, by the hour of its week, and whether its silence is longer than
that explains. Pure.

Articles are taken for a Poisson process whose rate follows the hour of the week, with fuller and
emptier days: a day's count has a negative binomial distribution (Poisson mixed by a gamma). A
silence is measured in the articles that would have appeared in it, those of one day weighed by how
much the days of this source vary; hours in which it could not be read don't count, in past and
present alike.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.health.tally import HourlyCounts, hour_of

WEEKS = 8
"""How much of the past a rhythm is taken from."""
SETTLING = timedelta(hours=24)
"""The first hours of a source bring what had piled up before."""
LEAST_DAYS = 14
"""Days of hours that are known, below which nothing is said of its rhythm."""
LEAST_ARTICLES = 12
"""Articles of a source below which nothing is said of its rhythm."""
LEAST_SILENCE = timedelta(hours=6)
MISSING_ARTICLES = 15.0
"""A silence is told when so many articles are missing by the rhythm, unless its own past has had
longer silences: among 200 sources, chance alone makes such a silence less often than once in a
year.
"""
LONGER_THAN_EVER = 1.4
REGULAR = 0.5
"""A source whose longest silence is half of what chance would make publishes regularly: a few times
that is enough.
"""
REGULAR_TIMES = 2.5
REGULAR_LEAST = 3.0
REGULAR_KNOWN = 28
"""Hours with articles from which a source is known to be regular."""
_HOUR = timedelta(hours=1)
_PRIOR_WEEKS = 2.0
_UNSEEN = 6
"""Hours in a row without any visit after which a source counts as not read in them."""


@dataclass(frozen=True, slots=True)
class PublishingRate:
    """Articles an hour by hour of the week (0 is Monday, 0:00 UTC), and what silences are usual.

    `longest` is the weight of the longest one so far and `limit` of the one that is told. `varies`
    is the variance of a day's articles beyond chance, as a share of the square of those expected.
    """

    rates: tuple[float, ...]
    articles: int
    days: float
    varies: float
    longest: float
    limit: float

    @property
    def a_day(self) -> float:
        """Articles a day."""
        return sum(self.rates) / 7


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when no article has come, how many are missing by the rhythm, and how much that weighs.

    `refused` are the new pages that had no article on them.
    """

    since: datetime
    missing: float
    weight: float
    limit: float
    refused: int = 0

    @property
    def is_unusual(self) -> bool:
        """Whether that is longer than the rhythm explains."""
        return self.weight >= self.limit


def rhythm_of(tallies: Sequence[HourlyCounts], now: datetime) -> PublishingRate | None:
    """The rhythm of a source by its hours (in order) until its newest article; None where too
    little is known.
    """
    settled = _settled(tallies, now)
    active = [tally.hour for tally in settled if tally.articles]
    if not active:
        return None
    hours = _hours(settled[0].hour, active[-1])
    fresh = {tally.hour: tally.fresh for tally in settled if tally.fresh}
    total = sum(fresh.values())
    if len(hours) < LEAST_DAYS * 24 or total < LEAST_ARTICLES:
        return None
    seen = _seen(settled, hours)
    rates = _rates(hours, seen, fresh)
    expected = _expected(rates, hours, seen)
    varies = _varies(hours, expected, fresh)
    longest = _longest(hours, expected, set(active), varies)
    limit = _limit(longest, len(active))
    return PublishingRate(tuple(rates), total, len(hours) / 24, varies, longest, limit)


def silence_of(
    tallies: Sequence[HourlyCounts], rhythm: PublishingRate, now: datetime
) -> Silence | None:
    """The silence that lasts now; None where articles came lately, or where the source can't be
    read.
    """
    active = [tally.hour for tally in tallies if tally.articles]
    if not active:
        return None
    since = active[-1] + _HOUR
    if now - since < LEAST_SILENCE:
        return None
    hours = _hours(since, hour_of(now))[:-1]
    seen = _seen([tally for tally in tallies if tally.hour >= active[-1]], hours)
    expected = _expected(rhythm.rates, hours, seen)
    refused = sum(tally.refused for tally in tallies if tally.hour >= since)
    weight = _weight(hours, expected, rhythm.varies)
    return Silence(since, sum(expected), weight, rhythm.limit, refused)


def _limit(longest: float, times: int) -> float:
    if times >= REGULAR_KNOWN and longest <= REGULAR * math.log(1 + times):
        return max(REGULAR_TIMES * longest, REGULAR_LEAST)
    return max(LONGER_THAN_EVER * longest, MISSING_ARTICLES)


def _settled(tallies: Sequence[HourlyCounts], now: datetime) -> list[HourlyCounts]:
    if not tallies:
        return []
    start = max(tallies[0].hour + SETTLING, hour_of(now) - timedelta(weeks=WEEKS))
    return [tally for tally in tallies if start <= tally.hour <= now]


def _hours(first: datetime, last: datetime) -> list[datetime]:
    return [first + number * _HOUR for number in range(int((last - first) / _HOUR) + 1)]


def _seen(tallies: Sequence[HourlyCounts], hours: Sequence[datetime]) -> list[bool]:
    """Whether the source was read in each hour: not where every visit failed, nor in a long time
    without any.
    """
    visited = {tally.hour: tally for tally in tallies if tally.visits}
    seen = [True] * len(hours)
    without_visit = 0
    for at, hour in enumerate(hours):
        tally = visited.get(hour)
        if tally is not None:
            without_visit = 0
            seen[at] = tally.failed < tally.visits
            continue
        without_visit += 1
        if without_visit > _UNSEEN:
            seen[at - without_visit + 1 : at + 1] = [False] * without_visit
    return seen


def _rates(
    hours: Sequence[datetime], seen: Sequence[bool], fresh: Mapping[datetime, int]
) -> list[float]:
    """Articles by hour of the week, drawn towards the product of day and hour of day while few
    weeks are known.
    """
    counts = [0.0] * 168
    times = [0.0] * 168
    for hour, was_seen in zip(hours, seen, strict=True):
        if was_seen or fresh.get(hour):
            counts[_of_week(hour)] += fresh.get(hour, 0)
            times[_of_week(hour)] += 1
    prior = _prior_rates(counts, times)
    rates = []
    for slot in range(168):
        expected = counts[slot] + _PRIOR_WEEKS * prior[slot]
        rates.append(expected / (times[slot] + _PRIOR_WEEKS))
    return rates


def _prior_rates(counts: Sequence[float], times: Sequence[float]) -> list[float]:
    """What each hour of the week would bring if days and hours of the day had nothing to do with
    each other.
    """
    mean = sum(counts) / max(sum(times), 1)
    if not mean:
        return [0.0] * 168
    of_day = []
    for day in range(7):
        slots = slice(24 * day, 24 * day + 24)
        of_day.append(_ratio(counts[slots], times[slots], mean))
    of_hour = [_ratio(counts[hour::24], times[hour::24], mean) for hour in range(24)]
    return [of_day[slot // 24] * of_hour[slot % 24] / mean for slot in range(168)]


def _ratio(counts: Sequence[float], times: Sequence[float], otherwise: float) -> float:
    return sum(counts) / sum(times) if sum(times) else otherwise


def _expected(
    rates: Sequence[float], hours: Sequence[datetime], seen: Sequence[bool]
) -> list[float]:
    """The articles that each hour would have brought to us; none where the source was not read."""
    expected = []
    for hour, was_seen in zip(hours, seen, strict=True):
        expected.append(rates[_of_week(hour)] if was_seen else 0.0)
    return expected


def _longest(
    hours: Sequence[datetime], expected: Sequence[float], active: set[datetime], varies: float
) -> float:
    """The weight of the longest silence between two hours with articles."""
    longest = 0.0
    last = None
    for at, hour in enumerate(hours):
        if hour not in active:
            continue
        if last is not None:
            silence = slice(last + 1, at)
            longest = max(longest, _weight(hours[silence], expected[silence], varies))
        last = at
    return longest


def _weight(hours: Sequence[datetime], expected: Sequence[float], varies: float) -> float:
    """How unlikely a silence is: minus the logarithm of the chance of no article.

    That is the number of articles expected where days do not vary, and less of it on one day the
    more they do.
    """
    days = _by_day(hours, expected).values()
    if not varies:
        return sum(days)
    return sum(math.log1p(varies * day) / varies for day in days)


def _varies(
    hours: Sequence[datetime], expected: Sequence[float], fresh: Mapping[datetime, int]
) -> float:
    """The dispersion of a day's articles by the method of moments.

    Their squared distance from what is expected, less what chance makes, over the square of what is
    expected.
    """
    days = _by_day(hours, expected)
    articles = _by_day(hours, [float(fresh.get(hour, 0)) for hour in hours])
    beyond_chance = squares = 0.0
    for day, due in days.items():
        beyond_chance += (articles[day] - due) ** 2 - due
        squares += due * due
    return max(0.0, beyond_chance / max(squares, 1e-9))


def _by_day(hours: Sequence[datetime], values: Sequence[float]) -> dict[date, float]:
    days: dict[date, float] = {}
    for hour, value in zip(hours, values, strict=True):
        days[hour.date()] = days.get(hour.date(), 0.0) + value
    return days


def _of_week(hour: datetime) -> int:
    return hour.weekday() * 24 + hour.hour
