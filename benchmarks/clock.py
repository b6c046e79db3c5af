"""A clock that jumps under a running monitor: `python -m benchmarks.clock`.

Over two simulated days, minute by minute, a world of news sites is watched, and what is found goes
through outbox, relay and index to an alert that tells a webhook on loopback of everything.
Meanwhile the clock is set back by an hour, forward by one, and back by a day; around each jump the
index asks to wait and the receiver is down, so that there is something to retry. Tells what was
lost or doubled between the sites and the receiver, what the log says, and how long articles waited,
beside the same days under a clock that is right. `--postgresql` takes a PostgreSQL of its own.
"""

import argparse
import logging
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, cast

from crawler.article import Article
from crawler.policy.decide import decide
from crawler.process.owner import owner_name
from crawler.runtime.clock_watch import ClockWatch
from crawler.store import EntryPoint, PageVisit, Store
from indexer.backend import Backend, Operation, Outcome
from indexer.backends import open_backend
from tests.support.alerting import START, AlertSetup
from tests.support.newsworld import Published, Site, world
from tests.support.postgres import Databases, running
from tests.support.receivers import Hook, Mailbox, hook
from tests.support.simulation import Simulation

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SPAN = 2 * DAY
JUMPS = {10 * 60: -HOUR, 20 * 60: HOUR, 30 * 60: -DAY}
"""Minutes since the start → by how much the clock is set then."""
TROUBLE = 7
"""Minutes before and behind each jump in which the index asks to wait and the receiver is down."""


@dataclass
class Busy:
    """An index that asks to wait with everything while it is `busy`."""

    index: Backend
    busy: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.index, name)

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        if self.busy:
            return [Outcome(one.id, "retry", "busy") for one in operations]
        return self.index.write(operations)


@dataclass
class Days:
    """Two days of watching `sites`; `jumps` as in `JUMPS`. Times of the world are those of a clock
    that is right.
    """

    context: AlertSetup
    index: Busy
    sites: list[Site]
    jumps: dict[int, timedelta]
    published: dict[str, Published] = field(default_factory=dict)
    waits: dict[str, timedelta] = field(default_factory=dict)
    visits: int = 0
    missed: int = 0

    def pass_by(self) -> None:
        """Minute by minute: look at the clock, crawl what is due, relay, tell."""
        context, minute = self.context, 0
        watch = ClockWatch(context.store, owner_name(), lambda: context.now, lambda: minute * 60.0)
        watching = Simulation(
            {site.source.id: site for site in self.sites}, context.store, told=self._found
        )
        watch.begin()
        for minute in range((SPAN + 3 * HOUR) // MINUTE):
            right, seen = START + minute * MINUTE, len(context.hook.calls)
            watching.ahead -= self.jumps.get(minute, timedelta())
            context.now = right - watching.ahead
            watch.look()
            self.index.busy = context.hook.closed = any(abs(minute - at) <= TROUBLE for at in JUMPS)
            if right < START + SPAN and not watch.settling():
                with context.store.together():
                    watching.step(context.now)
            context.tick(timedelta())
            for body in context.hook.bodies[seen:] if len(context.hook.calls) > seen else ():
                for one in body["articles"]:
                    self.waits.setdefault(one["id"], right - self.published[one["id"]].at)
        self.visits = len(watching.watched.visits)
        self.missed = sum(
            len(watching.watched.missed(site, START, START + SPAN)) for site in self.sites
        )

    def _found(self, site: Site, _: EntryPoint, __: Any, articles: list[Published]) -> None:
        store, now = self.context.store, self.context.now
        for one in articles:
            id = sha256(one.url.encode()).hexdigest()[:32]
            if id not in self.published:
                self.published[id] = one
                values: dict[str, Any] = {
                    "title": one.url,
                    "text": "News.",
                    "language": "en",
                    "source": site.source.id,
                }
                article = Article(url=one.url, id=id, canonical_url=one.url, **values)
                visit = PageVisit(site.source.key(one.url), "article", now, None)
                store.pages.record_article(
                    visit, decide(article, store.pages.known_article(id), now), frozenset(), 1
                )

    def report(self) -> str:
        """What was lost or doubled of what appeared while Veille watched."""
        told = Counter(one["id"] for body in self.context.hook.bodies for one in body["articles"])
        news = {id for id, one in self.published.items() if one.at >= START}
        doubled, wrong = sum(count > 1 for count in told.values()), len(set(told) - news)
        waits = sorted(wait / MINUTE for wait in self.waits.values())
        counts = (
            f"{len(news)} articles, {len(news - set(told))} lost, {doubled} doubled, {wrong} wrong"
        )
        slow = f"waited {median(waits):.0f} min at the median, {waits[-1]:.0f} at most"
        return f"{counts}; {self.missed} never seen; {slow}; {self.visits} visits"


def main() -> None:
    """Let the days pass with a right clock, and with one that jumps."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sites", type=int, default=12)
    options.add_argument("--postgresql", action="store_true")
    chosen = options.parse_args()
    logging.basicConfig(format="  log: %(message)s", level=logging.WARNING)
    for name, jumps in (("a clock that is right", {}), ("a clock that jumps", JUMPS)):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            database = f"sqlite:///{folder}/veille.sqlite"
            if chosen.postgresql:
                database = Databases(stack.enter_context(running())).new()
            report = passed(folder, database, stack.enter_context(hook()), jumps, chosen.sites)
            print(f"{name}: {report}", flush=True)


def passed(
    folder: Path, database: str, hooked: Hook, jumps: dict[int, timedelta], sites: int
) -> str:
    """The report of two days on a store and an index of their own."""
    store, index = Store(database, upgrade=True), open_backend("embedded", folder, writer=True)
    index.setup()
    busy = Busy(index)
    context = AlertSetup(store, cast("Backend", busy), Mailbox(), hooked)
    context.alert(context.save("*"), channel="webhook", target=hooked.url)
    days = Days(context, busy, world(5, sites, START, SPAN), jumps)
    days.pass_by()
    index.close()
    store.close()
    return days.report()


if __name__ == "__main__":
    main()
