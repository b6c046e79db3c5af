"""Which matches a random sample holds: those whose tie-breaker, mixed with a seed, comes out
lowest.

The same on every backend, since the tie-breaker is made from the article's id alone. The mixing is
the finalizer of SplitMix64 (Steele, Lea, Flood 2014), cut to the 53 bits that a double holds,
because Elasticsearch sorts by doubles. A door module.
"""

from collections.abc import Iterable

MAX_SAMPLE = 10_000
SEEDS = 1 << 31
"""Seeds are 0 to this, exclusive."""

_WORD = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def draw(ties: Iterable[int], size: int, seed: int) -> list[int]:
    """Where the `size` ties stand that are drawn, in the order of the draw."""
    shift = _step(seed)
    ranked = sorted((_mix(tie, shift), index) for index, tie in enumerate(ties))
    return [index for _, index in ranked[:size]]


def sort_script(seed: int) -> dict[str, object]:
    """The same order as a sort of Elasticsearch."""
    source = (
        "long z = doc['tie'].value + params.shift;"
        "z = (z ^ (z >>> 30)) * params.first;"
        "z = (z ^ (z >>> 27)) * params.second;"
        "return (z ^ (z >>> 31)) >>> 11;"
    )
    # Elasticsearch's numbers are signed; overflow and shifts come out the same.
    params = {"shift": _signed(_step(seed)), "first": _signed(_FIRST), "second": _signed(_SECOND)}
    return {
        "_script": {
            "type": "number",
            "order": "asc",
            "script": {"source": source, "params": params},
        }
    }


def _mix(tie: int, shift: int) -> int:
    z = (tie + shift) & _WORD
    z = ((z ^ (z >> 30)) * _FIRST) & _WORD
    z = ((z ^ (z >> 27)) * _SECOND) & _WORD
    return (z ^ (z >> 31)) >> 11


def _step(seed: int) -> int:
    return ((seed + 1) * _STEP) & _WORD


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number
