"""Reports of crawls: nothing missed, nothing doubled, and the articles' own way not held up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from crawler.store import EntryPoint, Report, Store, Visit
from crawler.store.crawls.reports import Dated
from indexer.backend import IndexUnavailable
from indexer.backends import open_crawls
from indexer.backends.elastic.crawls import ElasticCrawlIndex
from indexer.crawls.document import FIELDS, crawls_alias, documents
from indexer.crawls.relay import PATIENCE, CrawlRelay

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FEED = EntryPoint("https://calder.example/feed.xml", "feed")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def index(new_index: Callable[[], str], elasticsearch_url: str) -> Iterator[ElasticCrawlIndex]:
    url = new_index()
    opened = ElasticCrawlIndex(url, {})
    yield opened
    opened.close()
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(
            index=list(client.indices.get(index=f"{crawls_alias(url.rpartition('/')[2])}-*"))
        )


def crawled(
    store: Store, source: str = "calder", outcome: str = "read", *, finish: bool = True
) -> int:
    crawl = store.ledger.start(source, NOON)
    store.ledger.visited(
        Visit(crawl, source, FEED, NOON + timedelta(seconds=1), outcome, items=3, bytes=900)
    )
    if finish:
        store.ledger.finish(
            crawl, NOON + timedelta(seconds=5), "finished", {"new": 0, "fetched": 3}
        )
    return crawl


def told(index: ElasticCrawlIndex) -> dict[str, dict[str, Any]]:
    """Every document of the index of crawls, by id."""
    client, alias = index._client, index._alias
    client.indices.refresh(index=alias)
    hits = client.search(index=alias, size=1_000, query={"match_all": {}})["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}


def relay(store: Store, index: Any, now: datetime = NOON + timedelta(minutes=1)) -> CrawlRelay:
    return CrawlRelay(store.reports, store.outbox, index, lambda: now)


def test_a_crawl_is_reported_when_it_is_over(store: Store) -> None:
    running = crawled(store, finish=False)
    assert store.reports.waiting(10) == []
    store.ledger.finish(running, NOON + timedelta(seconds=9), "finished", {})
    assert [report.id for report in store.reports.waiting(10)] == [running]


def test_a_crawl_that_was_killed_is_reported_when_its_source_is_crawled_again(store: Store) -> None:
    lost = crawled(store, finish=False)
    crawled(store, "nawras", finish=False)
    again = crawled(store)
    reports = store.reports.waiting(10)
    assert [report.id for report in reports] == [lost, again]
    crawl = documents(reports[0], None)[0]
    assert (crawl["outcome"], crawl["succeeded"]) == ("killed", False)


def test_crawls_that_end_out_of_order_are_all_reported(store: Store) -> None:
    slow, quick = crawled(store, "slow", finish=False), crawled(store, "quick")
    assert [report.id for report in store.reports.waiting(10)] == [quick]
    store.reports.told([quick], NOON)
    store.ledger.finish(slow, NOON + timedelta(hours=1), "finished", {})
    assert [report.id for report in store.reports.waiting(10)] == [slow]


def test_documents_fit_the_mapping_and_name_what_happened(store: Store) -> None:
    number = crawled(store, outcome="timeout")
    crawl, visit = documents(store.reports.waiting(1)[0], NOON + timedelta(seconds=7))
    assert set(crawl) | set(visit) <= set(FIELDS)
    assert crawl["id"] == f"crawl-{number}"
    assert visit["entry_point"] == FEED.url
    assert (crawl["succeeded"], visit["succeeded"], visit["outcome"]) == (True, False, "timeout")


def test_a_lag_goes_from_a_date_known_to_the_hour_to_when_the_article_was_searchable() -> None:
    row = {
        "id": 1,
        "source": "calder",
        "started_at": NOON,
        "finished_at": NOON,
        "outcome": "finished",
        "counts": {},
    }
    news = (
        Dated("2026-11-02T11:30:00+00:00", "second", NOON),
        Dated("2026-11-02T12:00:00+02:00", "minute", NOON),
        Dated("2026-11-02T00:00:00+00:00", "day", NOON),
        Dated("2026-11-03T00:00:00+00:00", "second", NOON),
    )
    crawl = documents(Report(row, (), news), NOON)[0]
    assert (crawl["lag_articles"], crawl["lag_minutes"], crawl["longest_lag_minutes"]) == (
        2,
        75.0,
        120.0,
    )
    assert "lag_minutes" not in documents(Report(row, (), news), None)[0]


class Breaking:
    """An index that takes the documents and is lost before it says so, once."""

    def __init__(self, index: ElasticCrawlIndex) -> None:
        self._index, self._broken = index, False

    def setup(self) -> None:
        self._index.setup()

    def empty(self) -> bool:
        return self._index.empty()

    def write(self, documents: Sequence[Mapping[str, Any]]) -> list[str]:
        why = self._index.write(documents)
        if not self._broken:
            self._broken = True
            raise IndexUnavailable("lost on the way")
        return why

    def close(self) -> None:
        self._index.close()


@pytest.mark.elasticsearch
def test_told_twice_is_there_once(store: Store, index: ElasticCrawlIndex) -> None:
    first = crawled(store)
    telling = relay(store, Breaking(index))
    with pytest.raises(IndexUnavailable):
        telling.deliver()
    assert [report.id for report in store.reports.waiting(10)] == [first]
    second = crawled(store)
    assert telling.deliver() == 2
    assert telling.deliver() == 0
    assert {name for name in told(index) if name.startswith("crawl")} == {
        f"crawl-{first}",
        f"crawl-{second}",
    }
    assert len(told(index)) == 4


@pytest.mark.elasticsearch
def test_a_lost_index_is_filled_again(store: Store, index: ElasticCrawlIndex) -> None:
    crawled(store)
    relay(store, index).deliver()
    before = told(index)
    index._client.indices.delete(index=list(index._fingerprints()))
    crawled(store, "nawras")
    telling = relay(store, index)
    assert telling.deliver() == 2
    assert told(index).keys() > before.keys()


@pytest.mark.elasticsearch
def test_an_index_of_other_fields_is_brought_to_these(
    store: Store, index: ElasticCrawlIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled(store)
    relay(store, index).deliver()
    before = list(index._fingerprints())
    monkeypatch.setattr("indexer.crawls.document.FIELDS", {**FIELDS, "weather": "keyword"})
    assert relay(store, index).deliver() == 0
    assert list(index._fingerprints()) != before
    assert len(told(index)) == 2
    assert not index._client.indices.exists(index=before[0])


@pytest.mark.elasticsearch
def test_a_report_waits_for_its_articles_but_not_for_ever(
    store: Store, index: ElasticCrawlIndex
) -> None:
    crawled(store)
    waiting = NOON + timedelta(seconds=2)
    busy = relay(store, index)
    busy.outbox = type("Stuck", (), {"oldest": lambda self: waiting})()
    assert busy.deliver() == 0
    busy.now = lambda: NOON + PATIENCE + timedelta(minutes=1)
    assert busy.deliver() == 1
    assert "searchable_at" not in told(index)["crawl-1"]


def test_the_embedded_index_has_none() -> None:
    assert open_crawls("embedded") is None
