"""The search page beside the API on the reference news: how much longer it takes, and what it
weighs.

Usage: python -m benchmarks.page [--articles N] [--rounds N] [--elasticsearch URL] [--data FOLDER]
Reads $VEILLE_SHARED/corpora (default ../shared), indexes it in a temporary folder (or in FOLDER,
where it stays and is taken again) and, with a URL, in an Elasticsearch that runs. A server of its
own process is asked over HTTP, by turns, for the page and for the same from the API: the search
with its facets, and its timeline. The ratios are of medians. Cold means: as the first question to a
server that has answered nothing but an empty search.
"""

import argparse
import gzip
import http.client
import itertools
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from elasticsearch import Elasticsearch

from indexer.backend import Backend, Put
from indexer.backends import open_backend
from search.app import create_app
from search.commands.serve import bind
from search.pages.search.results import PAGE_FACET_SIZE, PAGE_FACETS, PAGE_LIMIT
from tests.support.corpora import FILES, articles

NOW = datetime(2026, 11, 22, tzinfo=UTC)
QUERIES = (
    "*",
    "president",
    "élections",
    "oil price",
    "الرئيس",
    '"prime minister"',
    "bank -trade",
    "minist*",
)
STATIC = Path(__file__).resolve().parent.parent / "search" / "static"
WEIGHED = (
    "page.css",
    "keys.js",
    "box.js",
    "chart.js",
    "vendor/htmx/htmx.min.js",
    "vendor/uplot/uPlot.iife.min.js",
)
ALIAS = "veille-bench-page"
BATCH = 1_000
WANTED = 1.5
COLD_ROUNDS = 3


def main() -> None:
    """Index, measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=60_000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--elasticsearch")
    options.add_argument("--data", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = chosen.data or Path(folder)
        fill(open_backend("embedded", data, writer=True), chosen.articles)
        say("embedded index, warm")
        warm("embedded", data, chosen.rounds)
        say("embedded index, cold")
        cold("embedded", data)
        if chosen.elasticsearch:
            index = f"{chosen.elasticsearch}/{ALIAS}"
            with emptied(chosen.elasticsearch):
                fill(open_backend(index, data, writer=True, environment={}), chosen.articles)
                say("Elasticsearch, warm")
                warm(index, data, chosen.rounds)


@contextmanager
def emptied(url: str) -> Iterator[None]:
    """Leave nothing of the benchmark in Elasticsearch."""
    try:
        yield
    finally:
        with Elasticsearch(url, request_timeout=60) as client:
            client.indices.delete(index=list(client.indices.get_alias(name=ALIAS)))


def fill(backend: Backend, most: int) -> None:
    """Index the first of the news, where there is none yet."""
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared"))
    backend.setup()
    if backend.count() == 0:
        news: Iterator[dict[str, Any]] = itertools.chain.from_iterable(
            articles(shared, name, most) for name in FILES
        )
        rest = itertools.islice(news, most)
        while batch := list(itertools.islice(rest, BATCH)):
            backend.write([Put(document) for document in batch])
        backend.refresh()
    say(f"{backend.count()} articles in {backend.name}")
    backend.close()


def serve(index: str, data: Path, port: Any) -> None:
    """Answer on a free port, told by `port`, until the process is ended."""
    app = create_app(open_backend(index, data, environment={}), now=lambda: NOW)
    listening = bind("127.0.0.1", 0)
    listening.listen()
    port.send(listening.getsockname()[1])
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run([listening])


@contextmanager
def served(index: str, data: Path) -> Iterator[http.client.HTTPConnection]:
    """A connection to a new server."""
    context = multiprocessing.get_context("spawn")
    told, telling = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(index, data, telling))
    process.start()
    connection = http.client.HTTPConnection("127.0.0.1", told.recv(), timeout=60)
    try:
        asked(connection, "/?q=")
        asked(connection, "/api/v1/search?q=&facets=", "/api/v1/timeline?q=")
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.join()


def warm(index: str, data: Path, rounds: int) -> None:
    """The page beside the API, each query asked many times, and the page's weight."""
    with served(index, data) as connection:
        told = []
        for query in QUERIES:
            page, api = paths(query)
            asked(connection, page, *api)
            pairs = [(asked(connection, page), asked(connection, *api)) for _ in range(rounds)]
            told.append(
                compared(query, *(statistics.median(side) for side in zip(*pairs, strict=True)))
            )
        summed(told)
        weigh(connection)


def cold(index: str, data: Path) -> None:
    """The page beside the API, each query the first one of a server that has just begun, a few times."""
    told = []
    for query in QUERIES:
        page, api = paths(query)
        pairs = [(first(index, data, page), first(index, data, *api)) for _ in range(COLD_ROUNDS)]
        told.append(
            compared(query, *(statistics.median(side) for side in zip(*pairs, strict=True)))
        )
    summed(told)


def first(index: str, data: Path, *addresses: str) -> float:
    """How long these take as the first questions to a server."""
    with served(index, data) as connection:
        return asked(connection, *addresses)


def paths(query: str) -> tuple[str, tuple[str, str]]:
    """The page of a query, and what the API answers of the same."""
    facets = {"facets": ",".join(PAGE_FACETS), "facet_size": PAGE_FACET_SIZE, "limit": PAGE_LIMIT}
    search, timeline = (
        f"/api/v1/search?{urlencode({'q': query, **facets})}",
        f"/api/v1/timeline?{urlencode({'q': query})}",
    )
    return f"/?{urlencode({'q': query})}", (search, timeline)


def asked(connection: http.client.HTTPConnection, *addresses: str) -> float:
    """How many seconds the answers to these take together."""
    begun = time.perf_counter()
    for address in addresses:
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (address, answer.status)
    return time.perf_counter() - begun


def compared(query: str, page: float, api: float) -> float:
    """The ratio, printed with the times."""
    say(f"{query:20} page {page * 1000:7.1f} ms  API {api * 1000:7.1f} ms  ratio {page / api:.2f}")
    return page / api


def summed(ratios: list[float]) -> None:
    """Print what the ratios come to."""
    say(
        f"median ratio {statistics.median(ratios):.2f}, highest {max(ratios):.2f} (at most {WANTED} is wanted)"
    )


def weigh(connection: http.client.HTTPConnection) -> None:
    """What a first visit transfers, compressed as the server does."""
    connection.request("GET", "/?q=president", headers={"Accept-Encoding": "gzip"})
    page = len(connection.getresponse().read())
    files = {name: len(gzip.compress((STATIC / name).read_bytes(), 5)) for name in WEIGHED}
    sizes: Mapping[str, int] = {"the page": page, **files}
    for name, size in sizes.items():
        say(f"{name:32} {size / 1000:6.1f} kB")
    say(f"{'all':32} {sum(sizes.values()) / 1000:6.1f} kB (at most 120 is wanted)")


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
