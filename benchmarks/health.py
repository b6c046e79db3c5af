"""How soon a source that breaks is named with the right reason, and whether a healthy one is ever
accused.

200 sources with weekly rhythms of their own over 58 simulated days (seeded, no waiting): the first
28 to know them, 30 to watch them. Healthy ones are judged every `--every` hours. Then each kind of
fault befalls 25 of them, and they are judged every hour until they are named. Prints the accused,
and for each fault how many were named rightly, in how many hours, and how many articles they would
have published meanwhile.

    python benchmarks/health.py [--sources 200] [--every 6] [--seed 7]

A seed of one's own makes other sources and other faults.
"""

import argparse
import random
import statistics
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from crawler.health import judge
from tests.support.rhythms import BEGIN, HOUR, Fault, Paper, paper, papers

KNOWN, WATCHED = timedelta(days=28), timedelta(days=30)
DAYS = 58
EXPECTED: dict[Fault, str] = {
    "silent": "silent",
    "refused": "drift",
    "shorter": "drift",
    "undated": "drift",
    "boilerplate": "drift",
    "language": "drift",
    "http 403": "blocked",
    "http 404": "moved",
    "redirect": "moved",
}


def accused(held: list[Paper], every: int) -> Iterator[str]:
    """What healthy sources are accused of, once for each."""
    for one in held:
        for at in range(0, int(WATCHED / HOUR), every):
            now = BEGIN + KNOWN + at * HOUR
            health = judge(one.record(now), now)
            if health.findings:
                found = health.findings[0]
                yield f"{one.name} ({one.rate:.1f} a day) after {at} h: {found.problem}: {dict(found.figures)}"
                break


def named(fault: Fault, seed: int) -> tuple[Paper, str | None, float, float]:
    """A source that breaks: what it is named for first, after how many hours, and the articles due
    meanwhile.
    """
    chance = random.Random(seed)
    broken_at = BEGIN + KNOWN + chance.randrange(7 * 24) * HOUR
    rate = 2.5 * 40 ** chance.random()
    one = replace(
        paper(f"{fault}-{seed}", rate, chance),
        fault=fault,
        broken_at=broken_at,
        hours=[],
        failures=[],
    )
    one.live(DAYS)
    due = 0.0
    for at in range(int((BEGIN + KNOWN + WATCHED - broken_at) / HOUR)):
        now = broken_at + at * HOUR
        due += one.rate * one.profile[now.weekday() * 24 + now.hour]
        health = judge(one.record(now + HOUR), now + HOUR)
        if health.findings:
            return one, health.findings[0].problem, at + 1.0, due
    return one, None, float(WATCHED / HOUR), due


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--every", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    held = papers(arguments.sources, DAYS, arguments.seed)
    wrong = list(accused(held, arguments.every))
    print(f"{len(wrong)} of {len(held)} healthy sources accused in {WATCHED.days} days")
    for line in wrong:
        print("  " + line)
    for fault, problem in EXPECTED.items():
        found = [named(fault, 25 * (arguments.seed - 7) + seed) for seed in range(25)]
        right = [one for one in found if one[1] == problem]
        hours, due = sorted(one[2] for one in right), sorted(one[3] for one in right)
        print(
            f"{fault:12} named {problem:8} {len(right)} of {len(found)}; hours: median {statistics.median(hours):.0f}, "
            f"longest {hours[-1]:.0f}; articles due: median {statistics.median(due):.0f}, most {due[-1]:.0f}"
        )
        for one in found:
            if one[1] != problem:
                print(f"  {one[0].name} ({one[0].rate:.1f} a day): {one[1]} after {one[2]:.0f} h")


if __name__ == "__main__":
    main()
