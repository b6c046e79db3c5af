"""A week of alerts with everything that goes wrong: `python -m benchmarks.alerts_week`.

1,000 articles arrive in random order over a simulated week that holds a change of clocks, with a
reindex, revisions and a backfill, while the process that relays and runs the alerts is killed
(SIGKILL) again and again and the receiver of webhooks is down for a day. Then every match must have
been told exactly once by each alert; a notice that came twice under one id counts as one, and is
printed. Real parts: SMTP and webhooks on loopback, SQLite and tantivy; with `--postgresql` a
PostgreSQL of its own, with `--elasticsearch` the one of ELASTICSEARCH_URL.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from elasticsearch import Elasticsearch

from crawler.store import DiscoveredPage, EntryPoint, Store, Visit
from indexer.backends import open_backend
from tests.support.alerting import START, AlertSetup
from tests.support.digests import calendar, punctual
from tests.support.postgres import Databases, running
from tests.support.receivers import Hook, Mailbox, hook, mailbox

BEGIN = START.replace(day=22)
WEEK = timedelta(days=7)
ALERTS = (
    ("harbour", "mail", {"timing": "at-once"}),
    ("market", "webhook", {"timing": "at-once"}),
    ("harbour", "mail", {"timing": "daily", "tz": "Europe/Paris", "hour": "07:30"}),
    ("market", "webhook", {"timing": "hourly"}),
)


def main() -> None:
    """Run the week, kill, count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--steps", type=int, default=1_008)
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--articles", type=int, default=1_000)
    options.add_argument("--postgresql", action="store_true")
    options.add_argument("--elasticsearch", action="store_true")
    options.add_argument("--child", nargs=5, default=None, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        data, database, index, smtp, port = chosen.child
        context = Child(Path(data), database, index, smtp, int(port)).context()
        live(context, Path(data), chosen.steps, plan(chosen.steps, chosen.articles))
        return
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database, index = f"sqlite:///{data}/veille.sqlite", "embedded"
        if chosen.postgresql:
            database = Databases(stack.enter_context(running())).new()
            Store(database, upgrade=True).close()
        if chosen.elasticsearch:
            index = stack.enter_context(new_index(os.environ["ELASTICSEARCH_URL"].rstrip("/")))
        box, hooked = stack.enter_context(mailbox()), stack.enter_context(hook())
        killed = watched(Child(data, database, index, box.url, hooked.port), hooked, chosen)
        report(database, box, hooked, chosen, killed)


@contextmanager
def new_index(url: str) -> Iterator[str]:
    """The URL of an alias of its own in Elasticsearch, whose indices are deleted at the end."""
    alias = f"benchmark-week-{uuid4().hex[:8]}"
    yield f"{url}/{alias}"
    with Elasticsearch(url) as client:
        client.indices.delete(index=",".join(client.indices.get(index=f"{alias}-*")))


@dataclass(frozen=True)
class Child:
    """What the process that is killed works with."""

    data: Path
    database: str
    index: str
    smtp: str
    port: int

    def context(self) -> AlertSetup:
        """Store, index and alerts, which are made where they are not there yet."""
        store, backend = (
            Store(self.database),
            open_backend(self.index, self.data, writer=True, environment={}),
        )
        backend.setup()
        hooked: Any = SimpleNamespace(url=f"http://127.0.0.1:{self.port}/hook", port=self.port)
        context = AlertSetup(
            store, backend, cast("Mailbox", SimpleNamespace(url=self.smtp)), hooked, now=BEGIN
        )
        kept = {(alert.channel, alert.timing) for alert in store.alerts.all()}
        for q, channel, wish in ALERTS:
            if (channel, wish["timing"]) not in kept:
                target = "reader@example.org" if channel == "mail" else hooked.url
                context.alert(context.save(q), channel=channel, target=target, **wish)
        return context


def watched(child: Child, hooked: Hook, chosen: argparse.Namespace) -> int:
    """Run children until the week is over; how many were killed."""
    data = child.data
    chance, killed, steps = random.Random(1), 0, chosen.steps
    command = [
        sys.executable,
        "-m",
        "benchmarks.alerts_week",
        "--steps",
        str(steps),
        "--articles",
        str(chosen.articles),
    ]
    command += ["--child", str(data), child.database, child.index, child.smtp, str(child.port)]
    at_steps = sorted(chance.sample(range(5, steps), chosen.kills))
    while done(data) < len(plan(steps, 0)):
        process = subprocess.Popen(command)
        while process.poll() is None:
            hooked.closed = steps * 0.4 <= done(data) < steps * (0.4 + 1 / 7)
            if at_steps and done(data) >= at_steps[0]:
                time.sleep(chance.random() * 0.15)
                process.send_signal(signal.SIGKILL)
                process.wait()
                at_steps.pop(0)
                killed += 1
            time.sleep(0.02)
        if process.returncode not in (0, -signal.SIGKILL):
            raise SystemExit("the child broke off")
    return killed


def done(data: Path) -> int:
    """How many steps are over."""
    try:
        return int((data / "step").read_text() or 0)
    except (FileNotFoundError, ValueError):
        return 0


def plan(steps: int, articles: int) -> list[list[int]]:
    """The articles of each step, in random order; the steps of a day without any follow, for the
    last digests.
    """
    chance = random.Random(2)
    found: list[list[int]] = [[] for _ in range(steps + steps // 7)]
    for number in range(articles):
        found[chance.randrange(2, int(steps * 0.95))].append(number)
    return found


def text(number: int) -> str:
    """What an article says; a quarter is of both words, a quarter of none."""
    return (
        f"Number {number}"
        + (" harbour" if number & 1 else "")
        + (" market" if number & 2 else "")
        + "."
    )


def live(context: AlertSetup, data: Path, steps: int, planned: list[list[int]]) -> None:
    """Go on with the week where it stopped."""
    store, backend = context.store, context.backend
    for step in range(done(data), len(planned)):
        context.now = BEGIN + step * WEEK / steps
        for number in planned[step]:
            context.found(f"n{number}", text(number))
            if number % 10 == 0 and number:
                context.found(f"n{number}", f"{text(number)} Edited.")
        if step == int(steps * 0.3):
            store.pages.requeue(context.now)
            backend.renew()
        if step == int(steps * 0.5):
            backfill(context)
        context.tick()
        (data / "step.new").write_text(str(step + 1))
        (data / "step.new").replace(data / "step")
    store.close()


def backfill(context: AlertSetup) -> None:
    """Old articles that match, found by a crawl that reaches back."""
    crawl = context.store.ledger.start("one", context.now, context.now - timedelta(days=365))
    keys = [f"one.example.org/old{number}" for number in range(20)]
    point = EntryPoint("https://example.org/s", "section")
    found = [DiscoveredPage(key, f"https://{key}") for key in keys]
    context.store.ledger.record_visit(Visit(crawl, "one", point, context.now, "read"), found)
    context.store.ledger.finish(crawl, context.now, "finished", {})
    old = context.now - timedelta(days=200)
    for number in range(20):
        dates: dict[str, Any] = dict.fromkeys(
            ("published", "published_earliest", "published_latest"), old
        )
        context.found(f"old{number}", "An old harbour market.", **dates)


def report(
    database: str, box: Mailbox, hooked: Hook, chosen: argparse.Namespace, killed: int
) -> None:
    """Compare what arrived with what matched."""
    articles, steps = chosen.articles, chosen.steps
    store = Store(database)
    names = {saved.id: saved.name for saved in store.saved.all()}
    mails: dict[str, list[str]] = {}
    repeats = 0
    for mail in box.mails:
        repeats += mail["message-id"] in mails
        plain = next(iter(mail.iter_parts())).get_content()
        mails[mail["message-id"].strip("<>").partition("@")[0]] = sorted(
            set(re.findall(r"/article/(\w+)", plain))
        )
    hooks = {body["id"]: [one["id"] for one in body["articles"]] for body in hooked.bodies}
    repeated = len(hooked.bodies) - len(hooks)
    print(f"{killed} kills; {len(box.raw)} mails, {len(hooked.bodies)} webhooks")
    print(f"ids that came twice: {len(box.raw) - len(mails)} mails, {repeated} webhooks")
    for alert in store.alerts.all():
        word = names[alert.search]
        expected = {
            f"n{number}".rjust(32, "0") for number in range(articles) if word in text(number)
        }
        sent = store.notices.of_alert(alert.id, 10_000)
        told = Counter(id for notice in sent for id in (mails | hooks).get(notice.id, []))
        missed, twice, wrong = (
            expected - set(told),
            [id for id in told if told[id] > 1],
            set(told) - expected,
        )
        counts = f"{len(told)} told, {len(missed)} missed, {len(twice)} twice, {len(wrong)} wrong"
        print(f"{alert.channel} {alert.timing} {word}: {counts}")
        if alert.timing != "at-once":
            print(f"  {punctual(store, alert, sent, calendar(alert, BEGIN, WEEK), WEEK / steps)}")
    store.close()


if __name__ == "__main__":
    main()
