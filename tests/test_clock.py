"""A clock that jumps: back by an hour nothing waits an hour, forward nothing is taken from who is
alive.
"""

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from crawler.policy.pace import Pace
from crawler.process.owner import owner_name
from crawler.runtime.clock_watch import HOLD_SECONDS, ClockSample, ClockWatch, jump
from crawler.runtime.leases import LEASE_SPAN, Lease
from crawler.store import DiscoveredPage, EntryPoint, OutboxRow, PageVisit, Store, Visit
from tests.support.delivering import NOW, fill

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass
class Clocks:
    """The clock on the wall, and the one that never jumps."""

    wall: datetime = NOW
    steady: float = 1_000.0

    def passes(self, time: timedelta, jumps: timedelta = timedelta()) -> datetime:
        self.wall += time + jumps
        self.steady += time.total_seconds()
        return self.wall

    def watch(self, store: Store) -> ClockWatch:
        watch = ClockWatch(store, owner_name(), lambda: self.wall, lambda: self.steady)
        watch.begin()
        return watch


@pytest.mark.parametrize(
    ("wall", "steady", "jumped"),
    [(10, 10, 0), (14, 10, 0), (-3590, 10, -3600), (3610, 10, 3600), (0, 3600, -3600)],
)
def test_jumps_are_told_from_the_time_that_passes(
    wall: float, steady: float, jumped: float
) -> None:
    before = ClockSample(NOW, 5.0)
    assert jump(before, ClockSample(NOW + wall * SECOND, 5.0 + steady)) == jumped * SECOND


def wait_for_all(store: Store, now: datetime) -> None:
    """Something of each kind that waits: for the index, for a visit, for a second look, for the end
    of a lease.
    """
    fill(store, 3)
    store.outbox.acknowledge([], [OutboxRow(f"{1:032}", 10, None, 2)], [], now)
    store.queue.fall_due("one", now, now + 10 * MINUTE)
    crawl = store.ledger.start("one", now)
    links = [DiscoveredPage("a", "https://a"), DiscoveredPage("b", "https://b")]
    store.ledger.record_visit(
        Visit(crawl, "one", EntryPoint("https://s", "section"), now, "read"), links
    )
    for key, wait in (("a", 20 * MINUTE), ("b", 9 * HOUR)):
        store.pages.record_visit(PageVisit(key, "failed", now, now + wait, "http 503"))
    store.leases.claim(["source:one"], f"{socket.gethostname()}:1:x", now, LEASE_SPAN)
    store.leases.claim(["source:two"], "elsewhere:1:x", now, LEASE_SPAN)


def test_what_waits_does_not_wait_for_a_clock_that_went_back(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks()
    watch = clocks.watch(store)
    wait_for_all(store, clocks.wall)
    clocks.passes(SECOND)
    watch.look()
    now = clocks.passes(SECOND, -HOUR)
    assert store.outbox.batch(10, now) == []
    watch.look()
    assert len(store.outbox.batch(10, now)) == 3
    assert store.queue.due() == {"one": NOW - HOUR + 10 * MINUTE}
    due = {
        minutes: len(store.pages.due("one", None, now + minutes * MINUTE))
        for minutes in (19, 20, 539, 540)
    }
    assert due == {19: 0, 20: 1, 539: 1, 540: 2}
    assert store.leases.owners(now + 2 * LEASE_SPAN) == {"elsewhere:1:x"}
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "The clock went back by 1:00:00: what waits was brought forward by as much, and nothing is lost."
    ]


def test_of_several_processes_one_puts_it_right(store: Store) -> None:
    clocks = Clocks()
    watches = [clocks.watch(store) for _ in range(3)]
    store.queue.fall_due("one", NOW, NOW + 2 * HOUR)
    clocks.passes(SECOND, -HOUR)
    for watch in watches:
        clocks.passes(SECOND)
        watch.look()
    assert store.queue.due() == {"one": NOW + HOUR}
    clocks.passes(5 * MINUTE, -HOUR)
    for watch in reversed(watches):
        watch.look()
    assert store.queue.due() == {"one": NOW}


def test_what_can_t_be_put_off_so_long_is_due_when_a_process_begins(store: Store) -> None:
    fill(store, 3)
    clocks = Clocks(NOW - HOUR)
    assert store.outbox.batch(10, clocks.wall) == []
    clocks.watch(store)
    assert len(store.outbox.batch(10, clocks.wall)) == 3
    visit = Visit(
        store.ledger.start("one", NOW), "one", EntryPoint("https://s", "feed"), NOW, "read"
    )
    for wait, interval, due in (
        (26, 1, clocks.wall),
        (23, 1, NOW + 23 * HOUR),
        (26, 168, NOW + 26 * HOUR),
    ):
        pace = Pace(NOW + wait * HOUR, interval * HOUR)
        store.ledger.record_visit(visit, pace_after=lambda *_, pace=pace: pace)
        clocks.watch(store)
        assert store.paces.of_source("one")["https://s"].due_at == due
    store.queue.fall_due("one", NOW, NOW + 10 * MINUTE)
    store.queue.at_latest({"one": NOW - 50 * MINUTE, "two": NOW})
    assert store.queue.due() == {"one": NOW - 50 * MINUTE}


def test_nothing_is_taken_over_because_the_clock_went_forward(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks()
    mine, other = (clocks.watch(store) for _ in range(2))
    has, waits = (
        Lease(store.leases, lambda: clocks.wall, one.owner, settling=one.settling)
        for one in (mine, other)
    )
    assert has.take() is None
    assert waits.take() == mine.owner
    clocks.passes(SECOND, HOUR)
    other.look()
    assert waits.take() is not None
    assert [record.getMessage()[:34] for record in caplog.records] == [
        "The clock went forward by 1:00:00,"
    ]
    mine.look()
    assert has.take() is None
    clocks.passes(HOLD_SECONDS * SECOND)
    assert waits.take() == mine.owner
    clocks.passes(LEASE_SPAN)
    assert waits.take() is None


def test_a_visit_after_the_clock_went_back_knows_what_was_found_before(store: Store) -> None:
    clocks, entry = Clocks(), EntryPoint("https://s", "feed")
    links = [DiscoveredPage(f"{number}", f"https://{number}") for number in range(4)]
    for jumps in (timedelta(), timedelta(), -HOUR, timedelta()):
        crawl = store.ledger.start("one", clocks.passes(10 * MINUTE, jumps))
        store.ledger.record_visit(
            Visit(crawl, "one", entry, clocks.wall, "read", len(links)), links
        )
    visits = store.ledger.visits("one")
    assert {visit["at"]: visit["again"] for visit in visits}[clocks.wall] == 4
    [spans] = store.spans.between(["one"], NOW - HOUR, NOW + HOUR).values()
    assert {span.state for span in spans} == {"watched"}


def test_a_turn_is_renewed_by_a_clock_that_went_back(store: Store) -> None:
    clocks = Clocks()
    turn, other = (Lease(store.leases, lambda: clocks.wall, f"{name}:1:x") for name in ("a", "b"))
    assert turn.take() is None
    clocks.passes(SECOND, -HOUR)
    for _ in range(8):
        clocks.passes(15 * SECOND)
        assert turn.take() is None
    clocks.passes(50 * SECOND)
    assert other.take() == "a:1:x"
    clocks.passes(15 * SECOND)
    assert other.take() is None
