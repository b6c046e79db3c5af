"""How long the page and the API take to list many saved searches, each with an alert.

    python -m benchmarks.saved --searches 10000

Prints the slowest of ten answers of each list, in milliseconds. Expected on two cores: below
1,000 ms for 10,000 searches.
"""

import argparse
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from starlette.testclient import TestClient

from crawler.config import Config
from crawler.process.clock import utc_now
from crawler.store import SavedSearch, Store
from indexer.backends import open_backend
from search.alerts.service import AlertDraft, AlertService
from search.alerts.setup import alert_service_of
from search.app import create_app

PATHS = ("/saved", "/api/v1/saved", "/api/v1/alerts")
ASKED = 10


def main() -> None:
    """Fill a store and time the lists over it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=10_000)
    count = parser.parse_args().searches
    with tempfile.TemporaryDirectory(prefix="veille-saved-") as folder:
        config = Config(data=Path(folder), sources=Path(folder) / "sources.toml")
        store = Store(config.database_url, upgrade=True)
        service = alert_service_of(config, store)
        _fill(service, count)
        app = create_app(open_backend("embedded", config.data), store, now=utc_now, alerts=service)
        client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1))
        for path in PATHS:
            print(f"{path}: {_slowest(client, path):.0f} ms")
        store.close()


def _fill(service: AlertService, count: int) -> None:
    now = utc_now()
    draft = AlertDraft(channel="mail", target="desk@example.org")
    for number in range(count):
        query = {"q": f"harbour {number}"}
        saved = SavedSearch(uuid4().hex, f"Port {number}", query, "", uuid4().hex, now, now)
        service.store.saved.add(saved)
        service.store.alerts.add(service.planned_alert(saved.id, draft, now))


def _slowest(client: TestClient, path: str) -> float:
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        times.append(time.perf_counter() - began)
    return max(times) * 1000


if __name__ == "__main__":
    main()
