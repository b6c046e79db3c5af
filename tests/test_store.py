"""The store's contract, on every kind of database: what is committed together, what survives, what
happens once.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import create_engine

from crawler.article import Hints
from crawler.policy.live_looks import next_article_look
from crawler.store import (
    DiscoveredPage,
    EntryPoint,
    LeftEntryPoints,
    NamedEntryPoints,
    PageVisit,
    Store,
    StoreError,
    Visit,
)
from crawler.store.articles.boilerplate import WINDOW
from tests.support.clock import NOW
from tests.support.databases import KINDS
from tests.support.keeping import keep
from tests.support.postgres import Databases

SOON = NOW + timedelta(seconds=1)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def _link(number: int, **values: Any) -> DiscoveredPage:
    return DiscoveredPage(f"example.org/{number}", f"https://example.org/{number}", **values)


def _visit(
    store: Store, *links: DiscoveredPage, entry: EntryPoint | None = None, outcome: str = "read"
) -> int:
    crawl = store.ledger.start("one", NOW)
    point = entry or EntryPoint("https://example.org/s", "section")
    return store.ledger.record_visit(
        Visit(crawl, "one", point, NOW, outcome, len(links)), links
    ).new


def _waiting(store: Store, now: datetime = SOON) -> list[str]:
    return [parcel.article for parcel in store.outbox.batch(100, now)]


class TestFrontier:
    def test_links_are_kept_once_and_survive(self, store: Store, other: Store) -> None:
        hints = Hints(
            title="T",
            published=NOW,
            published_origin="feed",
            authors=("A",),
            tags=("x", "y"),
            topic="sport",
        )
        assert _visit(store, _link(1, section="Syrie", hints=hints), _link(2)) == 2
        assert _visit(store, _link(2), _link(3)) == 1
        first, *others = other.pages.due("one", None, NOW)
        assert (first.key, first.url, first.section) == (
            "example.org/1",
            "https://example.org/1",
            "Syrie",
        )
        assert first.hints == hints
        assert first.first
        assert [target.key for target in others] == ["example.org/2", "example.org/3"]

    def test_a_link_of_another_source_is_not_taken_over(self, store: Store) -> None:
        _visit(store, _link(1))
        crawl = store.ledger.start("two", NOW)
        visit = Visit(crawl, "two", EntryPoint("https://example.org/t", "section"), NOW, "read")
        assert store.ledger.record_visit(visit, [_link(1), _link(4)]).new == 1
        assert [target.key for target in store.pages.due("two", None, NOW)] == ["example.org/4"]

    def test_many_keys_are_asked_for_at_once(self, store: Store) -> None:
        _visit(store, *(_link(number) for number in range(1000)))
        keys = [f"example.org/{number}" for number in range(0, 2000, 2)]
        found = store.pages.due("one", keys, NOW)
        assert sorted(target.key for target in found) == sorted(keys[:500])

    def test_visit_links_and_validators_are_one_transaction(self, store: Store) -> None:
        not_json = Hints(tags=(b"no JSON",))  # type: ignore[arg-type]
        broken = DiscoveredPage("example.org/9", "https://example.org/9", hints=not_json)
        entry = EntryPoint("https://example.org/s", "section", etag='"1"')
        with pytest.raises(Exception, match="JSON"):
            _visit(store, _link(1), broken, entry=entry)
        assert store.pages.due("one", None, NOW) == []
        assert store.ledger.entry_points("one") == {}

    def test_validators_come_with_the_links_and_stay_where_a_visit_fails(
        self, store: Store
    ) -> None:
        entry = EntryPoint(
            "https://example.org/s", "section", "Syrie", '"1"', "Sun, 22 Nov 2026 09:00:00 GMT"
        )
        _visit(store, _link(1), entry=entry)
        _visit(store, entry=replace(entry, etag=None, last_modified=None), outcome="http 500")
        assert store.ledger.entry_points("one") == {
            entry.url: replace(entry, visited_at=NOW, fruit_at=NOW)
        }
        (blind,) = store.spans.states()
        assert (blind.source, blind.point.outcome, blind.point.failures) == ("one", "http 500", 1)
        _visit(store, entry=entry, outcome="same")
        assert store.spans.states()[0].point.failures == 0

    def test_a_fetched_page_is_asked_for_again_when_it_is_due(self, store: Store) -> None:
        _visit(store, _link(1))
        store.pages.record_visit(
            PageVisit("example.org/1", "skipped", NOW, NOW + MINUTE, "empty", etag='"e"')
        )
        assert store.pages.due("one", None, NOW + MINUTE / 2) == []
        (target,) = store.pages.due("one", None, NOW + MINUTE)
        assert (target.first, target.etag, target.last_modified) == (False, '"e"', None)
        assert store.pages.skipped() == [{"state": "skipped", "reason": "empty", "count": 1}]

    def test_failures_are_counted_and_a_page_is_given_up(self, store: Store) -> None:
        _visit(store, _link(1))
        store.pages.record_visit(PageVisit("example.org/1", "failed", NOW, NOW, "http 500"))
        store.pages.record_visit(PageVisit("example.org/1", "failed", NOW, NOW, "http 500"))
        assert store.pages.due("one", None, NOW)[0].tries == 2
        store.pages.record_visit(PageVisit("example.org/1", "failed", NOW, None, "http 500"))
        assert store.pages.due("one", None, NOW + timedelta(days=999)) == []

    def test_a_confirmed_page_is_due_by_when_it_was_found(self, store: Store) -> None:
        keep(store, 1)
        store.pages.record_unchanged("example.org/1", NOW, partial(next_article_look, NOW))
        assert store.pages.due("one", None, NOW) == []
        assert len(store.pages.due("one", None, NOW + timedelta(hours=1))) == 1

    def test_naive_times_are_a_mistake(self, store: Store) -> None:
        with pytest.raises(Exception, match="naive"):
            store.ledger.start("one", datetime(2026, 11, 22))  # noqa: DTZ001

    def test_times_come_back_in_utc(self, store: Store) -> None:
        offset = NOW.astimezone(datetime.strptime("+05:30", "%z").tzinfo)
        store.ledger.start("one", offset)
        assert store.ledger.last_crawls(["one"])["one"]["started_at"] == NOW
        assert store.ledger.last_crawls(["one"])["one"]["started_at"].utcoffset() == timedelta(0)


class TestLeases:
    def test_a_source_has_one_owner(self, store: Store, other: Store) -> None:
        assert store.leases.claim(["one"], "a", NOW, MINUTE) is None
        assert other.leases.claim(["one"], "b", NOW, MINUTE) == "a"
        assert other.leases.claim(["two"], "b", NOW, MINUTE) is None
        assert store.leases.claim(["one"], "a", NOW, 2 * MINUTE) is None
        assert other.leases.claim(["one"], "b", NOW + MINUTE, MINUTE) == "a"

    def test_an_expired_lease_is_taken_over_and_stays_with_its_new_owner(
        self, store: Store
    ) -> None:
        store.leases.claim(["one"], "a", NOW, MINUTE)
        assert store.leases.claim(["one"], "b", NOW + 2 * MINUTE, MINUTE) is None
        store.leases.release(["one"], "a")
        assert store.leases.claim(["one"], "c", NOW + 2 * MINUTE, MINUTE) == "b"
        store.leases.release(["one"], "b")
        assert store.leases.claim(["one"], "c", NOW + 2 * MINUTE, MINUTE) is None

    def test_of_many_that_claim_at_once_one_wins(self, store: Store, other: Store) -> None:
        barrier = threading.Barrier(8)

        def claim(number: int) -> str | None:
            barrier.wait(timeout=30)
            return (store, other)[number % 2].leases.claim(["one"], str(number), NOW, MINUTE)

        with ThreadPoolExecutor(8) as threads:
            holders = list(threads.map(claim, range(8)))
        assert holders.count(None) == 1
        assert {holder for holder in holders if holder} == {str(holders.index(None))}


class TestQueue:
    def test_two_schedulers_queue_a_due_source_once(self, store: Store, other: Store) -> None:
        barrier = threading.Barrier(8)

        def fall_due(number: int) -> bool:
            barrier.wait(timeout=30)
            return (store, other)[number % 2].queue.fall_due("one", NOW, NOW + MINUTE)

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(fall_due, range(8))).count(True) == 1
        assert store.queue.queued(NOW) == ["one"]
        assert store.queue.due() == {"one": NOW + MINUTE}

    def test_a_source_falls_due_again_at_its_time(self, store: Store) -> None:
        assert store.queue.fall_due("one", NOW, NOW + MINUTE)
        assert not store.queue.fall_due("one", NOW + MINUTE / 2, NOW + 2 * MINUTE)
        assert store.queue.fall_due("one", NOW + MINUTE, NOW + 2 * MINUTE)
        assert store.queue.due() == {"one": NOW + 2 * MINUTE}

    def test_a_source_waits_once_and_leaves_when_it_is_crawled(self, store: Store) -> None:
        store.queue.fall_due("two", NOW, NOW + MINUTE)
        store.queue.fall_due("one", NOW + SECOND, NOW + MINUTE)
        store.queue.fall_due("two", NOW + MINUTE, NOW + 2 * MINUTE)
        assert store.queue.queued(NOW) == ["two", "one"]
        store.queue.unqueue("two")
        assert store.queue.queued(NOW) == ["one"]


class TestClaims:
    NAMES: ClassVar = {
        "one": ["source:one", "host:a"],
        "two": ["source:two", "host:b"],
        "three": ["host:a"],
    }

    def _queue(self, store: Store, *sources: str) -> None:
        for number, source in enumerate(sources):
            store.queue.fall_due(source, NOW + number * SECOND, NOW + MINUTE)

    def test_the_longest_waiting_source_is_taken_and_stays_queued(
        self, store: Store, other: Store
    ) -> None:
        self._queue(store, "two", "one")
        assert store.queue.claim(self.NAMES, "a", NOW, MINUTE) == ["two"]
        assert other.queue.claim(self.NAMES, "b", NOW, MINUTE) == ["one"]
        assert store.queue.claim(self.NAMES, "c", NOW, MINUTE) == []
        assert store.queue.queued(NOW) == ["two", "one"]

    def test_sources_on_one_host_are_taken_by_one_owner(self, store: Store) -> None:
        self._queue(store, "one", "three")
        assert store.queue.claim(self.NAMES, "a", NOW, MINUTE) == ["one"]
        assert store.queue.claim(self.NAMES, "b", NOW, MINUTE) == []
        assert store.queue.claim({"three": self.NAMES["three"]}, "a", NOW, MINUTE) == ["three"]

    def test_what_a_dead_owner_left_is_taken_over_when_its_lease_has_run_out(
        self, store: Store
    ) -> None:
        self._queue(store, "one")
        assert store.queue.claim(self.NAMES, "a", NOW, MINUTE) == ["one"]
        assert store.queue.claim(self.NAMES, "b", NOW + MINUTE - SECOND, MINUTE) == []
        assert store.queue.claim(self.NAMES, "b", NOW + MINUTE, MINUTE) == ["one"]

    def test_several_are_taken_at_one_time_and_none_that_is_crawled(self, store: Store) -> None:
        self._queue(store, "two", "one", "three")
        assert store.queue.claim(self.NAMES, "a", NOW, MINUTE, most=2) == ["two", "one"]
        assert store.queue.claim(self.NAMES, "b", NOW, MINUTE, most=5) == []
        assert store.queue.claim(self.NAMES, "a", NOW, MINUTE, most=5) == ["three"]

    def test_a_claim_passes_the_many_that_are_held_paused_or_unknown(self, store: Store) -> None:
        names = {f"s{number}": [f"source:s{number}", "host:shared"] for number in range(300)}
        names |= {f"p{number}": [f"source:p{number}"] for number in range(3)}
        self._queue(store, *(f"u{number}" for number in range(3)), *names, "one")
        for number in range(3):
            store.pauses.pause(f"p{number}", NOW - SECOND, None)
        assert store.leases.claim(["host:shared"], "other", NOW, MINUTE) is None
        known = {**names, "one": self.NAMES["one"]}
        assert store.queue.claim(known, "a", NOW, MINUTE, most=5) == ["one"]

    def test_unknown_sources_are_left_to_others(self, store: Store) -> None:
        self._queue(store, "one")
        assert store.queue.claim({"two": ["source:two"]}, "a", NOW, MINUTE) == []

    def test_of_many_workers_that_claim_at_once_each_source_goes_to_one(
        self, store: Store, other: Store
    ) -> None:
        names = {f"s{number}": [f"source:s{number}", f"host:{number // 2}"] for number in range(20)}
        self._queue(store, *names)
        barrier, taken = threading.Barrier(8), dict[str, str]()

        def work(number: int) -> None:
            barrier.wait(timeout=30)
            mine, idle = (store, other)[number % 2].queue, 0
            while idle < 20:
                left = {source: needed for source, needed in names.items() if source not in taken}
                claimed = mine.claim(left, str(number), NOW, MINUTE, most=3)
                assert not taken.keys() & set(claimed)
                taken.update(dict.fromkeys(claimed, str(number)))
                idle += not claimed

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(work, range(8)))
        assert set(taken) == set(names)
        assert all(taken[f"s{number}"] == taken[f"s{number + 1}"] for number in range(0, 20, 2))


class TestOutbox:
    def test_an_article_and_its_outbox_row_come_together(self, store: Store, other: Store) -> None:
        one = keep(store, 1)
        (parcel,) = other.outbox.batch(10, SOON)
        assert parcel.article == one
        assert parcel.document is not None
        assert parcel.document["title"] == "Title"
        assert parcel.document["first_seen"] == NOW.isoformat()
        assert (other.pages.documents(), other.outbox.waiting(), other.outbox.oldest()) == (
            1,
            1,
            NOW,
        )

    def test_the_same_article_is_not_sent_again(self, store: Store) -> None:
        keep(store, 1)
        store.outbox.acknowledge(store.outbox.batch(10, SOON), [], [], SOON)
        keep(store, 1, at=SOON)
        assert _waiting(store) == []
        assert store.outbox.waiting() == 0

    def test_changes_of_one_article_are_one_parcel_with_the_newest_document(
        self, store: Store
    ) -> None:
        keep(store, 1)
        keep(store, 2)
        keep(store, 1, "Corrected.")
        parcels = store.outbox.batch(10, SOON)
        assert sorted(parcel.article for parcel in parcels) == [f"{1:032}", f"{2:032}"]
        documents = {parcel.article: parcel.document or {} for parcel in parcels}
        assert documents[f"{1:032}"]["text"] == "Corrected."
        assert documents[f"{1:032}"]["revision"] == 2

    def test_a_change_after_the_batch_is_sent_later(self, store: Store) -> None:
        one = keep(store, 1)
        batch = store.outbox.batch(10, SOON)
        keep(store, 1, "Corrected.")
        store.outbox.acknowledge(batch, [], [], SOON)
        (parcel,) = store.outbox.batch(10, SOON)
        assert parcel.article == one
        assert (parcel.document or {})["text"] == "Corrected."

    def test_what_is_not_acknowledged_comes_again(self, store: Store, other: Store) -> None:
        one = keep(store, 1)
        assert _waiting(store) == _waiting(other) == [one]

    def test_a_batch_is_bounded_and_the_oldest_come_first(self, store: Store) -> None:
        ids = [keep(store, number) for number in range(5)]
        assert [parcel.article for parcel in store.outbox.batch(3, SOON)] == ids[:3]

    def test_what_is_put_off_waits_ever_longer(self, store: Store) -> None:
        keep(store, 1)
        waits = []
        now = SOON
        for _ in range(12):
            (parcel,) = store.outbox.batch(10, now)
            store.outbox.acknowledge([], [parcel], [], now)
            until = next(
                wait
                for wait in (*(2**n for n in range(10)), 600)
                if _waiting(store, now + wait * SECOND)
            )
            waits.append(until)
            now += until * SECOND
        assert waits == sorted(waits)
        assert waits[0] <= 2
        assert waits[-1] == 600

    def test_what_is_put_off_does_not_hold_up_the_others(self, store: Store) -> None:
        keep(store, 1)
        store.outbox.acknowledge([], store.outbox.batch(10, SOON), [], SOON)
        two = keep(store, 2)
        assert _waiting(store) == [two]

    def test_the_rejected_are_kept_with_the_reason_and_replayed(self, store: Store) -> None:
        one = keep(store, 1)
        (parcel,) = store.outbox.batch(10, SOON)
        store.outbox.acknowledge([], [], [(parcel, "too long")], SOON)
        assert _waiting(store) == []
        assert [(row["article"], row["reason"]) for row in store.outbox.dead()] == [
            (one, "too long")
        ]
        assert store.outbox.replay(SOON) == 1
        assert _waiting(store) == [one]
        assert store.outbox.dead() == []

    def test_an_article_that_is_accepted_later_is_no_dead_letter_any_more(
        self, store: Store
    ) -> None:
        keep(store, 1)
        (parcel,) = store.outbox.batch(10, SOON)
        store.outbox.acknowledge([], [], [(parcel, "too long")], SOON)
        keep(store, 1, "Short.")
        store.outbox.acknowledge(store.outbox.batch(10, SOON), [], [], SOON)
        assert store.outbox.dead() == []

    def test_everything_can_be_put_into_the_outbox_again(self, store: Store) -> None:
        ids = [keep(store, number) for number in range(5)]
        store.outbox.acknowledge(store.outbox.batch(10, SOON), [], [], SOON)
        assert store.pages.requeue(SOON) == 5
        assert sorted(_waiting(store)) == sorted(ids)
        assert store.pages.requeue(SOON) == 5
        assert store.outbox.waiting() == 5


class TestLines:
    def test_a_line_is_counted_once_for_each_new_article(self, store: Store, other: Store) -> None:
        keep(store, 1, lines=frozenset({"a", "b"}))
        keep(store, 2, lines=frozenset({"a", "c"}))
        keep(store, 2, "Corrected.", lines=frozenset({"a", "c"}))
        keep(store, 2, "Corrected.", lines=frozenset({"a", "c"}))
        assert set(other.lines.common("one", 1, 2).lines) == {"a"}
        assert set(other.lines.common("one", 1, 1).lines) == {"a", "b", "c"}
        assert set(other.lines.common("one", 1, 3).lines) == set()
        assert set(other.lines.common("two", 1, 1).lines) == set()

    def test_lines_of_an_older_folding_do_not_count_and_are_forgotten(self, store: Store) -> None:
        keep(store, 1, lines=frozenset({"a"}))
        assert set(store.lines.common("one", 2, 1).lines) == set()
        assert store.lines.forget("one", 2, 2, NOW) == 2  # the line, and the count of articles
        assert set(store.lines.common("one", 1, 1).lines) == set()

    def test_what_does_not_come_back_is_forgotten(self, store: Store) -> None:
        keep(store, 1, lines=frozenset({"a", "b"}))
        keep(store, 2, lines=frozenset({"a"}))
        assert store.lines.forget("one", 1, 2, NOW + timedelta(days=1)) == 0
        assert store.lines.forget("one", 1, 2, NOW + timedelta(days=31)) == 1
        assert set(store.lines.common("one", 1, 1).lines) == {"a"}
        assert store.lines.sources() == ["one"]

    def test_what_pages_look_like_now_counts_more_than_what_they_did(self, store: Store) -> None:
        for number in range(WINDOW):
            keep(store, number, lines=frozenset({"a"} if number % 2 else {"b", str(number)}))
        counts = store.lines.common("one", 1, 2)
        assert counts == (WINDOW, {"a": WINDOW // 2, "b": WINDOW // 2})
        store.lines.forget("one", 1, 2, NOW)
        counts = store.lines.common("one", 1, 2)
        assert counts == (WINDOW // 2, {"a": WINDOW // 4, "b": WINDOW // 4})
        assert "0" in store.lines.common("one", 1, 1).lines


def test_what_an_entry_point_names_is_known_before_it_is_visited(store: Store) -> None:
    index = EntryPoint("https://a.example/sitemap_index.xml", "sitemap", etag='"1"')
    names = [
        EntryPoint(f"https://a.example/{name}.xml", "sitemap", parent=index.url)
        for name in ("may", "june")
    ]
    older = EntryPoint("https://a.example/?page=2", "older", parent=index.url)
    crawl = store.ledger.start("a", NOW)
    store.ledger.record_visit(
        Visit(crawl, "a", index, NOW, "read"), [], NamedEntryPoints(names, [older])
    )
    known = store.ledger.entry_points("a")
    assert {url for url, entry in known.items() if entry.pending} == {name.url for name in names}

    store.ledger.record_visit(Visit(crawl, "a", names[0], NOW, "read"))
    left = LeftEntryPoints(dropped=[names[1].url])
    named = NamedEntryPoints(names[:1], left=left)
    store.ledger.record_visit(Visit(crawl, "a", index, NOW, "read"), [], named)
    assert {url: entry.pending for url, entry in store.ledger.entry_points("a").items()} == {
        index.url: False,
        names[0].url: False,
    }

    store.ledger.record_visit(
        Visit(crawl, "a", index, NOW, "read"),
        [DiscoveredPage("a.example/1", "https://a.example/1")],
        NamedEntryPoints(older=[older]),
    )
    assert store.ledger.entry_points("a")[older.url].pending
    store.ledger.record_visit(Visit(crawl, "a", older, NOW, "read", kept=False))
    assert older.url not in store.ledger.entry_points("a")


class TestPauses:
    def test_a_paused_source_waits_until_it_is_resumed(self, store: Store) -> None:
        store.queue.enqueue("one", NOW)
        store.pauses.pause("one", NOW, None)
        assert store.queue.queued(SOON) == []
        assert store.pauses.running(SOON) == {"one": None}
        assert store.pauses.resume("one", NOW + MINUTE)
        assert not store.pauses.resume("one", NOW + MINUTE)
        assert store.queue.queued(NOW + MINUTE) == ["one"]

    def test_a_pause_ends_by_itself_and_is_remembered(self, store: Store) -> None:
        store.pauses.pause("one", NOW, None)
        store.pauses.pause("one", SOON, NOW + MINUTE)
        assert store.pauses.running(SOON) == {"one": NOW + MINUTE}
        assert store.pauses.running(NOW + MINUTE) == {}
        assert store.pauses.between(NOW, NOW + 2 * MINUTE) == [("one", NOW, NOW + MINUTE)]
        assert store.pauses.between(NOW + MINUTE, NOW + 2 * MINUTE) == []

    def test_a_source_is_crawled_next_once_however_often_it_is_asked(self, store: Store) -> None:
        assert store.queue.enqueue("one", NOW)
        assert not store.queue.enqueue("one", SOON)
        assert store.queue.queued(NOW) == ["one"]


def test_writers_wait_for_each_other(store: Store, other: Store) -> None:
    def write(number: int) -> str:
        return keep((store, other)[number % 2], number)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(40)))
    assert store.pages.documents() == 40


def test_sources_that_list_the_same_pages_do_not_block_each_other(
    store: Store, other: Store
) -> None:
    entry, links = (
        EntryPoint("https://example.org/s", "section"),
        [_link(number) for number in range(200)],
    )
    crawl = store.ledger.start("one", NOW)

    def visit(number: int) -> int:
        listed = links if number % 2 else links[::-1]
        visit = Visit(crawl, f"s{number}", entry, NOW, "read")
        return (store, other)[number % 2].ledger.record_visit(visit, listed).new

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(visit, range(16))) == 200


class TestOpening:
    @pytest.fixture(params=KINDS)
    def url(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / 'new' / 'veille.sqlite'}"
        databases: Databases = request.getfixturevalue("databases")
        return databases.new()

    def test_many_open_a_new_store_at_once(self, url: str) -> None:
        barrier = threading.Barrier(6)

        def opened(_: int) -> int:
            barrier.wait(timeout=30)
            store = Store(url, upgrade=True)
            number = store.pages.documents()
            store.close()
            return number

        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(opened, range(6))) == [0] * 6

    def test_a_store_of_a_newer_veille_is_left_alone(self, url: str) -> None:
        Store(url, upgrade=True).close()
        _set_version(url, "9999")
        for upgrade in (True, False):
            with pytest.raises(StoreError, match="newer"):
                Store(url, upgrade=upgrade)

    @pytest.mark.parametrize("url", ["nonsense", "mysql://127.0.0.1/x", "postgres://127.0.0.1/x"])
    def test_a_url_that_names_no_store_is_named(self, url: str) -> None:
        with pytest.raises(StoreError, match="VEILLE_DATABASE"):
            Store(url)


@pytest.mark.postgresql
class TestPostgreSQL:
    def test_only_who_asks_for_it_changes_a_schema_that_machines_share(
        self, databases: Databases
    ) -> None:
        url = databases.new()
        with pytest.raises(StoreError, match="veille upgrade"):
            Store(url)
        Store(url, upgrade=True).close()
        Store(url).close()
        _set_version(url, "0001")
        with pytest.raises(StoreError, match=r"older.*veille upgrade"):
            Store(url)

    def test_a_server_that_is_away_is_named_without_its_password(self) -> None:
        with pytest.raises(StoreError, match="VEILLE_DATABASE") as failure:
            Store("postgresql+psycopg://veille:secret@127.0.0.1:9/veille")
        assert "secret" not in str(failure.value)


def _set_version(url: str, version: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    engine.dispose()
