"""How the sources do, as the API, Prometheus and the doctor tell it; kept by the store, whichever
process works.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from crawler.config import Config
from crawler.monitor.health import SourceMonitor
from crawler.sources import Source
from crawler.store import DiscoveredPage, EntryPoint, Store, Visit
from indexer.backend import Put
from indexer.backends import open_backend
from indexer.relay import Relay
from search.app import create_app
from search.commands.checks import DoctorContext, problems
from search.i18n.catalogue import english
from tests.support.clock import NOW
from tests.support.keeping import keep
from tests.support.shelf import client

SOURCES = [
    Source(
        id=name,
        name=name.title(),
        home=f"https://{name}.example/",
        feeds=(f"https://{name}.example/feed",),
    )
    for name in ("well", "walled", "moved", "paused", "new")
]


def _visits(store: Store, source: str, outcome: str = "read", location: str | None = None) -> None:
    """Five hours of visits, each quarter of an hour; the last two hours with this outcome."""
    for number in range(20):
        at = NOW - timedelta(minutes=15 * (20 - number))
        broken = number >= 12
        links = [
            DiscoveredPage(f"{source}/{n}", f"https://{source}.example/{n}")
            for n in range(number, number + 9)
        ]
        crawl = store.ledger.start(source, at)
        entry = EntryPoint(f"https://{source}.example/feed", "feed")
        done = outcome if broken else "read"
        visit = Visit(
            crawl, source, entry, at, done, 9, 900, 0.5, location=location if broken else None
        )
        store.ledger.record_visit(visit, links if done == "read" else ())
        store.ledger.finish(crawl, at, "finished", {})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('watching') / 'veille.sqlite'}")
    _visits(opened, "well")
    _visits(opened, "walled", "http 403")
    _visits(opened, "moved", location="https://new.example/feed")
    _visits(opened, "paused", "http 403")
    opened.pauses.pause("paused", NOW - timedelta(hours=1), None)
    opened.queue.fall_due("well", NOW, NOW + timedelta(minutes=10))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    backend = open_backend("embedded", tmp_path_factory.mktemp("index"), writer=True)
    backend.setup()
    for number in range(3):
        keep(store, number, at=NOW - timedelta(minutes=5))
    document = store.outbox.batch(3, NOW)[0].document
    assert document is not None
    backend.write([Put(document)])
    with client(create_app(backend, store, now=lambda: NOW, sources=SOURCES)) as opened:
        yield opened
    backend.close()


def _asked(api: TestClient, path: str) -> Any:
    response = api.get(path)
    assert response.status_code == 200, response.text
    return response.json()


def test_sources_come_worst_first_with_their_reasons(api: TestClient) -> None:
    listed = {source["id"]: source for source in _asked(api, "/api/v1/sources")["sources"]}
    assert list(listed) == ["walled", "moved", "new", "paused", "well"]
    assert {name: source["state"] for name, source in listed.items()} == {
        "walled": "bad",
        "moved": "warning",
        "new": "new",
        "paused": "paused",
        "well": "well",
    }
    (finding,) = listed["walled"]["findings"]
    assert (finding["problem"], finding["since"]) == ("blocked", "2026-11-22T07:00:00+00:00")
    assert "http 403" in finding["sentence"]
    assert "VEILLE_CONTACT" in finding["advice"]
    assert finding["figures"]["failures"] == 8
    assert "https://new.example/feed" in listed["moved"]["findings"][0]["sentence"]
    assert listed["well"]["next_due"] == "2026-11-22T09:10:00+00:00"
    assert listed["well"]["last_read"] == "2026-11-22T08:45:00+00:00"
    assert (listed["paused"]["paused"], listed["paused"]["paused_until"]) == (True, None)


def test_one_source_is_told_in_full(api: TestClient) -> None:
    body = _asked(api, "/api/v1/sources/walled")
    (entry,) = body["entry_points"]
    assert (entry["outcome"], entry["failures"], entry["current"]) == ("http 403", 8, True)
    assert entry["interval_seconds"] == pytest.approx(900)
    assert [visit["outcome"] for visit in body["visits"]] == ["http 403"] * 8 + ["read"] * 12
    assert (body["visits"][10]["items"], body["visits"][10]["again"]) == (9, 8)
    assert body["watched"]["reasons"] == ["not-added", "blocked"]
    assert api.get("/api/v1/sources/nobody").status_code == 404


@pytest.mark.parametrize(
    ("language", "sentence", "remedy"),
    [
        (
            "fr",
            "Le site refuse l’accès à https://walled.example/feed (flux) : http 403, aux 8 dernières visites.",
            "définissez VEILLE_CONTACT pour que le site sache à qui écrire",
        ),
        (
            "ar",
            "يرفض الموقع الوصول إلى \u2066https://walled.example/feed\u2069 (خلاصة): \u2068http 403\u2069، "
            "في آخر 8 زيارات.",
            "حدّد VEILLE_CONTACT ليعرف الموقع لمن يكتب",
        ),
    ],
)
def test_a_reader_is_told_what_is_wrong_in_their_language(
    api: TestClient, language: str, sentence: str, remedy: str
) -> None:
    answer = api.get("/sources/walled", headers={"accept-language": language})
    [finding] = html.document_fromstring(answer.text).xpath("//div[@class='finding bad']")
    assert finding.xpath("string(p[2])") == sentence
    assert remedy in finding.xpath("string(p[3])")
    assert not finding.xpath(".//@lang | .//@dir")
    [told] = api.get("/api/v1/sources/walled", headers={"accept-language": language}).json()[
        "findings"
    ]
    assert told["sentence"].startswith("https://walled.example/feed (feed) refuses Veille")


def test_metrics_are_read_from_the_store(api: TestClient, store: Store) -> None:
    def samples() -> dict[tuple[str, str], float]:
        text = api.get("/metrics").text
        return {
            (sample.name, ",".join(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    found = samples()
    assert found["veille_crawls_total", "finished"] == 4 * 20
    assert found["veille_visits_total", "blocked"] == 16
    assert (found["veille_sources", "bad"], found["veille_sources", "well"]) == (1, 1)
    assert found["veille_source_problem", "blocked,walled"] == 1
    assert found["veille_queue_sources", ""] == 1
    assert (found["veille_outbox_articles", ""], found["veille_dead_letters", ""]) == (3, 0)
    assert found["veille_index_up", ""] == 1


def test_the_lag_is_counted_when_an_article_becomes_searchable(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    backend = open_backend("embedded", tmp_path / "index", writer=True)
    backend.setup()
    done = store.ledger.start("one", NOW - timedelta(days=1))
    visit = Visit(
        done, "one", EntryPoint("https://example.org/s", "section"), NOW - timedelta(days=1), "read"
    )
    store.ledger.record_visit(visit)
    store.ledger.finish(done, NOW - timedelta(days=1), "finished", {})
    keep(store, 1, at=NOW, published=NOW - timedelta(minutes=4))
    Relay(store.outbox, backend, lambda: NOW).deliver()
    counts = store.counters.all()
    assert (sum(counts.lags), counts.lags[2], counts.lag_seconds) == (1, 1, 240)
    backend.close()
    store.close()


def test_the_doctor_says_what_is_wrong_and_what_to_do(store: Store) -> None:
    patient = DoctorContext(
        Config(), store, NOW, SOURCES, SourceMonitor(store, SOURCES).health(NOW), 3, None, english()
    )
    sentences = [one.sentence for one in problems(patient) if one.kind == "problem"]
    assert [sentence.partition(".")[0] for sentence in sentences if ": " in sentence] == [
        "walled: blocked since 2026-11-22 07:00 UTC",
        "moved: moved since 2026-11-22 07:00 UTC",
    ]
    assert (
        "https://walled.example/feed (feed) refuses Veille: http 403, at the last 8 visits."
        in sentences[0]
    )
    assert any(
        "No contact is set" in one.sentence for one in problems(patient) if one.kind == "note"
    )
