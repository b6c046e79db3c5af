"""Watching a simulated world with a frozen clock: the own decisions of schedule, queue, ledger and
pace on a real store, in which only fetching is replaced by what the world lists.
"""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from crawler.jobs.scheduler import jitter, next_run
from crawler.policy.pace import Pace, VisitResult, crawl_due, is_due, next_due, pace_after
from crawler.runtime.leases import LEASE_SPAN, names_of
from crawler.spiders.source import entry_points_of
from crawler.store import DiscoveredPage, EntryPoint, NamedEntryPoints, Store, Visit
from tests.support.newsworld import Fault, Published, Site

OWNER = "simulation:0:0"
OUTCOMES: dict[Fault, str] = {"forbidden": "http 403", "moved": "http 404"}
Told = Callable[[Site, EntryPoint, datetime, list[Published]], None]


@dataclass(slots=True)
class Watched:
    """What came of it: when each article was found, the visits to entry points, and the runs that
    were queued.
    """

    found: dict[str, datetime] = field(default_factory=dict)
    visits: list[tuple[datetime, str, str]] = field(default_factory=list)
    runs: list[tuple[datetime, str]] = field(default_factory=list)

    def delays(self, site: Site, start: datetime) -> list[timedelta]:
        """How long each article waited that appeared since the start and was found."""
        new = (article for article in site.articles if article.at >= start)
        return [
            self.found[article.url] - article.at for article in new if article.url in self.found
        ]

    def missed(self, site: Site, start: datetime, end: datetime) -> list[Published]:
        """The articles that appeared since the start, were not found, and are listed nowhere any more."""
        listed = {article.url for url in site.listed for article in site.listing(url, end)}
        new = (article for article in site.articles if start <= article.at <= end)
        return [
            article
            for article in new
            if article.url not in self.found and article.url not in listed
        ]


@dataclass(slots=True)
class Simulation:
    """A world watched from a start; `told` hears of every visit that was read."""

    sites: dict[str, Site]
    store: Store
    seed: int = 0
    told: Told | None = None
    ahead: timedelta = timedelta()
    """How far the world's time is ahead of the clock that Veille goes by."""
    watched: Watched = field(default_factory=Watched)

    def run(self, start: datetime, end: datetime) -> Watched:
        """Let the time pass: each source's job wakes at its due time or a little later; a worker
        takes the queue.
        """
        chance, jobs = random.Random(self.seed), list[tuple[datetime, str]]()
        for name, site in self.sites.items():
            heapq.heappush(jobs, (next_run(None, site.source, start), name))
        while jobs and jobs[0][0] <= end:
            now, name = heapq.heappop(jobs)
            source = self.sites[name].source
            due_at = self.store.queue.due().get(name) if source.cron or source.every else None
            if self.store.queue.fall_due(name, now, next_due(source, now, due_at)):
                self.watched.runs.append((now, name))
            self._work(now)
            later = next_run(self.store.queue.due()[name], source, now)
            heapq.heappush(jobs, (max(later, now) + jitter(source) * chance.random(), name))
        return self.watched

    def step(self, now: datetime) -> None:
        """What is due at this moment of the clock is queued and crawled."""
        due = self.store.queue.due()
        for name, site in self.sites.items():
            at = due.get(name)
            if (at is None or at <= now) and self.store.queue.fall_due(
                name, now, next_due(site.source, now, at)
            ):
                self.watched.runs.append((now, name))
        self._work(now)

    def _work(self, now: datetime) -> None:
        queue = self.store.queue
        names = {name: names_of(site.source) for name, site in self.sites.items()}
        while taken := queue.claim(names, OWNER, now, LEASE_SPAN):
            for name in taken:
                queue.unqueue(name, self._crawl(self.sites[name], now))
                self.store.leases.release(names[name], OWNER)

    def _crawl(self, site: Site, now: datetime) -> datetime | None:
        source, ledger = site.source, self.store.ledger
        entries, paces = list(entry_points_of(source)), self.store.paces.of_source(source.id)
        crawl = ledger.start(source.id, now)
        for entry in entries:
            if is_due(paces.get(entry.url), now):
                self._visit(site, crawl, entry, now)
        ledger.finish(crawl, now, "finished", {})
        if source.every or source.cron:
            return None
        return crawl_due(*self.store.paces.due(source.id, [entry.url for entry in entries]), now)

    def _visit(self, site: Site, crawl: int, entry: EntryPoint, now: datetime) -> None:
        self.watched.visits.append((now, site.source.id, entry.url))
        fault = site.faulty(now + self.ahead)
        outcome = OUTCOMES.get(fault, "read") if fault else "read"
        articles = site.listing(entry.url, now + self.ahead) if outcome == "read" else []
        for article in articles:
            self.watched.found.setdefault(article.url, now + self.ahead)
        links = [DiscoveredPage(site.source.key(article.url), article.url) for article in articles]
        visit = Visit(crawl, site.source.id, entry, now, outcome, len(links))

        def after(before: Pace | None, new: int, again: int) -> Pace:
            return pace_after(
                site.source, before, VisitResult(now, outcome == "read", len(links), new, again)
            )

        self.store.ledger.record_visit(visit, links, NamedEntryPoints(), after)
        if self.told:
            self.told(site, entry, now, articles)


def report(
    watched: Watched, sites: dict[str, Site], start: datetime, end: datetime
) -> dict[str, float]:
    """The figures: articles, missed, the median delay in minutes of sources with an article an hour
    or more, that of the slowest of them, and the visits as a share of those of a fixed interval of
    five minutes.
    """
    hours = (end - start).total_seconds() / 3600
    busy = [
        site for site in sites.values() if sum(one.at >= start for one in site.articles) >= hours
    ]
    delays = {site.source.id: watched.delays(site, start) for site in busy}
    every = [delay for found in delays.values() for delay in found]
    fixed = sum(len(site.listed) for site in sites.values()) * hours * 12
    return {
        "sources": len(sites),
        "articles": sum(one.at >= start for site in sites.values() for one in site.articles),
        "missed": sum(len(watched.missed(site, start, end)) for site in sites.values()),
        "busy_sources": len(busy),
        "median_delay_minutes": _minutes(every),
        "slowest_median_minutes": max(_minutes(found) for found in delays.values() if found),
        "visits": len(watched.visits),
        "share_of_fixed": len(watched.visits) / fixed,
    }


def _minutes(delays: Sequence[timedelta]) -> float:
    """The median of delays, in minutes."""
    return median(delay / timedelta(minutes=1) for delay in delays)
