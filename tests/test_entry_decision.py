"""What a visit to an entry point is decided to mean: the record, the links, what is visited next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.article import Hints
from crawler.entrypoints import Item, ListedEntryPoint, Listing
from crawler.policy.pace import START
from crawler.sources import Section, Source
from crawler.spiders.crawl_state import CrawlState, EntryAnswer
from crawler.spiders.entry_decision import (
    DISCOVERY_INTERVAL,
    MAX_DEPTH,
    MIN_SECTION_LINKS,
    SITEMAP_PAGE_MAX_AGE,
    EntryDecision,
    decide_unanswered,
    decide_visit,
    links_of,
    pacing,
    watched_entry_points,
)
from crawler.store import DiscoveredPage, EntryPoint, RecordedVisit

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOME = EntryPoint("https://one.example/", "home")
FEED = EntryPoint("https://one.example/feed", "feed")
SECTION = EntryPoint("https://one.example/sport", "section", "Sport")
FOUND_SECTION = EntryPoint("https://one.example/world", "section", parent=HOME.url)
FOUND_FEED = EntryPoint("https://one.example/world.xml", "feed", parent=HOME.url)
OLDER = EntryPoint("https://one.example/sport?page=2", "older", "Sport", parent=SECTION.url)
SOURCE = Source(
    id="one",
    name="One",
    home=HOME.url,
    sections=(Section(url=SECTION.url, section="Sport", topic="sport"),),
)


def state(known: Sequence[EntryPoint] = (), **changes: Any) -> CrawlState:
    entry_points: Mapping[str, EntryPoint] = {entry.url: entry for entry in known}
    usual = CrawlState(SOURCE, 7, NOW, None, True, entry_points, frozenset({"one.example/sport"}))
    return replace(usual, **changes)


def links(count: int) -> list[DiscoveredPage]:
    return [
        DiscoveredPage(f"one.example/{number}", f"https://one.example/{number}")
        for number in range(count)
    ]


def decided(
    entry: EntryPoint,
    outcome: str = "read",
    count: int = 5,
    depth: int = 0,
    *more: ListedEntryPoint,
) -> EntryDecision:
    answer = EntryAnswer(outcome, Listing(more=more))
    return decide_visit(answer, entry, depth, links(count), state())


def test_a_visit_is_recorded_with_what_the_answer_says() -> None:
    dated = tuple(
        Item(f"https://one.example/{number}", modified=NOW - timedelta(hours=number))
        for number in range(10)
    )
    answer = EntryAnswer("read", Listing(dated), 1234, 0.5, '"tag"', "yesterday", "https://new/")
    visit = decide_visit(answer, FEED, 0, links(10), state()).visit
    assert (visit.crawl, visit.source, visit.at, visit.outcome) == (7, "one", NOW, "read")
    assert (visit.items, visit.bytes, visit.seconds) == (10, 1234, 0.5)
    assert (visit.reach, visit.location) == (NOW - timedelta(hours=8), "https://new/")
    assert visit.entry == replace(FEED, etag='"tag"', last_modified="yesterday")


def test_an_answer_that_was_not_read_leaves_the_entry_point_as_it_was() -> None:
    held = replace(FEED, etag='"old"', last_modified="before")
    answer = EntryAnswer("same", etag='"new"', last_modified="now")
    assert decide_visit(answer, held, 0, [], state()).visit.entry == held


@pytest.mark.parametrize(
    ("entry", "outcome", "count", "kept"),
    [
        (SECTION, "read", 0, True),
        (SECTION, "http 404", 0, True),
        (FOUND_SECTION, "read", MIN_SECTION_LINKS, True),
        (FOUND_SECTION, "read", MIN_SECTION_LINKS - 1, False),
        (FOUND_SECTION, "same", 0, True),
        (FOUND_SECTION, "http 404", 0, False),
        (FOUND_SECTION, "unreadable", 0, False),
        (FOUND_SECTION, "http 503", 0, True),
        (FOUND_FEED, "http 404", 0, True),
        (FOUND_FEED, "read", 0, True),
        (OLDER, "read", 20, False),
    ],
)
def test_of_what_a_site_names_sections_must_prove_that_they_are_some(
    entry: EntryPoint, outcome: str, count: int, kept: bool
) -> None:
    assert decided(entry, outcome, count).visit.kept is kept


@pytest.mark.parametrize(
    ("entry", "outcome", "depth", "blind"),
    [
        (SECTION, "read", 0, False),
        (SECTION, "same", 0, False),
        (SECTION, "http 404", 0, True),
        (FOUND_SECTION, "http 404", 1, False),
        (FOUND_SECTION, "http 503", 1, True),
        (SECTION, "unreadable", 0, True),
        (FOUND_SECTION, "unreadable", 1, False),
        (FOUND_FEED, "not-text", 1, True),
    ],
)
def test_a_crawl_is_blind_where_articles_may_be_missed(
    entry: EntryPoint, outcome: str, depth: int, blind: bool
) -> None:
    assert decided(entry, outcome, 0, depth).blind is blind


def test_a_visit_that_failed_brings_nothing_and_is_blind() -> None:
    decision = decide_unanswered("TimeoutError", HOME, state([FOUND_FEED]))
    assert decision.blind
    assert (decision.visit.outcome, decision.visit.items, decision.visit.kept) == (
        "TimeoutError",
        0,
        True,
    )
    assert decision.next_entry_points(RecordedVisit(0)) == []


def test_a_home_page_is_looked_through_once_a_day() -> None:
    pending = EntryPoint("https://one.example/new", "section", parent=HOME.url, pending=True)
    known = state([FOUND_FEED, pending])
    listing = Listing(more=(ListedEntryPoint("https://one.example/world", "section"),))
    answer = EntryAnswer("read", listing, sitemaps=["https://one.example/map.xml"])
    first = decide_visit(answer, HOME, 0, links(5), known)
    assert [(child.url, child.kind, child.parent) for child in first.children] == [
        ("https://one.example/world", "section", HOME.url),
        ("https://one.example/map.xml", "sitemap", HOME.url),
        (pending.url, "section", HOME.url),
    ]
    assert first.visit.entry.discovered_at == NOW

    fresh = replace(HOME, discovered_at=NOW - DISCOVERY_INTERVAL / 2)
    again = decide_visit(answer, fresh, 0, links(5), known)
    assert again.children == [FOUND_FEED, pending]
    assert again.visit.entry.discovered_at == fresh.discovered_at

    old = replace(HOME, discovered_at=NOW - DISCOVERY_INTERVAL)
    assert decide_visit(answer, old, 0, links(5), known).children == first.children


@pytest.mark.parametrize(
    ("outcome", "followed"), [("unreadable", True), ("http 403", False), ("same", False)]
)
def test_the_sitemaps_of_robots_txt_are_there_where_a_home_page_can_t_be_read(
    outcome: str, followed: bool
) -> None:
    answer = EntryAnswer(outcome, sitemaps=["https://one.example/map.xml"])
    decision = decide_visit(answer, HOME, 0, [], state())
    assert bool(decision.next_entry_points(RecordedVisit(0))) is followed


def test_a_crawl_of_one_kind_does_not_count_as_looking_a_home_page_through() -> None:
    decision = decide_visit(EntryAnswer("read"), HOME, 0, [], state(all_kinds=False))
    assert decision.visit.entry.discovered_at is None


def test_what_an_entry_point_named_is_visited_also_where_it_has_not_changed() -> None:
    decision = decide_visit(EntryAnswer("same"), HOME, 0, [], state([FOUND_FEED, OLDER]))
    assert decision.next_entry_points(RecordedVisit(0)) == [FOUND_FEED]


def test_older_pages_are_followed_while_every_link_is_new() -> None:
    decision = decided(SECTION, "read", 5, 0, ListedEntryPoint(OLDER.url, "older"))
    assert (decision.children, decision.older) == ([], [OLDER])
    assert decision.next_entry_points(RecordedVisit(5)) == [OLDER]
    assert decision.next_entry_points(RecordedVisit(4)) == []
    assert (
        decided(SECTION, "read", 0, 0, ListedEntryPoint(OLDER.url, "older")).next_entry_points(
            RecordedVisit(0)
        )
        == []
    )


def test_what_stands_beside_every_list_does_not_end_the_older_pages() -> None:
    decision = decided(OLDER, "read", 9, 1, ListedEntryPoint(f"{OLDER.url}&n=3", "older"))
    assert [entry.url for entry in decision.next_entry_points(RecordedVisit(4))] == [
        f"{OLDER.url}&n=3"
    ]
    assert decision.next_entry_points(RecordedVisit(0)) == []


def test_a_crawl_goes_only_so_deep() -> None:
    more = (
        ListedEntryPoint(OLDER.url, "older"),
        ListedEntryPoint("https://one.example/map.xml", "sitemap"),
    )
    assert (
        len(decided(SECTION, "read", 5, MAX_DEPTH - 1, *more).next_entry_points(RecordedVisit(5)))
        == 2
    )
    assert decided(SECTION, "read", 5, MAX_DEPTH, *more).next_entry_points(RecordedVisit(5)) == []


def test_links_are_pages_of_the_source_that_are_no_entry_points() -> None:
    items = [
        Item("https://www.one.example/a?utm_source=x", hints=Hints(title="A")),
        Item("https://one.example/sport"),
    ]
    (link,) = links_of(items, SECTION, state())
    assert (link.key, link.url, link.section) == ("one.example/a", items[0].url, "Sport")
    assert link.hints == Hints(title="A", topic="sport")


@pytest.mark.parametrize(
    ("kind", "age", "since", "taken"),
    [
        ("sitemap", SITEMAP_PAGE_MAX_AGE + timedelta(days=1), None, False),
        ("sitemap", SITEMAP_PAGE_MAX_AGE - timedelta(days=1), None, True),
        ("feed", SITEMAP_PAGE_MAX_AGE + timedelta(days=1), None, True),
        ("sitemap", SITEMAP_PAGE_MAX_AGE + timedelta(days=1), SITEMAP_PAGE_MAX_AGE * 2, True),
        ("feed", SITEMAP_PAGE_MAX_AGE * 3, SITEMAP_PAGE_MAX_AGE * 2, False),
    ],
)
def test_history_is_left_alone_unless_it_is_asked_for(
    kind: str, age: timedelta, since: timedelta | None, taken: bool
) -> None:
    entry = EntryPoint("https://one.example/list", kind)
    item = Item("https://one.example/a", modified=NOW - age)
    known = state(since=NOW - since if since else None)
    assert bool(list(links_of([item], entry, known))) is taken


def test_watched_are_the_named_entry_points_and_what_is_below_them() -> None:
    below = EntryPoint("https://one.example/below", "section", parent=FOUND_SECTION.url)
    orphan = EntryPoint("https://one.example/orphan", "feed", parent="https://one.example/gone")
    known = {entry.url: entry for entry in (below, orphan, FOUND_SECTION)}
    watched = watched_entry_points({HOME.url: HOME}, known)
    assert set(watched) == {HOME.url, FOUND_SECTION.url, below.url}


def test_the_pacing_a_visit_goes_by_its_outcome() -> None:
    read = decided(FEED, "read", 5).visit
    pace = pacing(SOURCE, read)(None, 5, 0)
    assert (pace.due_at, pace.errors, pace.listed) == (NOW + START, 0, 5)
    failed = pacing(SOURCE, decided(FEED, "http 503", 0).visit)(pace, 0, 0)
    assert failed.errors == 1
    assert failed.due_at > NOW + START


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        (
            Item("https://one.example/1", "Boats run twice a day again"),
            "Boats run twice a day again",
        ),
        (Item("https://one.example/1", "Read more"), None),
        (Item("https://one.example/1", "Boats run twice a day", Hints(title="Boats run")), None),
    ],
    ids=["headline", "button", "feed"],
)
def test_the_words_of_a_link_are_kept_where_they_may_be_a_headline(
    item: Item, kept: str | None
) -> None:
    (link,) = links_of([item], SECTION, state())
    assert link.hints.link == kept
