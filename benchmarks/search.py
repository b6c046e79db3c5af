"""Searching the reference news with both kinds of index: whether they agree, how fast they are,
what a walk misses.

Usage: python -m benchmarks.search [--articles N] [--rounds N] [--elasticsearch URL] Reads
$VEILLE_SHARED/corpora (default ../shared); indexes it in a temporary folder and in an Elasticsearch
that is started for it, unless URL names one; asks the hundred queries of queries.toml. Machines
differ: compare what stands side by side.
"""

import argparse
import itertools
import os
import re
import resource
import statistics
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from benchmarks import search_raw
from benchmarks.search_native import Native
from indexer.backend import Backend, Put
from indexer.backends import open_backend
from indexer.query import Not, QueryError, Search, Word
from search.api.export import csv_lines, jsonl_lines
from search.query.request import MatchParams, answer, search_of, timeline
from tests.support import elasticsearch
from tests.support.corpora import FILES, articles

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 22, tzinfo=UTC)
FACETS = ("source", "language", "section", "topic")
ARRIVING = 5_000
ALIAS = "benchmark"


def main() -> None:
    """Index, compare, measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=10**9, help="of each file; all by default")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--elasticsearch", help="where one answers; started here otherwise")
    chosen = options.parse_args()
    with ExitStack() as stack:
        url = chosen.elasticsearch or stack.enter_context(elasticsearch.running(heap="1g")).url
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        client = stack.enter_context(Elasticsearch(url, request_timeout=60))
        backends = [
            open_backend(index, folder, writer=True, environment={})
            for index in ("embedded", f"{url}/{ALIAS}")
        ]
        for backend in backends:
            fill(backend, chosen.articles)
        searches = [search_of(MatchParams(q=query), NOW) for query in queries()]
        agree(
            backends,
            [replace(search, facets=(*FACETS, "author"), facet_size=50) for search in searches],
        )
        native = Native(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        native.fill(news(chosen.articles))
        speed(
            backends,
            [replace(search, facets=FACETS) for search in searches],
            client,
            native,
            chosen.rounds,
        )
        for backend in backends:
            export(backend)
        for backend in backends:
            walk(backend)
        client.indices.delete(index=list(client.indices.get_alias(name=ALIAS)))


def queries() -> list[str]:
    """The queries of queries.toml."""
    listed = tomllib.loads((ROOT / "benchmarks" / "queries.toml").read_text(encoding="utf-8"))
    return [query for group in listed.values() for query in group]


def news(limit: int) -> Iterator[dict[str, Any]]:
    """The articles of every file, with times that some of them write without colons."""
    shared = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared"))
    for name in FILES:
        for article in articles(shared, name, limit):
            date = re.sub(r"T(\d\d)(\d\d)(\d\d)$", r"T\1:\2:\3", article["published"] or "") or None
            yield {**article, "published": date, "source": article["source"] or None}


def fill(backend: Backend, limit: int) -> None:
    """Index the news."""
    backend.renew()
    begun, written = time.perf_counter(), 0
    for batch in batches(news(limit), 1_000):
        assert all(
            outcome.status == "done"
            for outcome in backend.write([Put(article) for article in batch])
        )
        written += len(batch)
    backend.refresh()
    seconds = time.perf_counter() - begun
    say(
        f"{backend.name}: {backend.count()} articles indexed in {seconds:.0f} s, {written / seconds:.0f} a second"
    )


def agree(backends: list[Backend], searches: list[Search]) -> None:
    """Whether both count the same."""
    differing: Counter[str] = Counter()
    found = 0
    for search in searches:
        one, other = (backend.search(replace(search, limit=0)) for backend in backends)
        found += one.total > 0
        differing["totals"] += one.total != other.total
        differing["facets"] += one.facets != other.facets
        for interval, tz in (("auto", "UTC"), ("month", "Africa/Tunis")):
            mine, theirs = (backend.timeline(search, interval, tz) for backend in backends)  # type: ignore[arg-type]
            differing["timelines"] += mine != theirs
        sampled = [
            [d["id"] for d in backend.scan(replace(search, sample=20, seed=1))]
            for backend in backends
        ]
        differing["samples"] += sampled[0] != sampled[1]
    wrong = ", ".join(f"{name} {count}" for name, count in differing.items())
    say(f"{len(searches)} queries, {found} with matches; answers that differ between both: {wrong}")


def speed(
    backends: list[Backend],
    searches: list[Search],
    client: Elasticsearch,
    native: Native,
    rounds: int,
) -> None:
    """A full answer beside the engine's own, in turns."""
    embedded, elastic = backends
    ways: dict[str, Callable[[Search], object]] = {
        "embedded": lambda search: full(embedded, search),
        "tantivy alone": native.ask,
        "elasticsearch": lambda search: full(elastic, search),
        "Elasticsearch alone": lambda search: search_raw.elastic(elastic, client, ALIAS, search),  # type: ignore[arg-type]
    }
    best = {name: [float("inf")] * len(searches) for name in ways}
    for _, (at, search), (name, way) in itertools.product(
        range(rounds), enumerate(searches), ways.items()
    ):
        begun = time.perf_counter()
        try:
            way(search)
        except QueryError as error:
            say(f"refused by {name}: {queries()[at]}: {error}")
        best[name][at] = min(best[name][at], time.perf_counter() - begun)
    p95 = {name: statistics.quantiles(times, n=20)[-1] * 1000 for name, times in best.items()}
    p50 = {name: statistics.median(times) * 1000 for name, times in best.items()}
    for name in ways:
        say(
            f"{name}: p50 {p50[name]:.1f} ms, p95 {p95[name]:.1f} ms, slowest {max(best[name]) * 1000:.0f} ms"
        )
    for ours, alone in (("embedded", "tantivy alone"), ("elasticsearch", "Elasticsearch alone")):
        say(f"{ours} / {alone}: p50 {p50[ours] / p50[alone]:.2f}, p95 {p95[ours] / p95[alone]:.2f}")


