"""A world of news sites without a network: what each has published by a moment, and what its entry
points list.

Everything follows from a seed. Rates follow the clock of each site's own time zone: nights,
weekdays, weekends, hours of breaking news, weeklies that publish a whole issue at once. A site can
be given a fault from a moment on.
"""

import random
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from crawler.sources import Section, Source

Fault = Literal["layout", "silent", "forbidden", "moved"]
Kind = Literal["agency", "daily", "regional", "magazine", "weekly"]

ZONES = (
    "Europe/Paris",
    "Europe/London",
    "Asia/Beirut",
    "Africa/Casablanca",
    "America/New_York",
    "Asia/Tokyo",
)
HISTORY = timedelta(days=14)
STEP = timedelta(minutes=10)
PER_DAY: dict[Kind, tuple[float, float]] = {
    "agency": (150.0, 400.0),
    "daily": (30.0, 90.0),
    "regional": (8.0, 25.0),
    "magazine": (1.0, 5.0),
    "weekly": (0.2, 1.0),
}
LISTED: dict[Kind, tuple[int, int]] = {
    "agency": (50, 100),
    "daily": (20, 40),
    "regional": (15, 30),
    "magazine": (10, 20),
    "weekly": (15, 25),
}
"""How many items a feed holds."""
SHARES: tuple[tuple[Kind, float], ...] = (
    ("agency", 0.08),
    ("daily", 0.28),
    ("regional", 0.30),
    ("magazine", 0.20),
    ("weekly", 0.14),
)
_HOURS = (
    3,
    2,
    2,
    2,
    3,
    8,
    30,
    60,
    90,
    100,
    100,
    95,
    80,
    75,
    85,
    90,
    95,
    100,
    90,
    70,
    50,
    35,
    20,
    8,
)
"""Weights of the hours of a working day: newsrooms write between the morning and the evening."""


@dataclass(frozen=True, slots=True)
class Published:
    """An article of the world: its address and when it appeared."""

    url: str
    at: datetime


@dataclass(slots=True)
class Site:
    """A simulated site: its source, what it publishes (oldest first), and how many items each entry
    point lists.
    """

    source: Source
    kind: Kind
    zone: ZoneInfo
    articles: list[Published]
    listed: dict[str, int]
    fault: tuple[Fault, datetime] | None = None
    _times: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._publish(self.articles)

    def suffer(self, fault: Fault, since: datetime) -> None:
        """Let the site have a fault from a moment on; one that is silent publishes nothing more."""
        self.fault = (fault, since)
        if fault == "silent":
            self._publish([article for article in self.articles if article.at < since])

    def faulty(self, now: datetime) -> Fault | None:
        """The fault that the site has at a moment."""
        return self.fault[0] if self.fault and now >= self.fault[1] else None

    def listing(self, url: str, now: datetime) -> list[Published]:
        """What an entry point lists, newest first."""
        end = bisect_right(self._times, now)
        return self.articles[max(0, end - self.listed[url]) : end][::-1]

    def _publish(self, articles: list[Published]) -> None:
        self.articles = articles
        self._times = [article.at for article in articles]


def world(seed: int, sites: int, start: datetime, span: timedelta) -> list[Site]:
    """So many sites that have published since a while before the start, and go on until its end."""
    kinds, weights = zip(*SHARES, strict=True)
    chance = random.Random(seed)
    return [
        _site(chance.choices(kinds, weights)[0], number, seed, start, span)
        for number in range(sites)
    ]


def _site(kind: Kind, number: int, seed: int, start: datetime, span: timedelta) -> Site:
    chance = random.Random(f"{seed}:{number}")
    name, zone = f"{kind}-{number}", ZoneInfo(chance.choice(ZONES))
    home = f"https://{name}.example/"
    feed, section, sitemap = f"{home}feed.xml", f"{home}news/", f"{home}sitemap.xml"
    has_section, has_sitemap = chance.random() < 0.4, chance.random() < 0.15
    size = chance.randint(*LISTED[kind])
    listed = (
        {feed: size}
        | ({section: max(20, size)} if has_section else {})
        | ({sitemap: 200} if has_sitemap else {})
    )
    source = Source(
        id=name,
        name=name,
        home=home,
        feeds=(feed,),
        sections=(Section(url=section),) if has_section else (),
        sitemaps=(sitemap,) if has_sitemap else (),
    )
    times = (
        _issues(chance, zone, start, span)
        if kind == "weekly"
        else _flow(chance, kind, zone, start, span)
    )
    articles = [Published(f"{home}{at:%Y/%m/%d}/{count}", at) for count, at in enumerate(times)]
    return Site(source, kind, zone, articles, listed)


def _flow(
    chance: random.Random, kind: Kind, zone: ZoneInfo, start: datetime, span: timedelta
) -> list[datetime]:
    """A stream whose rate follows the hours and the weekdays, with hours of breaking news, minute
    by minute.
    """
    daily, weekend = chance.uniform(*PER_DAY[kind]), chance.uniform(0.3, 0.8)
    floor = 25 if kind == "agency" else 0  # agencies work at night too
    shift, total = chance.randint(-1, 1), sum(max(weight, floor) for weight in _HOURS)
    times: list[datetime] = []
    at, breaking, factor = start - HISTORY, start - HISTORY, 1.0
    while at < start + span:
        if at >= breaking and chance.random() < STEP / timedelta(hours=36):
            breaking, factor = at + timedelta(minutes=chance.randint(40, 180)), chance.uniform(3, 6)
        local = at.astimezone(zone)
        rate = (
            daily
            * max(_HOURS[(local.hour + shift) % 24], floor)
            / total
            * (STEP / timedelta(hours=1))
        )
        rate *= (weekend if local.weekday() >= 5 else 1.0) * (factor if at < breaking else 1.0)
        times += sorted(at + STEP * chance.random() for _ in range(_poisson(chance, rate)))
        at += STEP
    return times


def _issues(
    chance: random.Random, zone: ZoneInfo, start: datetime, span: timedelta
) -> list[datetime]:
    """A whole issue at once, on one weekday, and a note now and then."""
    weekday, hour, times = chance.randint(0, 6), chance.randint(6, 18), list[datetime]()
    day = start - HISTORY
    while day < start + span:
        local = day.astimezone(zone).replace(
            hour=hour, minute=chance.randint(0, 59), second=0, microsecond=0
        )
        count = chance.randint(6, 14) if local.weekday() == weekday else int(chance.random() < 0.15)
        times += [
            local.astimezone(start.tzinfo) + timedelta(seconds=7 * number)
            for number in range(count)
        ]
        day += timedelta(days=1)
    return sorted(time for time in times if time < start + span)


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count += 1
        left += chance.expovariate(1.0)
    return count
