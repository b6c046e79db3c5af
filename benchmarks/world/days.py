"""The days of the world: the monitor at work in a process of its own, told what time it is."""

import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.world.network import Network, serving
from benchmarks.world.population import populated, sources
from benchmarks.world.site import DAY, HOUR, Site
from benchmarks.world.told import RUNS, Told, orders
from benchmarks.world.verdict import Faults, Naming, holdings, judge_holdings
from tests.support.receivers import Hook, hook

VISITS = (6, 14, 22)
"""Hours of the day (UTC) at which what is due is crawled."""
DOCTOR = 22.5
"""The hour at which the doctor is asked; sites begin to ail a quarter of an hour later."""
_MONITOR = Path(__file__).with_name("monitor.py")


@dataclass
class Figures:
    """What came of the days: a summary, and everything that is wrong."""

    summary: dict[str, object]
    faults: Faults = field(default_factory=Faults)

    @property
    def wrong(self) -> int:
        """How many things are wrong."""
        return sum(kinds.total() for kinds in self.faults.counts.values())

    def row(self) -> dict[str, object]:
        """Everything, as values of JSON."""
        faults = {
            fault: {
                kind: {"count": count, "examples": self.faults.examples[fault, kind]}
                for kind, count in kinds.items()
            }
            for fault, kinds in self.faults.counts.items()
        }
        return {**self.summary, "faults": faults}


class Monitor:
    """A Veille that is told the time; `order` waits for the answer."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def order(self, now: datetime, **what: object) -> dict[str, Any]:
        """Send an order and return its answer; RuntimeError where none comes."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        asked.write(json.dumps({"at": now.isoformat(), **what}) + "\n")
        asked.flush()
        line = told.readline()
        if not line:
            raise RuntimeError(f"the monitor has ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def monitoring(program: Path, folder: Path, proxy: str, receiver: int) -> Iterator[Monitor]:
    """The Veille of a checkout, with its data in a folder, that reaches the world by its proxy and
    a receiver of webhooks by its port.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), proxy)
    environment = {
        **{name: value for name, value in kept.items() if not name.lower().endswith("_proxy")},
        **proxies,
        "no_proxy": ".invalid,127.0.0.1",
        "VEILLE_DATA": str(folder / "data"),
        "VEILLE_SOURCES": str(folder / "sources.toml"),
        "VEILLE_DOWNLOAD_DELAY": "0",
        "VEILLE_WORKERS": "1",
        "VEILLE_ARCHIVE": "false",
        "VEILLE_WEBHOOK_SECRET": "a secret of the world",
        "VEILLE_ALLOW_HOSTS": f"127.0.0.1:{receiver}",
    }
    process = subprocess.Popen(
        [program / ".venv/bin/python", "-P", _MONITOR],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(folder / "monitor.log").open("w"),
        text=True,
        env=environment,
        cwd=folder,
    )
    try:
        yield Monitor(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(120)


@dataclass(frozen=True, slots=True)
class Plan:
    """So many sites over so many days from a start (midnight, UTC); all follows from the seed. With
    `only`, sites of these kinds alone.
    """

    start: datetime
    seed: int
    sites: int
    days: int
    only: Collection[str] = ()
    ail_for: int | None = None
    """After how many days ailments end; None where they don't."""

    @property
    def last_visit(self) -> datetime:
        """When the sites are visited for the last time."""
        return self.start + (self.days - 1) * DAY + VISITS[-1] * HOUR


def days_of(plan: Plan, program: Path, folder: Path) -> Figures:
    """Let the days pass, watched by the Veille of a checkout with its data in a folder."""
    begun = time.monotonic()
    sites = populated(plan.seed, plan.sites, plan.start, plan.days, plan.only)
    (folder / "sources.toml").write_text(sources(sites), encoding="utf-8")
    if plan.ail_for is not None:
        for site in sites:
            site.until = site.since + plan.ail_for * DAY
    with (
        serving(sites, plan.start) as network,
        hook() as receiver,
        monitoring(program, folder, network.proxy, receiver.port) as monitor,
    ):
        naming, told = _pass_by(network, monitor, plan, receiver)
        exported = monitor.order(plan.last_visit + HOUR / 2, run=["export"])["out"]
    rows = [json.loads(line) for line in exported.splitlines() if line.startswith("{")]
    figures = _judged(sites, rows, naming, plan)
    figures.summary |= {f"alerts_{name}": count for name, count in told.counts.items()}
    for site in sites:
        told.judge(site, plan.last_visit, figures.faults)
    figures.summary |= {
        "requests": network.requests.total(),
        "broken_world": network.failures[:5],
        "seconds": round(time.monotonic() - begun),
    }
    return figures


def _pass_by(network: Network, monitor: Monitor, plan: Plan, receiver: Hook) -> tuple[Naming, Told]:
    """Visit by visit, day by day; what the doctor said every evening, and what alerts told."""
    naming = Naming()
    told = Told()
    for words in orders(receiver.url):
        monitor.order(plan.start, run=words)
    for day in range(plan.days):
        for hour in VISITS:
            network.now = plan.start + day * DAY + hour * HOUR
            begun = time.monotonic()
            counts = monitor.order(network.now, crawl=True)
            sys.stderr.write(
                f"day {day + 1} {hour:2} h: {counts}, {time.monotonic() - begun:.1f} s\n"
            )
            for after in RUNS:
                monitor.order(network.now + after, run=["alert", "run", "--once"])
        evening = plan.start + day * DAY + DOCTOR * HOUR
        naming.hear(json.loads(monitor.order(evening, run=["doctor", "--json"])["out"]), evening)
    for body in receiver.bodies:
        told.hear(body)
    return naming, told


def _judged(
    sites: Sequence[Site], rows: Sequence[dict[str, Any]], naming: Naming, plan: Plan
) -> Figures:
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_source[row["source"]].append(row)
    faults = Faults()
    first = plan.start + VISITS[0] * HOUR
    last = plan.last_visit
    due = 0
    verdicts: Counter[str] = Counter()
    for site in sites:
        due += judge_holdings(holdings(site, by_source[site.id]), first, last, faults)
        verdicts[f"{site.sort} {naming.judge(site, last, faults)}"] += 1
        for _ in range(getattr(site, "asked_early", 0)):
            faults.add("asked early", site, "within its Retry-After")
    totals = {fault.replace(" ", "_"): kinds.total() for fault, kinds in faults.counts.items()}
    summary = {"sites": len(sites), "days": plan.days, "stories": due, "held": len(rows)}
    return Figures({**summary, **dict(sorted(verdicts.items())), **totals}, faults)