def full(backend: Backend, search: Search) -> bytes:
    """What the page shows: twenty hits with highlights, four facets, a timeline."""
    line = backend.timeline(search, "month", "UTC")
    return orjson.dumps(
        [
            answer(backend, search),
            timeline(backend, search, line, [None] * len(line.buckets), False),
        ]
    )


def export(backend: Backend) -> None:
    """Everything as CSV and as JSON Lines."""
    for name, lines in (("CSV", csv_lines), ("JSON Lines", jsonl_lines)):
        begun, written, early = time.perf_counter(), 0, 0
        for written, _ in enumerate(lines(backend.scan(Search())), 1):
            if written == 10_000:
                early = memory()
        rate = written / (time.perf_counter() - begun)
        say(
            f"{backend.name}: {name} {rate:.0f} a second; peak memory {early} MB at 10,000, {memory()} MB at the end"
        )


def walk(backend: Backend) -> None:
    """Page through everything while articles arrive: each old match must come exactly once."""
    for kind, (sort, tree) in enumerate(
        {"newest": Search().tree, "relevance": Not(Word("zzzz"))}.items()
    ):
        search = Search(tree, sort=sort, limit=1_000)  # type: ignore[arg-type]
        old = {str(document["id"]) for document in backend.scan(search)}
        arriving = batches(
            ({**a, "id": f"new-{kind}-{a['id']}"} for a in itertools.islice(news(10**9), ARRIVING)),
            80,
        )
        met: Counter[str] = Counter()
        cursor, arrived = None, 0
        while True:
            page = backend.search(replace(search, cursor=cursor))
            met.update(str(hit.article["id"]) for hit in page.hits)
            if not (cursor := page.cursor):
                break
            if batch := next(arriving, None):
                arrived += len(backend.write([Put(article) for article in batch]))
                backend.refresh()
        missed, twice = sum(not met[name] for name in old), sum(met[name] > 1 for name in old)
        say(
            f"{backend.name}: by {sort}, {len(old)} matches while {arrived} arrived: missed {missed}, met twice {twice}"
        )


def batches(items: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """The items in lists of this size."""
    while batch := list(itertools.islice(items, size)):
        yield batch


def memory() -> int:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
