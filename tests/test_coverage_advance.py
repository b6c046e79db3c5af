"""What visits prove about the time between them, as the store keeps it."""

from datetime import datetime, timedelta

import pytest

from crawler.coverage import Span
from crawler.store import DiscoveredPage, EntryPoint, PageVisit, Store, Visit
from crawler.store.cleaning import Ages
from tests.support.clock import moment
from tests.support.keeping import crawl_rows

T0 = moment(2, 0)
HOUR = timedelta(hours=1)
FAR = timedelta(days=400)
AGES = Ages(timedelta(days=7), FAR, FAR, FAR)


class Watched:
    """One feed of one source, visited by hand; items are numbers, the newest the highest."""

    def __init__(self, store: Store, kind: str = "feed", parent: str | None = None) -> None:
        self.store = store
        self.entry = EntryPoint(f"https://example.org/{kind}", kind, parent=parent)

    def visit(
        self,
        hours: float,
        items: range = range(0),
        outcome: str = "read",
        reach: float | None = None,
    ) -> "Watched":
        at = T0 + hours * HOUR
        crawl = self.store.ledger.start("one", at)
        links = [
            DiscoveredPage(f"example.org/{number}", f"https://example.org/{number}")
            for number in items
        ]
        back = None if reach is None else T0 + reach * HOUR
        visit = Visit(crawl, "one", self.entry, at, outcome, len(links), 100, 0.5, reach=back)
        self.store.ledger.record_visit(visit, links)
        self.store.ledger.finish(crawl, at, "finished", {})
        return self

    @property
    def spans(self) -> list[tuple[float, float, str, str | None]]:
        held = self.store.spans.between(["one"], T0 - FAR, T0 + FAR).get(
            ("one", self.entry.url), []
        )
        return [(_hours(span.start), _hours(span.end), span.state, span.reason) for span in held]


def _hours(at: datetime) -> float:
    return (at - T0) / HOUR


def test_visits_that_overlap_are_one_watched_span(store: Store) -> None:
    feed = Watched(store)
    for hour in range(12):
        feed.visit(hour, range(hour, hour + 20))
    assert feed.spans == [(0, 11, "watched", None)]


def test_a_listing_that_is_all_new_leaves_a_gap(store: Store) -> None:
    feed = (
        Watched(store)
        .visit(0, range(20))
        .visit(1, range(15, 35))
        .visit(2, range(40, 60))
        .visit(3, range(50, 70))
    )
    assert feed.spans == [(0, 1, "watched", None), (1, 2, "partly", "gap"), (2, 3, "watched", None)]


def test_a_gap_is_as_long_as_the_listing_does_not_reach_back(store: Store) -> None:
    feed = (
        Watched(store)
        .visit(0, range(20))
        .visit(1, range(10, 30))
        .visit(3, range(40, 60), reach=2.5)
    )
    assert feed.spans == [
        (0, 1, "watched", None),
        (1, 2.5, "partly", "gap"),
        (2.5, 3, "watched", None),
    ]


def test_the_first_visit_is_told_what_was_before(store: Store) -> None:
    feed = Watched(store).visit(0, range(20), reach=-12).visit(1, range(5, 25))
    assert feed.spans == [(-12, 1, "watched", None)]


def test_not_modified_proves_that_nothing_came(store: Store) -> None:
    assert Watched(store).visit(0, range(20)).visit(30, outcome="same").spans == [
        (0, 30, "watched", None)
    ]


def test_an_outage_that_the_feed_reaches_across_is_watched_after_the_fact(store: Store) -> None:
    feed = Watched(store).visit(0, range(20)).visit(1, range(20)).visit(2, outcome="http 503")
    feed.visit(3, outcome="TimeoutError")
    assert feed.spans == [(0, 1, "watched", None), (1, 3, "blind", "down")]
    assert feed.visit(4, range(10, 30)).spans == [(0, 4, "watched", None)]


def test_an_outage_that_it_does_not_reach_across_stays_blind_with_its_reason(store: Store) -> None:
    feed = Watched(store).visit(0, range(20)).visit(1, range(20)).visit(2, outcome="http 403")
    feed.visit(3, outcome="http 503").visit(4, range(100, 120), reach=3.5).visit(5, range(100, 120))
    assert feed.spans == [
        (0, 1, "watched", None),
        (1, 2, "blind", "blocked"),
        (2, 3.5, "blind", "down"),
        (3.5, 5, "watched", None),
    ]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("robots", "robots"),
        ("robots unreachable", "down"),
        ("http 403", "blocked"),
        ("http 429", "blocked"),
        ("blocked", "blocked"),
        ("http 404", "moved"),
        ("http 502", "down"),
        ("DNSLookupError", "down"),
        ("unreadable", "unreadable"),
        ("address", "forbidden"),
    ],
)
def test_a_visit_that_fails_is_blind_with_its_reason(
    store: Store, outcome: str, reason: str
) -> None:
    feed = Watched(store).visit(0, range(9)).visit(0.5, range(9)).visit(1, outcome=outcome)
    assert feed.spans[1:] == [(0.5, 1, "blind", reason)]
    assert [row["outcome"] for row in store.ledger.visits("one", 1)] == [outcome]


