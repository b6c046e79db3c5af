"""What a real Elasticsearch does to the relay: its flood stage for a minute, and a kill in the
middle of a bulk.

Usage: python -m benchmarks.faults [--articles N] [--seconds N] Starts an Elasticsearch of its own.
First its disk counts as full for so many seconds while N articles are relayed; then it is killed
(SIGKILL) while it takes a batch, three times, and started again. Printed is what is lost or
doubled.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from elasticsearch import Elasticsearch

from crawler.store import Store
from indexer.backend import Backend
from indexer.backends import open_backend
from indexer.relay import Relay
from tests.support import elasticsearch
from tests.support.delivering import deliver_all, fill, hurried, lost

KILLS = 3
_WATERMARK = "cluster.routing.allocation.disk.watermark"


def flooded(client: Elasticsearch, full: bool) -> None:
    """Let the server take its disk for full, or measure it no more."""
    marks = dict.fromkeys(
        (f"{_WATERMARK}.{name}" for name in ("low", "high", "flood_stage")), "1%" if full else None
    )
    settings = {**marks, "cluster.routing.allocation.disk.threshold_enabled": full}
    client.cluster.put_settings(persistent={**settings, "cluster.info.update.interval": "10s"})


def flood(
    server: elasticsearch.Server, backend: Backend, store: Store, articles: int, seconds: float
) -> str:
    ids = fill(store, articles)
    with Elasticsearch(server.url) as client:
        flooded(client, True)
        refused = _blocked(client, 60)
        calm = threading.Timer(seconds, lambda: _unblock(client))
        calm.start()
        begun = time.monotonic()
        deliver_all(Relay(store.outbox, backend, hurried()), rest=1.0)
        calm.join()
        took = time.monotonic() - begun
    missing, surplus = lost(backend, ids)
    assert refused, "the flood stage was not reached"
    return f"flood stage for {seconds:.0f} s: delivered after {took:.0f} s, lost {len(missing)}, doubled {surplus}"


def killed(server: elasticsearch.Server, backend: Backend, store: Store, articles: int) -> str:
    ids = fill(store, articles)
    for kill in range(KILLS):
        before, goal = store.outbox.waiting(), articles * (KILLS - kill) // (KILLS + 1)
        relaying = threading.Thread(target=_until, args=(Relay(store.outbox, backend), store, goal))
        relaying.start()
        while store.outbox.waiting() > goal and relaying.is_alive():
            time.sleep(0.01)
        assert server.process is not None
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        relaying.join()
        print(f"killed with {before} waiting before and {store.outbox.waiting()} after", flush=True)
        server.start()
    deliver_all(Relay(store.outbox, backend, lambda: datetime.now(UTC)), rest=1.0)
    missing, surplus = lost(backend, ids)
    return f"killed {KILLS} times within a bulk: lost {len(missing)}, doubled {surplus}"


def _until(relay: Relay, store: Store, goal: int) -> None:
    """Deliver on beyond the goal, until the server is gone."""
    try:
        while store.outbox.waiting():
            relay.deliver()
    except Exception as error:
        print(f"the relay says: {error}"[:160], flush=True)


def _blocked(client: Elasticsearch, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if "read_only_allow_delete" in str(client.indices.get_settings(index="veille*")):
            return True
        time.sleep(1)
    return False


def _unblock(client: Elasticsearch) -> None:
    """The server takes the block away by itself once its disk is no longer full."""
    flooded(client, False)
    client.indices.put_settings(
        index="veille*", settings={"index.blocks.read_only_allow_delete": None}
    )


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--articles", type=int, default=5_000)
    options.add_argument("--seconds", type=float, default=60)
    chosen = options.parse_args()
    with elasticsearch.running() as server, tempfile.TemporaryDirectory() as place:
        for name in ("flood", "killed"):
            store = Store(f"sqlite:///{Path(place) / name}.sqlite")
            backend = open_backend(f"{server.url}/veille-{name}", Path(place), environment={})
            backend.setup()
            if name == "flood":
                print(flood(server, backend, store, chosen.articles, chosen.seconds), flush=True)
            else:
                print(killed(server, backend, store, chosen.articles), flush=True)
            backend.close()
            store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
