"""An Elasticsearch that is away for a simulated day: `python -m benchmarks.away [--hours N]
[--an-hour N]`.

Alerts and then the relay run through that time by a clock of their own, each for all of it, while
articles are found, edited and withdrawn every hour; connections to the index break off. Then it
answers again. Told is how often it was asked, what the log says, and what is lost or doubled in the
index and among what a webhook on loopback is told. Needs an Elasticsearch (its URL in
ELASTICSEARCH_URL).
"""

import argparse
import logging
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import uuid4

from elasticsearch import Elasticsearch

from crawler.store import PageVisit, Store
from indexer.backends import open_backend
from indexer.query import Search
from indexer.relay import Relay
from tests.support.alerting import AlertSetup
from tests.support.faults import DROP, Between, between
from tests.support.receivers import Mailbox, hook

HOUR = timedelta(hours=1)


@dataclass
class Passing:
    """Time that passes while somebody waits, in the place of an event that says when to stop."""

    context: AlertSetup
    until: datetime
    hourly: Callable[[], None] = lambda: None
    back: tuple[datetime, Callable[[], None]] | None = None
    waits: int = 0

    def is_set(self) -> bool:
        return self.context.now >= self.until

    def wait(self, seconds: float) -> bool:
        before = self.context.now
        self.context.now += timedelta(seconds=seconds)
        self.waits += 1
        if self.context.now.hour != before.hour:
            self.hourly()
        if self.back and self.context.now >= self.back[0]:
            self.back[1]()
            self.back = None
        return self.is_set()

    def run(self, what: Callable[[threading.Event], None]) -> int:
        """Let something run for all of the time; how often it waited."""
        what(cast("threading.Event", self))
        return self.waits


class Newsroom:
    """What is found each hour: new articles, an edit of each third, and one of them withdrawn."""

    def __init__(self, context: AlertSetup, an_hour: int) -> None:
        self._context, self._an_hour, self._number = context, an_hour, 0
        self.revisions: Counter[str] = Counter()

    def hourly(self) -> None:
        """An hour's articles."""
        with self._context.store.together():
            for _ in range(self._an_hour):
                self._number += 1
                name = f"n{self._number}"
                self.revisions[
                    self._context.found(name, f"The harbour has {self._number} ships.")
                ] += 1
                if self._number % 3 == 0:
                    self.revisions[
                        self._context.found(name, f"The harbour had {self._number} ships.")
                    ] += 1
            key = f"one.example.org/n{self._number}"
            self._context.store.pages.record_visit(
                PageVisit(key, "skipped", self._context.now, None, "noindex")
            )
            del self.revisions[f"n{self._number}".rjust(32, "0")]


def main() -> None:
    """Fill, go away, come back, count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hours", type=int, default=24, help="how long the index is away")
    options.add_argument("--an-hour", type=int, default=100, help="articles found in an hour")
    chosen = options.parse_args()
    logging.basicConfig(format="  log: %(message)s", level=logging.WARNING)
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    url, alias = os.environ["ELASTICSEARCH_URL"].rstrip("/"), f"benchmark-away-{uuid4().hex[:8]}"
    with between(url) as server, tempfile.TemporaryDirectory() as folder, hook() as hooked:
        store = Store(f"sqlite:///{folder}/veille.sqlite")
        backend = open_backend(f"{server.url}/{alias}", Path(folder), writer=True, environment={})
        backend.setup()
        context = AlertSetup(store, backend, Mailbox(), hooked)
        try:
            gone(context, server, Newsroom(context, chosen.an_hour), timedelta(hours=chosen.hours))
        finally:
            store.close()
            backend.close()
            with Elasticsearch(url) as client:
                client.indices.delete(index=",".join(client.indices.get(index=f"{alias}-*")))


def gone(context: AlertSetup, server: Between, newsroom: Newsroom, span: timedelta) -> None:
    """Let the index be away for the relay for so long, then for the alerts, and report."""
    context.alert(context.save("harbour"), channel="webhook", target=context.hook.url)
    newsroom.hourly()
    context.relay()
    server.fault = lambda path, body: DROP
    begun, relay = (
        time.perf_counter(),
        Relay(context.store.outbox, context.backend, lambda: context.now),
    )
    asked = Passing(context, context.now + span).run(context.runner.run)
    print(f"away for {span}: alerts asked {asked} times", flush=True)

    def back() -> None:
        print(f"away for {span}: {context.store.outbox.waiting()} articles wait", flush=True)
        server.fault = lambda path, body: None

    passing = Passing(
        context, context.now + span + HOUR / 2, newsroom.hourly, (context.now + span, back)
    )
    asked = passing.run(relay.run) - int(HOUR / 2 / timedelta(seconds=1))
    print(f"the relay asked {asked} times; back: {context.store.outbox.waiting()} wait")
    Passing(context, context.now + HOUR / 2).run(context.runner.run)
    print(f"{time.perf_counter() - begun:.0f} s in all")
    context.backend.refresh()
    held = {str(one["id"]): one["revision"] for one in context.backend.scan(Search())}
    told = Counter(one["id"] for body in context.hook.bodies for one in body["articles"])
    lost, stale = (
        set(newsroom.revisions) - set(held),
        {id for id in held if held[id] != newsroom.revisions[id]},
    )
    surplus, unread = (
        context.backend.count() - len(newsroom.revisions),
        set(newsroom.revisions) - set(told),
    )
    print(
        f"index: {len(held)} articles, {len(lost)} lost, {surplus} doubled, {len(stale)} of another wording"
    )
    twice = sum(count > 1 for count in told.values())
    print(f"told: {len(told)} articles, {len(unread)} missed, {twice} twice")


if __name__ == "__main__":
    main()
