"""The relay beside elasticsearch-py's own streaming_bulk, with the same documents in turns, and
bytes a document.

Usage: python -m benchmarks.relay [--articles N] [--rounds N] [--elasticsearch URL] Reads
$VEILLE_SHARED/corpora (default ../shared). Both write to an index of Veille's fields; the relay
reads the documents from a store and acknowledges them there, streaming_bulk has them in memory.
Machines differ: compare what stands side by side.
"""

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from benchmarks.search import batches, news
from crawler.store import Store
from crawler.store.articles.recording import queue
from crawler.store.tables import articles, outbox
from indexer.backends import open_backend
from indexer.backends.elastic import versions
from indexer.document import mapping, to_source
from indexer.relay import Relay
from tests.support import elasticsearch

ALIAS = "benchmark-relay"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--elasticsearch", help="where one answers; started here otherwise")
    chosen = options.parse_args()
    with ExitStack() as stack:
        url = chosen.elasticsearch or stack.enter_context(elasticsearch.running(heap="1g")).url
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        client = stack.enter_context(Elasticsearch(url, request_timeout=60))
        documents = [as_crawled(one) for one in islice(news(10**9), chosen.articles)]
        store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
        keep(store, documents)
        ratios = []
        for number in range(chosen.rounds):
            plain = streamed(client, documents)
            relayed = relay(store, url, client)
            ratios.append(relayed / plain)
            say(
                f"round {number + 1}: streaming_bulk {plain:.0f} a second, relay {relayed:.0f}, ratio {ratios[-1]:.2f}"
            )
        say(f"median ratio {statistics.median(ratios):.2f}")
        store.close()
        sizes(client, documents)


def as_crawled(document: dict[str, Any]) -> dict[str, Any]:
    """With the fields that every crawled article has besides."""
    bounds = {f"published_{end}": document["published"] for end in ("earliest", "latest")}
    return {
        **document,
        **bounds,
        "id": hashlib.blake2b(document["id"].encode(), digest_size=16).hexdigest(),
        "canonical_url": document["url"].partition("://")[2],
        "source_name": document["source"],
        "first_seen": NOW.isoformat(),
        "indexed_at": NOW.isoformat(),
        "revision": 1,
        "words": len(document["text"].split()),
        "paywalled": False,
    }


def keep(store: Store, documents: list[dict[str, Any]]) -> None:
    """The documents as the store holds articles, none of them in the outbox yet."""
    with store.pages._writes.begin() as connection:
        for batch in batches(iter(documents), 1_000):
            connection.execute(
                articles.insert(),
                [
                    {
                        "id": document["id"],
                        "source": document["source"] or "none",
                        "digest": "",
                        "page": document["id"],
                        "revision": 1,
                        "first_seen": NOW,
                        "updated_at": NOW,
                        "document": orjson.dumps(document).decode(),
                    }
                    for document in batch
                ],
            )


def relay(store: Store, url: str, client: Elasticsearch) -> float:
    """Articles a second from the outbox to a new index."""
    backend = open_backend(f"{url}/{ALIAS}", Path("unused"), environment={})
    backend.setup()
    with store.pages._writes.begin() as connection:
        connection.execute(outbox.delete())
        ids = [
            row.id for row in connection.execute(articles.select().with_only_columns(articles.c.id))
        ]
        for first in range(0, len(ids), 500):
            queue(connection, ids[first : first + 500], NOW)
    delivering = Relay(store.outbox, backend, lambda: NOW + timedelta(seconds=1))
    begun = time.perf_counter()
    while counts := delivering.deliver():
        assert counts["rejected"] == 0, counts
    seconds = time.perf_counter() - begun
    backend.refresh()
    assert backend.count() == len(ids)
    backend.close()
    client.indices.delete(index=f"{ALIAS}-000001")
    return len(ids) / seconds


def streamed(client: Elasticsearch, documents: list[dict[str, Any]]) -> float:
    """Articles a second by the library's own way, 500 in a request as the relay has them."""
    index = f"{ALIAS}-plain"
    client.indices.create(index=index, settings=versions.settings(), mappings=mapping())
    actions = ({"_index": index, "_id": one["id"], "_source": to_source(one)} for one in documents)
    begun = time.perf_counter()
    for good, item in streaming_bulk(client, actions, chunk_size=500):
        assert good, item
    seconds = time.perf_counter() - begun
    client.indices.delete(index=index)
    return len(documents) / seconds


def sizes(client: Elasticsearch, documents: list[dict[str, Any]]) -> None:
    """Bytes a document on the disk, before and after tuning."""
    raw = sum(len(orjson.dumps(one)) for one in documents) / len(documents)
    say(f"a document is {raw:.0f} bytes of JSON")
    for name, settings, mappings in kinds():
        index = f"{ALIAS}-size"
        client.indices.create(index=index, settings=settings, mappings=mappings)
        actions = (
            {"_index": index, "_id": one["id"], "_source": to_source(one)} for one in documents
        )
        for good, item in streaming_bulk(client, actions, chunk_size=500):
            assert good, item
        client.options(request_timeout=600).indices.forcemerge(index=index, max_num_segments=1)
        client.indices.refresh(index=index)
        size = client.indices.stats(index=index, metric="store").body["_all"]["primaries"]["store"][
            "size_in_bytes"
        ]
        say(f"{name}: {size / len(documents):.0f} bytes a document")
        client.indices.delete(index=index)


def kinds() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Elasticsearch's defaults, one thing at a time, and what Veille makes."""
    untuned = mapping()
    for field in untuned["properties"].values():
        field.pop("doc_values", None)
        if field.get("type") in ("keyword", "long"):
            field.pop("index", None)
    without = {key: value for key, value in versions.settings().items() if key != "codec"}
    yield "before tuning", without, untuned
    yield "with best_compression", versions.settings(), untuned
    yield "and without columns and terms that nothing reads", versions.settings(), mapping()


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
