"""Articles that appear while `veille up` watches, which is killed on the way: is each searchable,
and how soon?

    python -m benchmarks.live [--minutes 20] [--per-minute 6] [--every 60] [--kills 5] [--seed 1]

The captured sites of VEILLE_SHARED publish so many articles a minute, over all hosts. `veille up`
is killed (kill -9) at random moments and begun again at once. Prints, as JSON, how many appeared,
how many are searchable, the pages that Veille took for no article with the reasons, and the lag
from appearing to searchable in seconds (median, p95, most), beside the interval of the entry
points; for what is missing, how many seconds before the end it appeared, and what the store says of
it. Takes the minutes named and about three more.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, select

from crawler.store import tables
from crawler.urls import canonical_key
from tests.support.replay import environment, replaying, start, veille


def main() -> None:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--minutes", type=float, default=20)
    options.add_argument("--per-minute", type=float, default=6)
    options.add_argument(
        "--every", type=int, default=60, help="seconds between two crawls of a source"
    )
    options.add_argument("--kills", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared")).resolve()
    with TemporaryDirectory() as folder:
        figures = live(shared, Path(folder), chosen)
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


def live(shared: Path, folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """Publish, watch, kill, and measure."""
    chance = random.Random(chosen.seed)
    with replaying(shared, folder, "--publish-per-minute", str(chosen.per_minute)) as replay:
        text = replay.sources.read_text(encoding="utf-8")
        replay.sources.write_text(
            text.replace("\nname =", f'\nevery = "{chosen.every}s"\nname ='), encoding="utf-8"
        )
        env = environment(replay, folder / "data", delay=2.0)
        begun = time.time()
        end = begun + 60 * chosen.minutes
        kills = sorted(
            begun + 60 * chosen.minutes * chance.uniform(0.1, 0.95) for _ in range(chosen.kills)
        )
        up = start(env, "up", "--port", "0", output=folder / "up.log")
        try:
            for moment in (*kills, None):
                time.sleep(max(0.0, (moment or end + chosen.every + 60) - time.time()))
                if moment:
                    _end(up, signal.SIGKILL)
                    up = start(env, "up", "--port", "0", output=folder / "up.log")
        finally:
            _end(up, signal.SIGTERM)
        published = {
            row["url"]: row["at"]
            for row in map(json.loads, replay.schedule.read_text(encoding="utf-8").splitlines())
            if begun <= row["at"] <= end
        }
        rows = [json.loads(line) for line in veille(env, "export").stdout.splitlines()]
        report = json.loads(veille(env, "doctor", "--json", check=False).stdout)
        pages = _pages(folder / "data")
    indexed = {row["url"]: datetime.fromisoformat(row["indexed_at"]).timestamp() for row in rows}
    lags = sorted(indexed[url] - at for url, at in published.items() if url in indexed)
    return {
        "published": len(published),
        "searchable": len(lags),
        "doubled": sum(count - 1 for count in Counter(row["id"] for row in rows).values()),
        "no_articles": report["skipped"],
        "waiting": report["waiting"],
        "kills": chosen.kills,
        "every": chosen.every,
        "lag_median": round(median(lags), 1),
        "lag_p95": round(quantiles(lags, n=20)[-1], 1),
        "lag_most": round(lags[-1], 1),
        "missing": {
            url: (round(end - at), *pages.get(canonical_key(url), ("not found",)))
            for url, at in published.items()
            if url not in indexed
        },
    }


def _pages(data: Path) -> dict[str, tuple[object, ...]]:
    """State, reason, tries and article of each page that the store knows, by canonical key."""
    engine = create_engine(f"sqlite:///{data / 'veille.sqlite'}")
    with engine.connect() as connection:
        query = select(
            *(tables.pages.c[name] for name in ("key", "state", "reason", "tries", "article"))
        )
        found = {row[0]: tuple(row[1:]) for row in connection.execute(query)}
    engine.dispose()
    return found


def _end(process: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    process.send_signal(how)
    process.wait(120)


if __name__ == "__main__":
    main()
