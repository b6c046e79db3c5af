"""Days of a simulated world, watched with a frozen clock: is anything missed, how soon is it found,
at what cost?

    python -m benchmarks.pace [--sources 200] [--hours 72] [--seed 1] [--start 2026-10-23T09:00]

The start is in UTC; the default goes across the end of summer time in Europe. The decisions are
Veille's own, on a real store in SQLite (tests/support/simulation.py); only fetching is replaced.
Prints, as JSON, articles, missed articles, the median delay to discovery in minutes of the sources
with an article an hour or more (over all their articles, and of the slowest of them), and the
visits as a share of those of a fixed interval of five minutes. Takes about twenty minutes on a free
core, most of it for the store.
"""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory

from crawler.store import Store
from tests.support.newsworld import world
from tests.support.simulation import Simulation, report


def main() -> None:
    """Simulate and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sources", type=int, default=200)
    options.add_argument("--hours", type=float, default=72)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--start", type=datetime.fromisoformat, default=datetime(2026, 10, 23, 9, tzinfo=UTC)
    )
    chosen = options.parse_args()
    start = chosen.start.replace(tzinfo=UTC)
    end = start + timedelta(hours=chosen.hours)
    sites = {
        site.source.id: site for site in world(chosen.seed, chosen.sources, start, end - start)
    }
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/veille.sqlite")
        watched = Simulation(sites, store, chosen.seed).run(start, end)
        store.close()
    figures = report(watched, sites, start, end)
    sys.stdout.write(json.dumps({name: round(value, 3) for name, value in figures.items()}) + "\n")


if __name__ == "__main__":
    main()
