"""Two schedulers and four workers on one PostgreSQL, as on several machines: is each due crawl run
once, and politely?

    python -m benchmarks.machines [--seconds 180] [--every 30] [--sources 40] [--delay 1.0] [--freeze]

Crawls the captured sites of VEILLE_SHARED; halfway, a worker is killed (kill -9) while it crawls.
Prints, as JSON: how many crawls of how many sources ran, those beyond the times at which their
source was due, the times that were left out (two intervals and more between two begins, where no
worker was lost), those that ran beside another of the same source, requests that came to a host
sooner than the delay after the one before, and for the killed worker's crawls the seconds until
another worker had taken each over. The workers know each other by process, so a dead one is noticed
at once; with `--freeze` it is stopped instead (SIGSTOP), and noticed as on another machine: when
its leases have run out, after a minute.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, select

from crawler.store.tables import crawls, leases
from tests.support.postgres import Databases, running
from tests.support.replay import Replay, environment, replaying, start, veille

SCHEDULERS, WORKERS = 2, 4


def main() -> None:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=float, default=180)
    options.add_argument(
        "--every", type=int, default=30, help="seconds between two crawls of a source"
    )
    options.add_argument("--sources", type=int, default=40)
    options.add_argument(
        "--delay", type=float, default=1.0, help="seconds between two requests to a host"
    )
    options.add_argument(
        "--freeze", action="store_true", help="freeze a worker instead of killing it"
    )
    chosen = options.parse_args()
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared")).resolve()
    with (
        TemporaryDirectory() as folder,
        running() as server,
        replaying(shared, Path(folder)) as replay,
    ):
        _choose(replay, chosen)
        database = Databases(server).new()
        killed_at = _machines(replay, Path(folder), database, chosen)
        rows = _crawls(database)
        figures = {
            **_once(rows, chosen.every),
            **_polite(replay, chosen.delay),
            **_taken_over(rows, killed_at),
        }
    sys.stdout.write(json.dumps(figures) + "\n")


def _choose(replay: Replay, chosen: argparse.Namespace) -> None:
    parts = replay.sources.read_text(encoding="utf-8").split("[[source]]")[1 : chosen.sources + 1]
    text = "".join(
        "[[source]]" + part.replace("\nname =", f'\nevery = "{chosen.every}s"\nname =')
        for part in parts
    )
    replay.sources.write_text(text, encoding="utf-8")


def _machines(replay: Replay, folder: Path, database: str, chosen: argparse.Namespace) -> float:
    def env(name: str) -> dict[str, str]:
        settings = environment(replay, folder / name, delay=chosen.delay)
        return settings | {"VEILLE_DATABASE": database, "VEILLE_WORKERS": "1"}

    veille(env("set-up"), "init", str(folder / "set-up"))
    names = ["schedule"] * SCHEDULERS + ["work"] * WORKERS
    begun = [
        start(env(f"{n}-{name}"), name, output=folder / f"{n}.log") for n, name in enumerate(names)
    ]
    try:
        time.sleep(chosen.seconds / 2)
        victim = _crawling(database, begun[SCHEDULERS:])
        victim.send_signal(signal.SIGSTOP if chosen.freeze else signal.SIGKILL)
        killed_at = time.time()
        if not chosen.freeze:
            victim.wait()
        time.sleep(chosen.seconds / 2)
        victim.kill()
    finally:
        for process in begun:
            process.send_signal(signal.SIGTERM)
        for process in begun:
            process.wait(120)
    return killed_at


def _crawling(database: str, workers: "list[subprocess.Popen[bytes]]") -> "subprocess.Popen[bytes]":
    """A worker that holds the lease of a source just now."""
    engine, query = (
        create_engine(database),
        select(leases.c.owner).where(leases.c.name.startswith("source:")),
    )
    try:
        while True:
            with engine.connect() as connection:
                owners = {
                    int(owner.rsplit(":", 2)[1]) for owner in connection.execute(query).scalars()
                }
            if found := [worker for worker in workers if worker.pid in owners]:
                return found[0]
            time.sleep(0.05)
    finally:
        engine.dispose()


def _crawls(database: str) -> list[Any]:
    engine = create_engine(database)
    with engine.connect() as connection:
        rows = list(
            connection.execute(select(crawls).order_by(crawls.c.source, crawls.c.started_at))
        )
    engine.dispose()
    return rows


def _once(rows: list[Any], every: int) -> dict[str, int]:
    pairs = [
        (one, two)
        for one, two in pairwise(rows)
        if one.source == two.source and one.outcome != "killed"
    ]
    starts: dict[str, list[float]] = {}
    for row in rows:
        if row.outcome != "killed":
            starts.setdefault(row.source, []).append(row.started_at.timestamp())
    # The first run may have begun late, and the last one at its time.
    due = {source: int((times[-1] - times[0]) / every) + 2 for source, times in starts.items()}
    return {
        "crawls": len(rows),
        "sources": len(starts),
        "more_than_were_due": sum(
            max(0, len(times) - due[source]) for source, times in starts.items()
        ),
        "left_out": sum(
            (two.started_at - one.started_at).total_seconds() >= 2 * every
            for one, two in pairs
            if two.outcome != "killed"
        ),
        "beside_another": sum(
            one.finished_at is None or two.started_at < one.finished_at for one, two in pairs
        ),
    }


def _polite(replay: Replay, delay: float) -> dict[str, int]:
    last: dict[str, float] = {}
    hasty = 0
    for request in replay.requests():
        hasty += request["time"] - last.get(request["host"], 0.0) < delay
        last[request["host"]] = request["time"]
    return {"requests": len(replay.requests()), "hosts": len(last), "sooner_than_the_delay": hasty}


def _taken_over(rows: list[Any], killed_at: float) -> dict[str, Any]:
    pairs = pairwise(rows)
    over = [two.started_at.timestamp() - killed_at for one, two in pairs if one.outcome == "killed"]
    return {"killed_crawls": len(over), "taken_over_within": round(max(over), 1) if over else None}


if __name__ == "__main__":
    main()
