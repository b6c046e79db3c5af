"""Timelines of the embedded index: how many matches have their date in each step."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from indexer.backends.embedded.searcher import OpenQuery
from indexer.dating import PRECISIONS, DateColumn
from indexer.query.timeline import ranges

MAX_CELLS = 30_000
"""Cells of one histogram; with their precisions, tantivy's 65,000 buckets a request are near."""
_PRECISION = {"field": "precision", "size": len(PRECISIONS) + 1}
_DAY = 86_400_000


def count_by_step(
    query: OpenQuery, column: DateColumn, steps: Sequence[int], coarser: Sequence[str]
) -> dict[int, tuple[int, int]]:
    """How many matches, and how many of them with a coarser precision, have the number of a column
    in each step that has some.

    `steps` are where they begin, in milliseconds since 1970: from the one of the first number to
    that of the last, none where no match has a number. Counting cells of one length and
    adding them up costs a tenth of counting steps of different lengths, as long as there are not
    too many cells.
    """
    if not steps:
        return {}
    length, offset = _cell(steps)
    ranks = {PRECISIONS.index(name) for name in coarser}
    if min(query.counts().total, (steps[-1] - steps[0]) // length) <= MAX_CELLS:
        cells: dict[str, object] = {"field": column, "min_doc_count": 1}
        cells |= {"interval": length, "offset": offset}
        with suppress(ValueError):  # more cells and precisions than tantivy counts in one pass
            return _by_cell(query, steps, ranks, cells)
    return _by_range(query, column, steps, ranks)


def _by_cell(
    query: OpenQuery, steps: Sequence[int], ranks: set[int], cells: dict[str, object]
) -> dict[int, tuple[int, int]]:
    aggregation = {"precision": {"terms": _PRECISION, "aggs": {"cells": {"histogram": cells}}}}
    answer = query.searcher.aggregate(query.query, aggregation)
    totals: dict[int, int] = {}
    coarse: defaultdict[int, int] = defaultdict(int)
    for precision in answer["precision"]["buckets"]:
        is_coarse = int(precision["key"]) in ranks
        for cell in precision["cells"]["buckets"]:
            begin = steps[bisect_right(steps, cell["key"]) - 1]
            count = int(cell["doc_count"])
            totals[begin] = totals.get(begin, 0) + count
            if is_coarse:
                coarse[begin] += count
    return {begin: (total, coarse[begin]) for begin, total in totals.items()}


def _cell(steps: Sequence[int]) -> tuple[int, int]:
    """The longest cell that every step is made of, a day at most, and where the first one behind
    1970 begins.
    """
    length = math.gcd(_DAY, *(step - steps[0] for step in steps))
    return length, steps[0] % length


def _by_range(
    query: OpenQuery, column: DateColumn, steps: Sequence[int], ranks: set[int]
) -> dict[int, tuple[int, int]]:
    limits = []
    for start, end in ranges(steps):
        limits.append({"from": start} if end is None else {"from": start, "to": end})
    aggregation = {
        "steps": {
            "range": {"field": column, "ranges": limits},
            "aggs": {"precision": {"terms": _PRECISION}},
        }
    }
    answer = query.searcher.aggregate(query.query, aggregation)
    counts = {}
    for bucket in answer["steps"]["buckets"]:
        # tantivy adds a bucket for what lies before the first step, without "from".
        if "from" in bucket and bucket["doc_count"]:
            precisions = bucket["precision"]["buckets"]
            coarse = sum(int(part["doc_count"]) for part in precisions if int(part["key"]) in ranks)
            counts[int(bucket["from"])] = (int(bucket["doc_count"]), coarse)
    return counts
