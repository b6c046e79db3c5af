"""Known pages are looked at again when an entry point tells of a change, and not when it always does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from crawler.policy.live_looks import LIVE_LONGEST, LIVE_LOOK, next_article_look
from crawler.policy.told_changes import MOST_LOOKS, ToldChange, ToldPage, worth_a_look
from crawler.store import DiscoveredPage, EntryPoint, PageVisit, Store, Visit
from tests.support.clock import NOW

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
READ = NOW - 15 * MINUTE
PAGE = ToldPage(NOW - 9 * HOUR, NOW - 8 * HOUR, NOW + 16 * HOUR, NOW - 10 * HOUR, "feed1")


def _looked_at(*listed: tuple[ToldChange, ToldPage]) -> list[str]:
    return [change.key for change in worth_a_look(listed, READ, NOW)]


@pytest.mark.parametrize(
    ("told", "page", "is_looked_at"),
    [
        (ToldChange("a", NOW - 5 * MINUTE), PAGE, True),
        (ToldChange("a", PAGE.told_at), PAGE, False),
        (ToldChange("a", PAGE.visited_at - SECOND), PAGE, False),
        (ToldChange("a", NOW + 9 * HOUR), PAGE, True),  # the time of another zone
        (ToldChange("a", NOW + 2 * DAY), PAGE, False),
        (ToldChange("a", NOW - 5 * MINUTE), replace(PAGE, told_at=None), True),
        (ToldChange("a", MIDNIGHT), replace(PAGE, told_at=MIDNIGHT - DAY), True),
        (ToldChange("a", MIDNIGHT), replace(PAGE, told_at=MIDNIGHT), False),
        (ToldChange("a", MIDNIGHT), replace(PAGE, told_at=None), False),
        (ToldChange("a", NOW - 5 * MINUTE), replace(PAGE, next_visit=NOW - HOUR), False),
        (ToldChange("a", NOW - 5 * MINUTE), replace(PAGE, next_visit=None), True),
        # What was changed long before the last visit was seen then.
        (
            ToldChange("a", NOW - 3 * DAY),
            replace(PAGE, visited_at=NOW - 9 * DAY, told_at=None),
            False,
        ),
        # As far from the present as when it was found.
        (ToldChange("a", NOW - HOUR + 3 * SECOND), PAGE, False),
        (ToldChange("a", mark="feed2"), PAGE, True),
        (ToldChange("a", mark="feed1"), PAGE, False),
        (ToldChange("a", mark="else2"), PAGE, False),
        (ToldChange("a", mark="feed2"), replace(PAGE, mark=None), False),
    ],
)
def test_what_tells_of_a_change(told: ToldChange, page: ToldPage, is_looked_at: bool) -> None:
    assert bool(_looked_at((told, page))) is is_looked_at


@pytest.mark.parametrize(
    ("told", "true", "hours", "is_looked_at"),
    [
        (1, 1, 0.1, True),
        (1, 0, 0.9, False),
        (1, 0, 1, True),
        (3, 0, 3.9, False),
        (3, 0, 4, True),
        (5, 3, 0.1, True),
        (9, 0, 400, False),
    ],
)
def test_a_page_that_was_looked_at_for_nothing_waits_ever_longer(
    told: int, true: int, hours: float, is_looked_at: bool
) -> None:
    page = replace(PAGE, visited_at=NOW - hours * HOUR, told=told, true=true)
    assert bool(_looked_at((ToldChange("a", NOW - SECOND), page))) is is_looked_at


def _listed(
    changed: int, others: int, page: ToldPage = PAGE
) -> Sequence[tuple[ToldChange, ToldPage]]:
    news = [(ToldChange(f"n{one}", NOW - one * SECOND), page) for one in range(changed)]
    return [*news, *((ToldChange(f"o{one}", PAGE.told_at), page) for one in range(others))]


@pytest.mark.parametrize(
    ("changed", "others", "looks"),
    [(3, 0, 3), (4, 3, 0), (4, 4, 4), (200, 199, 0), (200, 800, MOST_LOOKS)],
)
def test_what_changes_for_most_pages_at_once_is_the_site_s(
    changed: int, others: int, looks: int
) -> None:
    looked_at = _looked_at(*_listed(changed, others))
    assert looked_at == [f"n{number}" for number in range(looks)]


def test_an_entry_point_that_told_of_nothing_is_not_believed() -> None:
    fresh = (ToldChange("a", NOW - SECOND), PAGE)
    vain = replace(PAGE, told=2, visited_at=NOW - DAY)
    assert _looked_at(fresh, *_listed(0, 2, vain)) == ["a"]
    assert _looked_at(fresh, *_listed(0, 4, vain)) == []
    assert _looked_at(fresh, *_listed(0, 4, replace(vain, true=1))) == ["a"]


FEED = EntryPoint("https://example.org/feed", "feed")


def _visited(store: Store, at: datetime, *links: DiscoveredPage) -> list[str]:
    crawl = store.ledger.start("one", at)
    store.ledger.record_visit(Visit(crawl, "one", FEED, at, "read", len(links)), links)
    return [target.key for target in store.pages.due("one", None, at)]


def _read(store: Store, at: datetime, *keys: str) -> None:
    for key in keys:
        store.pages.record_visit(PageVisit(key, "article", at, at + 30 * DAY))


def test_told_changes_are_kept_with_the_pages(store: Store) -> None:
    page = DiscoveredPage("a", "https://example.org/a", modified=NOW - HOUR, mark="feed1")
    silent = DiscoveredPage("b", "https://example.org/b")
    assert _visited(store, NOW, page, silent) == ["a", "b"]
    _read(store, NOW, "a", "b")
    assert _visited(store, NOW + MINUTE, page, silent) == []
    changed = replace(page, modified=NOW + 2 * MINUTE)
    assert _visited(store, NOW + 3 * MINUTE, changed, silent) == ["a"]
    _read(store, NOW + 4 * MINUTE, "a")
    assert _visited(store, NOW + 5 * MINUTE, changed, silent) == []
    # Once for nothing: now it waits.
    again = replace(page, modified=NOW + 6 * MINUTE)
    assert _visited(store, NOW + 7 * MINUTE, again, silent) == []
    assert _visited(store, NOW + 65 * MINUTE, again, silent) == ["a"]


def test_the_first_words_of_a_feed_for_a_page_are_no_change(store: Store) -> None:
    page = DiscoveredPage("a", "https://example.org/a")
    assert _visited(store, NOW, page) == ["a"]
    _read(store, NOW, "a")
    for minute, mark, due in ((1, "feed1", []), (2, "feed1", []), (3, "feed2", ["a"])):
        assert _visited(store, NOW + minute * MINUTE, replace(page, mark=mark)) == due


@pytest.mark.parametrize(
    ("age", "waited", "moved", "looked_at"),
    [
        (0 * HOUR, None, True, LIVE_LOOK),
        (2 * HOUR, LIVE_LOOK, True, LIVE_LOOK),
        (2 * HOUR, LIVE_LOOK, False, 2 * LIVE_LOOK),
        (7 * HOUR, HOUR, False, 2 * HOUR),
        (50 * MINUTE, HOUR, False, 10 * MINUTE),  # the usual look comes sooner
        (7 * HOUR, LIVE_LONGEST, False, 17 * HOUR),
        (8 * DAY, LIVE_LOOK, True, 22 * DAY),
        (90 * DAY, LIVE_LOOK, True, None),
    ],
)
def test_a_live_blog_is_looked_at_as_long_as_it_moves(
    age: timedelta, waited: timedelta | None, moved: bool, looked_at: timedelta | None
) -> None:
    look = partial(next_article_look, NOW, NOW - age, NOW - waited if waited else None)
    at = look(True, moved=moved)
    assert at == (NOW + looked_at if looked_at else None)
    usual = look(False, moved=moved)
    assert usual is None or usual - (NOW - age) in (HOUR, 6 * HOUR, DAY, 30 * DAY)
