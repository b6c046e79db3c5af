"""What strangers type into a search: whether each request is answered or refused within a second,
and the index lives.

Usage: python -m benchmarks.hostile [--articles N] [--elasticsearch URL] Reads
$VEILLE_SHARED/corpora and $VEILLE_SHARED/hostile (default ../shared); indexes the news in a
temporary folder and in an Elasticsearch that is started for it, unless URL names one; sends the
hostile queries, parameters and strings, and heavy queries of our own, to every view. Prints for
each kind of index how many requests there were, their statuses, and the slowest.
"""

import argparse
import itertools
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from elasticsearch import Elasticsearch
from starlette.testclient import TestClient

from benchmarks.search import ROOT, fill, say
from indexer.backend import Backend
from indexer.backends import open_backend
from search.app import create_app
from tests.support import elasticsearch

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LIMIT = 1.0
"""Seconds that an answer may take."""
ALIAS = "benchmark-hostile"
PARAMETERS = (
    "q",
    "topic",
    "place",
    "source",
    "language",
    "from",
    "to",
    "tz",
    "sort",
    "limit",
    "cursor",
    "facets",
    "sample",
)
VIEWS = ("/api/v1/search", "/api/v1/timeline", "/api/v1/parse", "/feed.atom", "/")
WIDE_VIEWS = (*VIEWS, "/api/v1/matrix", "/api/v1/terms", "/api/v1/facets/author")
_COMMON = """
the of to in said and a mln for it on from its by at that pct with be year will was is he as has not would
de la le les et des en un du une est dans que pour par sur qui au il ne se pas plus avec ce son ont
في من على ان الي عن التي هذا مع بعد قال ما و لا كان
"""
COMMON = tuple(_COMMON.split())
LONGEST = 4_500
"""Characters of what is sent: more than is taken, and less than a client refuses to send."""

Params = list[tuple[str, str]]


