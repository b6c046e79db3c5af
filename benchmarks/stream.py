"""The stream while its monitor is killed: 5,000 articles arrive, some are edited, 30 kills with
SIGKILL and one index made anew; each wording must come once, in the order of first indexing.

python -m benchmarks.stream [--articles 5000] [--kills 30]
"""

import argparse
import itertools
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

from crawler.process.clock import utc_now
from crawler.store import Store
from indexer.backends import open_backend
from indexer.relay import Relay
from search.app import create_app
from tests.support.keeping import keep

Wording = tuple[str, int]


def arrive(folder: Path, articles: int) -> None:
    """Keep articles and bring them to the index, until killed; an edit for every tenth."""
    store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
    backend = open_backend("embedded", folder, writer=True)
    backend.setup()
    relay = Relay(store.outbox, backend)
    for number in itertools.count(store.pages.documents()):
        if number < articles:
            keep(store, number, f"Wording of {number}.", utc_now())
        if number % 10 == 0:
            edited = random.randrange(min(number, articles) + 1)
            keep(store, edited, f"Another wording, {number}.", utc_now())
        if number % 50 == 0 or number >= articles:
            relay.deliver()
        if number >= articles and not store.outbox.waiting():
            return


def read(api: TestClient, after: str) -> tuple[list[Wording], str]:
    """All that has come since, and where it ends."""
    found: list[Wording] = []
    while True:
        params = {"limit": "200", **({"after": after} if after else {})}
        body = api.get("/api/v1/stream", params=params).json()
        found += [(one["id"], one["revision"]) for one in body["articles"]]
        after = body["after"]
        if not body["more"]:
            return found, after


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=5_000)
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--arrive", type=Path)
    chosen = options.parse_args()
    if chosen.arrive:
        arrive(chosen.arrive, chosen.articles)
        return
    with tempfile.TemporaryDirectory() as folder:
        watch(Path(folder), chosen.articles, chosen.kills)


def watch(folder: Path, articles: int, kills: int) -> None:
    """Kill and read by turns; prints what came, and ends with 1 where it was not each once."""
    store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
    api = TestClient(
        create_app(open_backend("embedded", folder), store, now=utc_now),
        base_url="http://127.0.0.1:8000",
        client=("127.0.0.1", 50_000),
    )
    command = [sys.executable, "-m", "benchmarks.stream", "--articles", str(articles)]
    found: list[Wording] = []
    after = ""
    for kill in range(kills + 1):
        child = subprocess.Popen([*command, "--arrive", str(folder)])
        if kill < kills:
            time.sleep(random.uniform(0.8, 3))
            child.send_signal(signal.SIGKILL)
        child.wait()
        if kill == kills // 2:
            make_anew(folder, store)
        more, after = read(api, after)
        found += more
    expected = [(row.article, row.revision) for row in store.firsts.after(0, 10**9)]
    print(
        f"{len(found)} wordings read, {len(expected)} became searchable, {len(set(found))} different"
    )
    if found != expected:
        sys.exit(1)


def make_anew(folder: Path, store: Store) -> None:
    """An index made anew, as `veille reindex` does."""
    store.pages.requeue(utc_now())
    backend = open_backend("embedded", folder, writer=True)
    backend.renew()
    backend.close()


if __name__ == "__main__":
    main()
