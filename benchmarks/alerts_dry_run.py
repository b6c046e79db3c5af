"""What alerts would have sent, and what they then send: `python -m benchmarks.alerts_dry_run`.

The reference news in French, English and Arabic arrive over a simulated week that holds a change of
clocks, some of them edited on the next day, while nobody is told; then each alert is tried dry.
After that the same week runs again, with the alerts, in another folder, and what webhooks on
loopback are sent is compared with what was planned: the articles of each message, in order, and for
digests its moment. Needs VEILLE_SHARED.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.monitor.coverage import Coverage
from crawler.store import Store
from indexer.backends import open_backend
from search.alerts.dry_run import PlannedNotice, dry_run
from search.alerts.service import AlertDraft
from search.query.request import MatchParams, search_of
from tests.support.alerting import START, AlertSetup
from tests.support.corpora import FILES, articles
from tests.support.receivers import Hook, Mailbox, hook

BEGIN = START.replace(day=22, minute=20)
STEP = timedelta(hours=1)
ALERTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("gouvernement", {"timing": "at-once"}),
    (
        "(élection* OR président) -Macron",
        {"timing": "daily", "tz": "Europe/Paris", "hour": "07:30"},
    ),
    ("minister", {"timing": "hourly", "on_change": True}),
    ("market* price", {"timing": "daily", "tz": "America/New_York", "hour": "18:00"}),
    ("رئيس", {"timing": "at-once", "on_change": True}),
    ("الحكومة OR وزير", {"timing": "hourly", "tz": "Asia/Kolkata"}),
)
Arrivals = list[list[tuple[str, str, dict[str, Any]]]]
"""By step: name, text and fields of what arrives."""


def main() -> None:
    """Try dry, replay, compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--articles", type=int, default=sys.maxsize, help="of each corpus at most; all by default"
    )
    options.add_argument("--days", type=int, default=7)
    chosen = options.parse_args()
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared"))
    arrivals = arriving(shared, chosen.articles, chosen.days)
    with hook() as hooked:
        with opened(hooked) as context:
            run(context, arrivals)
            plans = [planned(context, q, wish) for q, wish in ALERTS]
        with opened(hooked) as context:
            alerts = [
                context.alert(context.save(q), channel="webhook", target=hooked.url, **wish)
                for q, wish in ALERTS
            ]
            run(context, arrivals)
            print(
                f"{context.store.pages.documents()} articles in {context.store.firsts.newest()} wordings"
            )
            for (q, wish), alert, plan in zip(ALERTS, alerts, plans, strict=True):
                bodies = [body for body in hooked.bodies if body["alert"] == alert.id]
                print(
                    f"{wish['timing']} {q}: {compared(plan, bodies, digests=wish['timing'] != 'at-once')}"
                )


def arriving(shared: Path, number: int, days: int) -> Arrivals:
    """The news of all corpora in random order; a tenth is edited a day later."""
    chance, steps = random.Random(4), days * 24
    found: Arrivals = [[] for _ in range(steps + 24)]
    for corpus, language in FILES.items():
        for place, one in enumerate(articles(shared, corpus, number)):
            name, at = f"{corpus[:2]}{language}{place}", chance.randrange(steps - 24)
            fields = {"source": corpus, "title": one["title"] or name, "language": language}
            found[at].append((name, one["text"], fields))
            if chance.random() < 0.1:
                found[at + 24].append((name, f"{one['text']} 2026.", fields))
    return found


@contextmanager
def opened(hooked: Hook) -> Iterator[AlertSetup]:
    """A store and an index of their own."""
    with tempfile.TemporaryDirectory() as folder:
        store, backend = (
            Store(f"sqlite:///{folder}/veille.sqlite"),
            open_backend("embedded", Path(folder), writer=True),
        )
        backend.setup()
        yield AlertSetup(store, backend, Mailbox(), hooked, now=BEGIN)
        backend.close()
        store.close()


def run(context: AlertSetup, arrivals: Arrivals) -> None:
    """Let the week pass."""
    for step, some in enumerate(arrivals):
        context.now = BEGIN + step * STEP
        for name, text, fields in some:
            context.found(name, text, **fields)
        context.tick()


def planned(context: AlertSetup, q: str, wish: dict[str, Any]) -> list[PlannedNotice]:
    """What the alert would have sent in all of the week."""
    alert = context.service.planned_alert(
        "", AlertDraft(channel="webhook", target="-", **wish), context.now
    )
    coverage = Coverage(context.store, (), context.now)
    return dry_run(
        coverage,
        context.backend,
        search_of(MatchParams(q=q), context.now),
        alert,
        (BEGIN, context.now),
    )


def compared(plan: list[PlannedNotice], bodies: list[dict[str, Any]], *, digests: bool) -> str:
    """How many messages and articles were planned and sent, and how many messages differ."""
    sent = [sorted(article["id"] for article in body["articles"]) for body in bodies]
    wanted = [sorted(one.articles) for one in plan]
    differ = sum(one != other for one, other in zip(wanted, sent, strict=False)) + abs(
        len(wanted) - len(sent)
    )
    waits = [
        datetime.fromisoformat(body["created_at"]) - one.at
        for one, body in zip(plan, bodies, strict=False)
    ]
    astray = sum(not timedelta() <= wait < (STEP if digests else STEP / 60) for wait in waits)
    counts = f"{len(wanted)} messages with {sum(map(len, wanted))} articles planned"
    return f"{counts}, {len(sent)} with {sum(map(len, sent))} sent, {differ} differ, {astray} at another time"


if __name__ == "__main__":
    main()
