"""Sources as they publish: each with a weekly rhythm of its own, seeded, without any waiting; and
what befalls them.

Works on what the store tallies, hour by hour, so that 200 sources over two months take seconds.
"""

import math
import random
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from crawler.coverage import EntryPointState
from crawler.health import Entry, SourceHistory
from crawler.store import HourlyCounts

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
VISITS_AN_HOUR = 4
Fault = Literal[
    "silent",
    "refused",
    "shorter",
    "undated",
    "boilerplate",
    "language",
    "http 403",
    "http 404",
    "redirect",
]


@dataclass
class Paper:
    """One source: `rate` articles a day, its hours and days, how its articles are; from `broken_at`
    on its `fault`.
    """

    name: str
    rate: float
    profile: list[float]
    words: float
    spread: float
    undated: float
    refused: float
    seed: int
    fault: Fault | None = None
    broken_at: datetime | None = None
    hours: list[HourlyCounts] = field(default_factory=list)
    failures: list[tuple[datetime, int]] = field(default_factory=list)

    def live(self, days: int) -> "Paper":
        """Let it publish for so many days from `BEGIN`."""
        chance = random.Random(self.seed)
        mood = 1.0
        for number in range(days * 24):
            hour = BEGIN + number * HOUR
            if hour.hour == 0:
                mood = chance.gammavariate(8, 1 / 8)
            broken = self.fault if self.broken_at and hour >= self.broken_at else None
            published = _poisson(
                chance, self.rate * self.profile[hour.weekday() * 24 + hour.hour] * mood
            )
            self.hours.append(self._hour(hour, published, chance, broken))
        return self

    def _hour(
        self, hour: datetime, published: int, chance: random.Random, broken: Fault | None
    ) -> HourlyCounts:
        down = broken in ("http 403", "http 404")
        failed = VISITS_AN_HOUR if down else int(chance.random() < 0.01)
        self.failures.append((hour, failed))
        read = 0 if down or broken == "silent" else published
        refused = sum(
            chance.random() < (0.95 if broken == "refused" else self.refused) for _ in range(read)
        )
        articles = read - refused
        mean = self.words + (math.log(0.3) if broken == "shorter" else 0.0)
        logs = [chance.gauss(mean, self.spread) for _ in range(articles)]
        undated = sum(
            chance.random() < (0.9 if broken == "undated" else self.undated)
            for _ in range(articles)
        )
        repeated = sum(
            chance.betavariate(16, 8) if broken == "boilerplate" else 0.05 for _ in range(articles)
        )
        main = sum(
            chance.random() < (0.1 if broken == "language" else 0.97) for _ in range(articles)
        )
        return HourlyCounts(
            hour,
            VISITS_AN_HOUR,
            failed,
            0.4 * (VISITS_AN_HOUR - failed),
            articles=articles,
            fresh=articles,
            undated=undated,
            log_words=sum(logs),
            log_words_squared=sum(log * log for log in logs),
            repeated=repeated,
            refused=refused,
            languages={"fr": main, "en": articles - main} if articles else {},
        )

    def record(self, now: datetime) -> SourceHistory:
        """What is known of it at a full hour."""
        until = bisect_right(self.hours, now - HOUR, key=lambda tally: tally.hour)
        return SourceHistory(
            self.name,
            [Entry(f"https://{self.name}.example/feed", self._point(now))],
            self.hours[:until],
        )

    def _point(self, now: datetime) -> EntryPointState:
        last = now - timedelta(minutes=60 / VISITS_AN_HOUR)
        point = EntryPointState(
            "feed", True, BEGIN, last, last, "read", interval=3600 / VISITS_AN_HOUR
        )
        if self.broken_at is None or last < self.broken_at or self.fault is None:
            return point
        if self.fault == "redirect":
            return replace(
                point, location="https://elsewhere.example/feed", moved_since=self.broken_at
            )
        if self.fault.startswith("http"):
            failures = int((last - self.broken_at) / HOUR * VISITS_AN_HOUR) + 1
            return replace(
                point,
                read_at=self.broken_at,
                outcome=self.fault,
                failures=failures,
                failing_since=self.broken_at,
            )
        return point


def papers(number: int, days: int, seed: int = 7) -> list[Paper]:
    """So many healthy sources, from a few articles a week to one every ten minutes."""
    chance = random.Random(seed)
    return [
        paper(f"paper-{one}", math.exp(chance.uniform(math.log(0.4), math.log(150))), chance).live(
            days
        )
        for one in range(number)
    ]


def paper(name: str, rate: float, chance: random.Random) -> Paper:
    """A source with a rhythm and a manner drawn by chance."""
    return Paper(
        name,
        rate,
        _profile(chance),
        words=math.log(chance.uniform(150, 900)),
        spread=chance.uniform(0.3, 0.8),
        undated=chance.choice((0.0, 0.0, 0.02, 0.1)),
        refused=chance.choice((0.0, 0.02, 0.1, 0.2)),
        seed=chance.randrange(2**31),
    )


def _profile(chance: random.Random) -> list[float]:
    """Shares of a day's articles by hour of the week: a busy time of day somewhere in the world,
    quieter weekends.
    """
    zone, night = chance.randrange(24), chance.uniform(0.0, 0.3)
    weekend = chance.choice((0.0, 0.2, 0.5, 0.9))
    day = [
        night
        + max(0.0, math.sin(math.pi * ((hour - 6) % 24) / 16) if (hour - 6) % 24 < 16 else 0.0)
        for hour in range(24)
    ]
    whole = sum(day)
    return [
        (weekend if at // 24 in (5, 6) else 1.0) * day[(at + zone) % 24] / whole
        for at in range(168)
    ]


def _poisson(chance: random.Random, mean: float) -> int:
    number, product, least = 0, chance.random(), math.exp(-mean)
    while product > least:
        number += 1
        product *= chance.random()
    return number