def test_a_monitor_that_did_not_run_is_blind_unless_the_feed_reaches_across(store: Store) -> None:
    feed = (
        Watched(store)
        .visit(0, range(20))
        .visit(0.25, range(20))
        .visit(0.5, range(20))
        .visit(12, range(90, 110))
    )
    assert feed.spans == [(0, 0.5, "watched", None), (0.5, 12, "blind", "idle")]
    feed.visit(24, range(100, 120))
    assert feed.spans[-1] == (12, 24, "watched", None)


def test_one_pinned_item_of_a_section_proves_nothing(store: Store) -> None:
    section = Watched(store, "section").visit(0, range(20)).visit(1, range(15, 35))
    crawl = store.ledger.start("one", T0 + 2 * HOUR)
    links = [
        DiscoveredPage(f"example.org/{n}", f"https://example.org/{n}") for n in (0, *range(50, 70))
    ]
    store.ledger.record_visit(
        Visit(crawl, "one", section.entry, T0 + 2 * HOUR, "read", len(links)), links
    )
    assert section.spans == [(0, 1, "watched", None), (1, 2, "partly", "gap")]


def test_links_without_an_article_prove_nothing(store: Store) -> None:
    section = Watched(store, "section").visit(0, range(10))
    for number in range(5):
        store.pages.record_visit(
            PageVisit(f"example.org/{number}", "skipped", T0, None, "no-article")
        )
    crawl = store.ledger.start("one", T0 + HOUR)
    links = [
        DiscoveredPage(f"example.org/{n}", f"https://example.org/{n}")
        for n in (*range(5), *range(50, 70))
    ]
    store.ledger.record_visit(
        Visit(crawl, "one", section.entry, T0 + HOUR, "read", len(links)), links
    )
    assert section.spans == [(0, 1, "partly", "gap")]


def test_another_address_of_an_article_proves_what_its_article_does(store: Store) -> None:
    section = Watched(store, "section").visit(0, range(10))
    for number in range(10):
        moved = "moved" if number % 2 else "duplicate"
        visit = PageVisit(f"example.org/{number}", "skipped", T0, None, moved, article="a1b2")
        store.pages.record_visit(visit)
    assert section.visit(1, range(3, 13)).spans == [(0, 1, "watched", None)]


def test_what_another_entry_point_found_meanwhile_is_no_overlap(store: Store) -> None:
    feed = Watched(store).visit(0, range(20))
    Watched(store, "section").visit(0.9, range(30, 60))
    assert feed.visit(1, range(40, 60)).spans == [(0, 1, "partly", "gap")]


def test_an_empty_feed_is_told_and_an_empty_index_of_sitemaps_is_not(store: Store) -> None:
    assert Watched(store).visit(0, range(9)).visit(1).spans == [(0, 1, "partly", "empty")]
    assert Watched(store, "sitemap").visit(0).visit(1).spans == [(0, 1, "watched", None)]


def test_a_killed_crawl_is_closed_by_the_next_one(store: Store) -> None:
    store.ledger.start("one", T0)
    Watched(store).visit(1, range(9))
    assert store.ledger.last_crawls(["one"])["one"]["outcome"] == "finished"
    assert crawl_rows(store, "one")[-1]["outcome"] == "killed"


def test_of_crawls_that_brought_nothing_the_newest_two_are_kept(store: Store) -> None:
    feed = Watched(store).visit(0, range(9))
    for hour in range(1, 7):
        feed.visit(hour, range(9), "read" if hour % 2 else "same")
    feed.visit(7, range(9), "http 503")
    for hour in range(8, 12):
        feed.visit(hour, range(9))
    kept = [_hours(row["started_at"]) for row in crawl_rows(store, "one")]
    assert sorted(kept) == [0, 7, 10, 11]
    assert [_hours(visit["at"]) for visit in store.ledger.visits("one")] == [11, 10, 7, 0]
    assert feed.spans == [(0, 11, "watched", None)]


def test_a_crawl_that_brought_nothing_is_kept_until_its_report_is_told(store: Store) -> None:
    feed = Watched(store).visit(0, range(9)).visit(1, range(9))
    store.reports.mark_sent([report.id for report in store.reports.waiting(9)], T0)
    for hour in range(2, 7):
        feed.visit(hour, range(9))
    assert len(store.reports.waiting(9)) == 5
    store.reports.mark_sent([report.id for report in store.reports.waiting(9)], T0)
    feed.visit(7, range(9))
    assert [_hours(visit["at"]) for visit in store.ledger.visits("one")] == [7, 6, 0]


def test_months_of_visits_are_a_few_spans_and_a_week_of_rows(store: Store) -> None:
    feed = Watched(store)
    for hour in range(0, 24 * 30, 12):
        feed.visit(hour, range(hour, hour + 30), "TimeoutError" if hour == 120 else "read")
        store.cleaning.clean_source("one", AGES, T0 + hour * HOUR)
    assert feed.spans == [(0, 708, "watched", None)]
    assert len(store.ledger.visits("one", 10_000)) <= 2 * 7 + 1
    assert len(crawl_rows(store, "one")) <= 2 * 7 + 1


def test_a_span_is_read_where_it_touches_the_period(store: Store) -> None:
    Watched(store).visit(0, range(20)).visit(1, range(20)).visit(2, outcome="http 403")
    held = store.spans.between(None, T0 + 1.5 * HOUR, T0 + 9 * HOUR)
    assert list(held.values()) == [[Span(T0 + HOUR, T0 + 2 * HOUR, "blind", "blocked")]]
