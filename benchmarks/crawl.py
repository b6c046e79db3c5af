"""Pages a second of a whole crawl beside trafilatura alone.

Usage: python -m benchmarks.crawl [--rounds N] [--hosts N] Replays $VEILLE_SHARED/replay/orange
(default ../shared) as N news sites on loopback, named by sitemaps, and crawls them without delay
into an empty store and an embedded index, all guards on: fetched, extracted, enriched, stored,
indexed. trafilatura reads the same pages with metadata and its defaults, in as many processes as
there are cores. Both take turns; printed are pages a second of each round and the median of the
ratios.
"""

import argparse
import json
import lzma
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import trafilatura

from tests.support.replay import environment, replaying, veille

ROOT = Path(__file__).resolve().parent.parent


def pages(folder: Path) -> list[bytes]:
    """The bodies of the pages that the replay serves."""
    with lzma.open(folder / "pages.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["html"].encode() for line in lines]


def read(body: bytes) -> bool:
    """What a user of trafilatura would write."""
    return trafilatura.extract(body, output_format="json", with_metadata=True) is not None


def alone(bodies: list[bytes]) -> float:
    """Pages a second of trafilatura in a process for each core."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(read, bodies[:8]))  # the processes are up
        begun = time.perf_counter()
        list(pool.map(read, bodies, chunksize=8))
        return len(bodies) / (time.perf_counter() - begun)


def crawled(shared: Path, hosts: int) -> float:
    """Pages a second of `veille crawl`, its start and the last commit of its index included."""
    spread = ("--spread", str(hosts), "--kind", "sitemap")
    with (
        tempfile.TemporaryDirectory() as place,
        replaying(shared, Path(place), *spread, capture="orange") as replay,
    ):
        env = environment(replay, Path(place) / "data", delay=0)
        begun = time.perf_counter()
        counts = json.loads(veille(env, "crawl", "--json").stdout)
        seconds = time.perf_counter() - begun
    print(json.dumps(counts))
    assert counts["fetched"] == counts["new"] + counts["skipped"], counts
    return float(counts["fetched"] / seconds)


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--hosts", type=int, default=50)
    chosen = options.parse_args()
    shared = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared"))
    bodies, ratios = pages(shared / "replay" / "orange"), []
    for number in range(chosen.rounds):
        both = {"trafilatura": 0.0, "veille": 0.0}
        for name in sorted(both, reverse=bool(number % 2)):
            both[name] = alone(bodies) if name == "trafilatura" else crawled(shared, chosen.hosts)
        ratios.append(both["veille"] / both["trafilatura"])
        figures = ", ".join(f"{name} {speed:.1f} pages/s" for name, speed in both.items())
        print(f"{figures}, ratio {ratios[-1]:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
