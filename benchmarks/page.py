"""The search page beside the API on the reference news: how much longer it takes, and what it weighs.

Usage: python -m benchmarks.page [--articles N] [--rounds N]
Reads $VEILLE_SHARED/corpora (default ../shared), indexes it in a temporary folder, and asks the page and the API for
the same: a search with its facets, and its timeline. The figure is the median of the ratios, measured side by side.
"""

import argparse
import gzip
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.testclient import TestClient

from indexer.backend import Backend, Put
from indexer.backends import open_backend
from search.app import create_app
from search.pages.search import PAGE_FACET_SIZE, PAGE_FACETS, PAGE_LIMIT
from tests.support.corpora import FILES, articles

NOW = datetime(2026, 11, 22, tzinfo=UTC)
QUERIES = ("*", "president", "élections", "oil price", "الرئيس", '"prime minister"', "bank -trade", "minist*")
STATIC = Path(__file__).resolve().parent.parent / "search" / "static"
BATCH = 1_000


def main() -> None:
    """Index, measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=60_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        backend = open_backend("embedded", Path(folder), writer=True)
        say(f"{filled(backend, chosen.articles)} articles")
        client = TestClient(create_app(backend, now=lambda: NOW), base_url="http://127.0.0.1", client=("127.0.0.1", 1))
        compare(client, chosen.rounds)
        weigh(client)
        backend.close()


def filled(backend: Backend, most: int) -> int:
    """Index the first of the news; how many."""
    shared, count = Path(os.environ.get("VEILLE_SHARED", "../shared")), 0
    backend.setup()
    news: Iterator[dict[str, Any]] = itertools.chain.from_iterable(articles(shared, name, most) for name in FILES)
    rest = itertools.islice(news, most)
    while batch := list(itertools.islice(rest, BATCH)):
        backend.write([Put(document) for document in batch])
        count += len(batch)
    backend.refresh()
    return count


def compare(client: TestClient, rounds: int) -> None:
    """The page's time beside the API's for each query."""
    ratios = []
    for query in QUERIES:
        facets = {"facets": ",".join(PAGE_FACETS), "facet_size": PAGE_FACET_SIZE, "limit": PAGE_LIMIT}
        api = (f"/api/v1/search?{urlencode({'q': query, **facets})}", f"/api/v1/timeline?{urlencode({'q': query})}")
        page_path = f"/?{urlencode({'q': query})}"
        seconds(client, page_path, *api)
        pairs = [(seconds(client, page_path), seconds(client, *api)) for _ in range(rounds)]
        page, own = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratios.append(page / own)
        say(f"{query:20} page {page * 1000:7.1f} ms  API {own * 1000:7.1f} ms  ratio {page / own:.2f}")
    say(f"median ratio {statistics.median(ratios):.2f}, highest {max(ratios):.2f} (at most 1.5 is wanted)")


def seconds(client: TestClient, *paths: str) -> float:
    """How long the answers to these take together."""
    begun = time.perf_counter()
    for path in paths:
        client.get(path).raise_for_status()
    return time.perf_counter() - begun


def weigh(client: TestClient) -> None:
    """What a first visit transfers, compressed as the server does."""
    names = ("page.css", "keys.js", "box.js", "chart.js", "vendor/htmx/htmx.min.js", "vendor/uplot/uPlot.iife.min.js")
    sizes: Mapping[str, int] = {
        "the page": len(gzip.compress(client.get("/?q=president").content, 5)),
        **{name: len(gzip.compress((STATIC / name).read_bytes(), 5)) for name in names},
    }
    for name, size in sizes.items():
        say(f"{name:32} {size / 1000:6.1f} kB")
    say(f"{'all':32} {sum(sizes.values()) / 1000:6.1f} kB (at most 120 is wanted)")


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
