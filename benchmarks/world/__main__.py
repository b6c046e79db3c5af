"""Thirty days of 300 sites that behave and misbehave as real ones do: what is missed, doubled or
rubbish, which ailing site is named in time, and is a healthy one accused?

    python -m benchmarks.world [--sites 300] [--days 30] [--seed 1] [--ail-for DAYS]
        [--program CHECKOUT] [--json]

Two thirds of the sites are healthy, a sixth are odd and well, a sixth ail from a day on
(healthy.py, odd*.py, ailing.py, walls.py; everything follows from the seed). A proxy on loopback
answers for all of them; Veille crawls what is due three times a day under a clock that is told the
time, and its doctor is asked every evening. An alert on findings must tell each ailment once and
nothing of the others; with `--ail-for`, ailments end after so many days, and must be told as ended
once. `--program` takes the checkout, with its .venv, that is
measured; the own one without it. The truth is the world's own; what is held and said is read by
`veille export` and `veille doctor --json`. The one name that is looked up beside loopback is under
`.invalid`, which can't exist. Takes a quarter of an hour on two free cores.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.world.days import Figures, Plan, days_of

ROOT = Path(__file__).resolve().parent.parent.parent
START = datetime(2026, 11, 2, tzinfo=UTC)


def main() -> None:
    """Let the days pass, and print what came of them; exit code 1 where anything is wrong."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sites", type=int, default=300)
    options.add_argument("--days", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", nargs="+", default=(), help="kinds, such as consent-wall")
    options.add_argument("--ail-for", type=int, help="days after which an ailment ends")
    options.add_argument("--program", type=Path, default=ROOT)
    options.add_argument("--json", action="store_true")
    options.add_argument("--keep", type=Path, help="leave the data in this folder")
    chosen = options.parse_args()
    plan = Plan(START, chosen.seed, chosen.sites, chosen.days, chosen.only, chosen.ail_for)
    with TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        figures = days_of(plan, chosen.program.resolve(), folder.resolve())
    if chosen.json:
        sys.stdout.write(json.dumps(figures.row(), ensure_ascii=False) + "\n")
    else:
        _show(figures)
    sys.exit(1 if figures.wrong else 0)


def _show(figures: Figures) -> None:
    for name, value in figures.summary.items():
        sys.stdout.write(f"{name}: {value}\n")
    for fault, kinds in figures.faults.counts.items():
        sys.stdout.write(f"\n{fault}: {kinds.total()}\n")
        for kind, count in kinds.most_common():
            sys.stdout.write(f"  {count:5} {kind}\n")
            for example in figures.faults.examples[fault, kind]:
                sys.stdout.write(f"        {example}\n")


if __name__ == "__main__":
    main()
