"""Who lives in the world: so many sites of every kind, by a seed."""

from collections.abc import Sequence
from datetime import datetime

import tomlkit

from benchmarks.world import ailing, healthy, odd, odd_lists
from benchmarks.world.site import Site

ODD = (*odd.KINDS, *odd_lists.KINDS)


def populated(seed: int, sites: int, start: datetime, days: int) -> list[Site]:
    """So many sites: a third of them ailing or odd, each kind as often as any other."""
    troubled = sites // 3
    ailing_count = troubled // 2
    groups: Sequence[tuple[int, Sequence[type[Site]]]] = (
        (ailing_count, ailing.KINDS),
        (troubled - ailing_count, ODD),
        (sites - troubled, healthy.KINDS),
    )
    made: list[Site] = []
    for count, kinds in groups:
        # Another seed begins with another kind, so that small worlds differ, too.
        chosen = [kinds[(seed + place) % len(kinds)] for place in range(count)]
        made += [kind(seed, len(made) + place, start, days) for place, kind in enumerate(chosen)]
    return made


def sources(sites: Sequence[Site]) -> str:
    """The sources file that watches them."""
    return tomlkit.dumps({"source": [site.source() for site in sites]})
