"""Saved searches against new articles, on both kinds of index: `python -m benchmarks.alerts`.

500 searches of one to three words of the reference news, each with an alert, meet 1,000 articles
that have just become searchable in an index of 20,000 (`--held`); a half and a quarter of both, and
twice each, show how the time grows. Needs VEILLE_SHARED and an Elasticsearch (its URL in
ELASTICSEARCH_URL).
"""

import argparse
import os
import random
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from elasticsearch import Elasticsearch

from crawler.store import Store
from indexer.analysis.folding import words
from indexer.backend import Backend, Put
from indexer.backends import open_backend
from search.alerts.matching import AlertMatcher
from search.alerts.service import AlertDraft, AlertService, SavedSearchDraft
from search.query.request import MatchParams
from search.sources.source_list import SourceList
from tests.support.corpora import FILES, articles

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SIZES = ((125, 250), (250, 500), (500, 1_000), (500, 2_000), (1_000, 1_000))
"""Searches, and new articles."""


class Anywhere:
    """A channel that is never used: what is measured is finding."""

    def check(self, target: str) -> str:
        return target

    def send(self, message: Any, target: str) -> None:
        raise AssertionError


def main() -> None:
    """Fill, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--held", type=int, default=20_000, help="articles in the index")
    held = options.parse_args().held
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared"))
    news = [
        one for name in FILES for one in articles(shared, name, (held + 2_000) // len(FILES) + 1)
    ]
    random.Random(9).shuffle(news)
    alias = f"benchmark-alerts-{uuid4().hex[:8]}"
    url = os.environ["ELASTICSEARCH_URL"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for index in ("embedded", f"{url}/{alias}"):
            backend = open_backend(index, folder / index[:8], writer=True, environment={})
            backend.setup()
            for at in range(0, held, 1_000):
                backend.write([Put(one) for one in news[at : at + 1_000]])
            backend.refresh()
            for searches, new in SIZES:
                took, hits = measured(backend, folder / uuid4().hex, news[:held], searches, new)
                print(
                    f"{backend.name}: {searches} searches, {new} new articles: {took:.2f} s, {hits} hits"
                )
            backend.close()
        with Elasticsearch(url) as client:
            client.indices.delete(index=",".join(client.indices.get(index=f"{alias}-*")))


def measured(
    backend: Backend, folder: Path, news: list[dict[str, Any]], searches: int, new: int
) -> tuple[float, int]:
    """Seconds to find what is new for all alerts, and how many hits there were."""
    store = Store(f"sqlite:///{folder}/veille.sqlite")
    service = AlertService(store, {"mail": Anywhere()}, frozenset({"en"}), SourceList())
    chance = random.Random(searches)
    for number in range(searches):
        text = chance.choice(news)["text"]
        some = chance.sample(sorted({word for word in words(text) if len(word) > 4}) or ["news"], 1)
        query = " OR ".join(some) if number % 3 else f"{some[0]} -title:{some[0]}"
        saved = service.save(SavedSearchDraft(name=str(number), query=MatchParams(q=query)), NOW)
        service.add_alert(saved.id, AlertDraft(channel="mail", target="x"), NOW)
    arrived = [{"id": one["id"], "revision": 1} for one in chance.sample(news, new)]
    with store.firsts._reads.execution_options(writes=True).begin() as connection:
        from crawler.store.articles.first_indexed import keep_firsts

        keep_firsts(connection, [(one, False) for one in arrived], NOW, NOW)
    finding, begun = AlertMatcher(store, backend), time.perf_counter()
    while finding.step(NOW, set()):
        pass
    took = time.perf_counter() - begun
    hits = sum(len(store.alerts.waiting_hits(alert.id)) for alert in store.alerts.all())
    store.close()
    return took, hits


if __name__ == "__main__":
    main()
