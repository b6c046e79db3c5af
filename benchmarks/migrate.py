"""A migration of the index on the reference news, with arrivals, edits, departures, searches and
kills meanwhile.

Usage: python -m benchmarks.migrate [--articles N] [--arriving N] [--kills N] [--elasticsearch URL]
Reads $VEILLE_SHARED/corpora (default ../shared). Prints what was missed, doubled, outdated or
failed: all must be 0.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from elasticsearch import Elasticsearch

from benchmarks.search import news
from tests.support import elasticsearch
from tests.support.migrating import rehearse

ALIAS = "benchmark-migrate"


def main() -> None:
    """Rehearse and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=30_000)
    options.add_argument("--arriving", type=int, default=2_000)
    options.add_argument("--kills", type=int, default=5)
    options.add_argument("--elasticsearch", help="where one answers; started here otherwise")
    chosen = options.parse_args()
    with ExitStack() as stack:
        url = chosen.elasticsearch or stack.enter_context(elasticsearch.running(heap="1g")).url
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        documents = list(islice(news(10**9), chosen.articles + chosen.arriving))
        held, arriving = documents[: chosen.articles], documents[chosen.articles :]
        done = rehearse(f"{url}/{ALIAS}", held, arriving, folder, chosen.kills)
        sys.stdout.write(
            f"{len(held)} articles migrated in {done.seconds:.0f} s, {len(arriving)} arrived, {done.kills} kills, "
            f"{done.searches} searches; failed searches {len(done.failures)}, missing {len(done.missing)}, "
            f"surplus {len(done.surplus)}, doubled {len(done.doubled)}, outdated {len(done.outdated)}; "
            f"versions left {done.versions}\n"
        )
        for failure in done.failures[:5]:
            sys.stdout.write(f"  {failure}\n")
        with Elasticsearch(url) as client:
            client.indices.delete(index=",".join(done.versions))


if __name__ == "__main__":
    main()