def main() -> None:
    """Index, send, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=10**9, help="of each file; all by default")
    options.add_argument("--elasticsearch", help="where one answers; started here otherwise")
    chosen = options.parse_args()
    with ExitStack() as stack:
        url = chosen.elasticsearch or stack.enter_context(elasticsearch.running(heap="1g")).url
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        client = stack.enter_context(Elasticsearch(url, request_timeout=60))
        for index in ("embedded", f"{url}/{ALIAS}"):
            backend = open_backend(index, folder, writer=True, environment={})
            fill(backend, chosen.articles)
            send(backend)
        client.indices.delete(index=list(client.indices.get_alias(name=ALIAS)))


def send(backend: Backend) -> None:
    """Send everything, and say how it went."""
    app = create_app(backend, now=lambda: NOW)
    statuses: Counter[int] = Counter()
    slowest: list[tuple[float, int, str]] = []
    with TestClient(
        app,
        base_url="http://127.0.0.1:8000",
        client=("127.0.0.1", 1),
        raise_server_exceptions=False,
    ) as api:
        api.get("/api/v1/search")
        for path, sent in requests():
            params = httpx.QueryParams([(name, value[:LONGEST]) for name, value in sent])
            begun = time.perf_counter()
            status = api.get(path, params=params).status_code
            seconds = time.perf_counter() - begun
            statuses[status] += 1
            slowest = sorted([(seconds, status, f"{path} {params}"[:150]), *slowest], reverse=True)[
                :10
            ]
    late = sum(seconds > LIMIT for seconds, _, _ in slowest)
    failed = sum(count for status, count in statuses.items() if status >= 500)
    say(
        f"{backend.name}: {statuses.total()} requests, {dict(statuses)}; 5xx {failed}; over {LIMIT} s: {late or 'none'}"
    )
    for seconds, status, request in slowest:
        say(f"  {seconds * 1000:.0f} ms, {status}: {request}")
    say(f"{backend.name}: {backend.count()} articles answer afterwards")


def requests() -> Iterator[tuple[str, Params]]:
    """Every request: the reference data on every view, heavy queries of our own on the views that
    count most.
    """
    folder = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared")) / "hostile"
    typed = json.loads((folder / "generated" / "hostile_queries.json").read_text())["queries"]
    strings = json.loads((folder / "strings" / "blns" / "blns.json").read_text())
    yield from ((view, [("q", text)]) for text in [*typed, *strings] for view in VIEWS)
    values = [
        *strings,
        *_values(json.loads((folder / "generated" / "hostile_params.json").read_text())),
    ]
    yield from (("/api/v1/search", [(name, value)]) for name in PARAMETERS for value in values)
    yield from ((view, [("q", query)]) for query in heavy() for view in WIDE_VIEWS)
    yield from ((path, [("q", "*"), *more]) for path, more in _wide())


def heavy() -> list[str]:
    """Queries that are allowed, or nearly, and cost as much as can be."""
    pairs = [f'"{one} {other}"' for one, other in itertools.pairwise(COMMON)]
    long = " ".join(COMMON[:30])
    return [
        " OR ".join(COMMON),
        " ".join(COMMON[:28]),
        " OR ".join(pairs),
        " OR ".join(f"title:{pair} OR text:{pair}" for pair in pairs[:60]),
        " OR ".join(
            f"{one} NEAR/50 {other}"
            for one, other in zip(COMMON[::2][:10], COMMON[1::2][:10], strict=True)
        ),
        " ".join(
            f"{one} NEAR/50 {other}" for one, other in zip(COMMON[:10], COMMON[10:20], strict=True)
        ),
        " OR ".join(f"{pair}~50" for pair in pairs[:10]),
        " OR ".join(f'"{" ".join(COMMON[at : at + 4])}"~50' for at in range(0, 40, 4)),
        " OR ".join(
            f"{pair} NEAR/50 {other}" for pair, other in zip(pairs[:10], pairs[10:20], strict=True)
        ),
        " OR ".join(
            f"{one}{other}*"
            for one, other in zip("stpcadmreliobnufghvw", "aeoroeaiecnmiolitarh", strict=True)
        ),
        " ".join(
            f"{start}*"
            for start in (
                "co",
                "pr",
                "re",
                "in",
                "de",
                "pa",
                "st",
                "an",
                "ma",
                "se",
                "di",
                "ex",
                "un",
            )
        ),
        f'"{long} {long}"',
        f'"{long}"~50',
        " ".join(f"-{word}" for word in COMMON),
        " OR ".join(f"(-{one} {other})" for one, other in itertools.pairwise(COMMON)),
        "(" * 20 + " OR ".join(COMMON[:40]) + ")" * 20,
        "ال* OR وا* OR لل* OR با*",
        "author:a OR section:a OR " + " OR ".join(f"maybe:{year}" for year in range(1987, 2020)),
    ]


def _wide() -> Iterator[tuple[str, Params]]:
    fields = "topic,place,source,language,section,author,agency,collection,attribution,country"
    yield "/api/v1/search", [("facets", fields), ("facet_size", "1000"), ("limit", "1000")]
    yield "/api/v1/search", [("sample", "1000")]
    yield "/api/v1/timeline", [("interval", "day"), ("share", "true"), ("tz", "Europe/Paris")]
    yield (
        "/api/v1/timeline",
        [("interval", "hour"), ("tz", "America/St_Johns"), ("from", "2018"), ("to", "2018")],
    )
    yield "/api/v1/matrix", [("field", "author"), ("rows", "50"), ("interval", "month")]
    yield "/api/v1/matrix", [("field", "source"), ("interval", "week"), ("from", "2017")]
    yield "/api/v1/terms", [("size", "50")]
    yield "/", [("sort", "oldest"), ("facet_size", "1000")]


def _values(held: Any) -> Iterator[str]:
    if isinstance(held, dict | list):
        for part in held.values() if isinstance(held, dict) else held:
            yield from _values(part)
    else:
        yield str(held)


if __name__ == "__main__":
    main()
