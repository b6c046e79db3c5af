"""Timelines of the embedded index: how many matches have their date point in each step."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from indexer.backends.embedded.searcher import OpenQuery
from indexer.fields import PRECISIONS
from indexer.query.timeline import ranges

MAX_CELLS = 30_000
_PRECISION = {"field": "precision", "size": len(PRECISIONS) + 1}
_DAY = 86_400_000


def count_by_step(
    asked: OpenQuery, steps: Sequence[int], coarser: Sequence[str]
) -> dict[int, tuple[int, int]]:
    """How many matches, and how many of them with a coarser precision, have a date point in each
    step that has some.

    `steps` are where they begin, in milliseconds since 1970. Counting cells of one length and
    adding them up costs a tenth of counting steps of different lengths, as long as there are not
    too many cells.
    """
    counted = asked.counted()
    if counted.span is None:
        return {}
    length, offset = _cell(steps)
    ranks = {PRECISIONS.index(name) for name in coarser}
    if min(counted.total, (counted.span[1] - steps[0]) // length) <= MAX_CELLS:
        cells = {"field": "point", "interval": length, "offset": offset, "min_doc_count": 1}
        with suppress(ValueError):  # more cells and precisions than tantivy counts in one pass
            return _by_cell(asked, steps, ranks, cells)
    return _by_range(asked, steps, ranks)


def _by_cell(
    asked: OpenQuery, steps: Sequence[int], ranks: set[int], cells: dict[str, object]
) -> dict[int, tuple[int, int]]:
    aggregation = {"precision": {"terms": _PRECISION, "aggs": {"cells": {"histogram": cells}}}}
    found: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for precision in asked.searcher.aggregate(asked.query, aggregation)["precision"]["buckets"]:
        is_coarse = int(precision["key"]) in ranks
        for cell in precision["cells"]["buckets"]:
            step = found[steps[bisect_right(steps, cell["key"]) - 1]]
            step[0] += int(cell["doc_count"])
            step[1] += int(cell["doc_count"]) if is_coarse else 0
    return {begin: (count, coarse) for begin, (count, coarse) in found.items()}


def _cell(steps: Sequence[int]) -> tuple[int, int]:
    """The longest cell that every step is made of, a day at most, and where the first one behind
    1970 begins.
    """
    length = math.gcd(_DAY, *(step - steps[0] for step in steps))
    return length, steps[0] % length


def _by_range(
    asked: OpenQuery, steps: Sequence[int], ranks: set[int]
) -> dict[int, tuple[int, int]]:
    limits = [
        {"from": start, "to": end} if end is not None else {"from": start}
        for start, end in ranges(steps)
    ]
    aggregation = {
        "steps": {
            "range": {"field": "point", "ranges": limits},
            "aggs": {"precision": {"terms": _PRECISION}},
        }
    }
    found = {}
    for bucket in asked.searcher.aggregate(asked.query, aggregation)["steps"]["buckets"]:
        if "from" in bucket and bucket["doc_count"]:
            inner = bucket["precision"]["buckets"]
            coarse = sum(int(part["doc_count"]) for part in inner if int(part["key"]) in ranks)
            found[int(bucket["from"])] = (int(bucket["doc_count"]), coarse)
    return found
