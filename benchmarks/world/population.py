"""Who lives in the world: so many sites of every kind, by a seed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import tomlkit

from benchmarks.world import ailing, healthy, odd, odd_answers, odd_lists, walls
from benchmarks.world.site import Site, kind_name

_STEP = 7
AILING = (*walls.KINDS, *ailing.KINDS)
ODD = (*odd.KINDS, *odd_answers.KINDS, *odd_lists.KINDS)


def populated(
    seed: int, sites: int, start: datetime, days: int, only: Collection[str] = ()
) -> list[Site]:
    """So many sites: a third of them ailing or odd, each kind as often as any other; or those of
    some kinds alone.
    """
    made: list[Site] = []
    for count, kinds in _groups(sites, only):
        # Another seed begins with another kind, and steps far, so that small worlds are mixed.
        chosen = [kinds[(seed + _STEP * place) % len(kinds)] for place in range(count)]
        made += [kind(seed, len(made) + place, start, days) for place, kind in enumerate(chosen)]
    return made


def _groups(sites: int, only: Collection[str]) -> Iterator[tuple[int, Sequence[type[Site]]]]:
    """How many sites of which kinds."""
    if only:
        every = (*AILING, *ODD, *healthy.KINDS)
        yield sites, [kind for kind in every if kind_name(kind) in only]
        return
    troubled = sites // 3
    yield troubled // 2, AILING
    yield troubled - troubled // 2, ODD
    yield sites - troubled, healthy.KINDS


def sources(sites: Sequence[Site]) -> str:
    """The sources file that watches them."""
    return tomlkit.dumps({"source": [site.source() for site in sites]})
