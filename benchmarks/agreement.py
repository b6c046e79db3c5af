"""Whether both kinds of index answer alike on the reference news: random query trees and the hundred
queries of queries.toml, in five time zones; and the share of words that both cut alike.

Usage: python -m benchmarks.agreement [--articles N] [--trees 500] [--elasticsearch URL]. Reads
$VEILLE_SHARED/corpora (default ../shared). Of each answer its total, its facets, its timelines and
a sample of its matches by hash (10,000 at most) are compared. Ends with 1 where any differs, or
where fewer than 99.8 % of the words agree.
"""

import argparse
import itertools
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from elasticsearch import Elasticsearch

from benchmarks.search import ALIAS, FACETS, NOW, ROOT, fill, queries, say
from indexer.analysis import analyzers
from indexer.analysis.terms import terms
from indexer.backend import Backend
from indexer.backends import open_backend
from indexer.document import to_source
from indexer.query import QueryError, Search
from indexer.query.sampling import MAX_SAMPLE
from search.query.request import MatchParams, search_of
from tests.contract.test_agreement import Trees
from tests.support import elasticsearch
from tests.support.corpora import FILES, articles

ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Beirut", "Pacific/Auckland")
ENOUGH = 0.998
"""The share of words that must be cut alike."""
_SHOWN = 300
_WORDS_OF = 7
"""Of so many articles the words of one are compared: each is a request of its own."""
_LONGEST = 20_000
_SAMPLED = 4_000
"""Articles of each file that random trees take their words from."""


def main() -> int:
    """0 where both agree, else 1."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=10**9, help="of each file; all by default")
    options.add_argument("--trees", type=int, default=500)
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
        typed = [search_of(MatchParams(q=query), NOW) for query in queries()]
        grown = list(itertools.islice(trees(chosen.articles), chosen.trees))
        differing = differences(backends, typed) + differences(backends, grown)
        share = words_alike(client, chosen.articles)
        client.indices.delete(index=list(client.indices.get_alias(name=ALIAS)))
    say(f"words that both cut alike: {share:.4%}")
    return int(differing > 0 or share < ENOUGH)


def trees(limit: int) -> Iterator[Search]:
    """Random searches of words, names and dates of the articles."""
    shared = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared"))
    found = [one for name in FILES for one in articles(shared, name, min(limit, _SAMPLED))]
    grown = Trees(1, found)
    while True:
        yield grown.search()


def differences(backends: Sequence[Backend], searches: Sequence[Search]) -> int:
    """How many of the searches are answered differently; says which."""
    found = 0
    refused = 0
    wrong: Counter[str] = Counter()
    for search in searches:
        try:
            embedded, elastic = (answers(backend, search) for backend in backends)
        except QueryError:
            # A beginning of two letters, which too many words have.
            refused += 1
            continue
        found += bool(embedded["total"])
        differing = [name for name, value in embedded.items() if value != elastic[name]]
        wrong.update(differing)
        wrong["answers"] += bool(differing)
        if differing:
            say(f"differ in {', '.join(differing)}: {str(search.tree)[:_SHOWN]}")
    say(
        f"{len(searches)} searches, {found} with matches, {refused} refused; "
        f"answers that differ: {wrong['answers']}"
    )
    return wrong["answers"]


def answers(backend: Backend, search: Search) -> dict[str, object]:
    """What a backend answers, each part by its name."""
    counted = backend.search(replace(search, limit=0, facets=(*FACETS, "author"), facet_size=50))
    sampled = backend.scan(replace(search, sample=MAX_SAMPLE, seed=1, facets=()))
    lines = {tz: backend.timeline(search, "auto", tz) for tz in ZONES}
    return {
        "total": counted.total,
        "facets": counted.facets,
        "ids": [article["id"] for article in sampled],
        **lines,
    }


def words_alike(client: Elasticsearch, limit: int) -> float:
    """The share of terms that Elasticsearch cuts out of texts as we do."""
    shared = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared"))
    name = f"{ALIAS}-words"
    settings = {
        "analysis": analyzers.elastic_analysis(),
        "index.analyze.max_token_count": 1_000_000,
    }
    client.indices.create(index=name, settings=settings)
    alike = 0
    every = 0
    for file, language in FILES.items():
        for found in articles(shared, file, limit // _WORDS_OF + 1, step=_WORDS_OF):
            text = found["text"][:_LONGEST]
            source = to_source({"id": "1", "language": language, "text": text})
            answer = client.indices.analyze(index=name, analyzer="terms", text=source["text_terms"])
            theirs = Counter(token["token"] for token in answer["tokens"])
            mine = Counter(term for row in terms(text, language) for _, term in row)
            alike += (mine & theirs).total()
            every += max(mine.total(), theirs.total())
    client.indices.delete(index=name)
    return alike / every if every else 1.0


if __name__ == "__main__":
    sys.exit(main())
