"""The order of first indexing: a row for each wording when the index has it, and what is old news."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.article import Article
from crawler.policy.decide import decide
from crawler.store import DiscoveredPage, EntryPoint, FirstIndexed, PageVisit, Store, Visit
from tests.support.clock import NOW
from tests.support.keeping import keep

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    yield opened
    opened.close()


def delivered(store: Store, now: datetime = NOW) -> list[FirstIndexed]:
    """Bring all that waits to an index that takes everything; returns the rows that this gave."""
    last = store.firsts.newest()
    store.outbox.acknowledge(store.outbox.batch(1_000, now + DAY), [], [], now)
    return store.firsts.after(last, 1_000)


def read(
    store: Store,
    at: datetime,
    name: str,
    published: datetime | None,
    *,
    entry: str = "feed",
    since: datetime | None = None,
) -> None:
    """One finished crawl in which an entry point lists a page, which is an article."""
    crawl = store.ledger.start("one", at, since)
    found = DiscoveredPage(f"example.org/{name}", f"https://example.org/{name}")
    point = EntryPoint(f"https://example.org/{entry}", "feed")
    store.ledger.record_visit(Visit(crawl, "one", point, at, "read", items=1), [found])
    article = Article(
        url=found.url, id=name.rjust(32, "0"), title=name, text="Text.", source="one", published=published,
        published_earliest=published, published_latest=published, published_precision="second" if published else None,
    )  # fmt: skip
    store.pages.record_article(
        PageVisit(found.key, "article", at, None), decide(article, None, at), frozenset(), 1
    )
    store.ledger.finish(crawl, at, "finished", {})


def test_an_article_joins_the_order_when_the_index_has_confirmed_it(store: Store) -> None:
    keep(store, 1)
    assert store.firsts.newest() == 0
    [row] = delivered(store)
    assert (row.article, row.revision, row.follows, row.at) == (f"{1:032}", 1, None, NOW)


def test_what_is_rejected_or_put_off_waits_for_its_place(store: Store) -> None:
    keep(store, 1)
    keep(store, 2)
    first, second = store.outbox.batch(10, NOW)
    store.outbox.acknowledge([], [first], [(second, "too long")], NOW)
    assert store.firsts.after(0, 10) == []
    store.outbox.replay(NOW)
    assert {row.article for row in delivered(store, NOW + DAY)} == {f"{1:032}", f"{2:032}"}


def test_a_reindex_adds_nothing(store: Store) -> None:
    keep(store, 1)
    delivered(store)
    store.pages.requeue(NOW + DAY)
    assert delivered(store, NOW + 2 * DAY) == []


def test_another_wording_follows_the_first(store: Store) -> None:
    keep(store, 1)
    [first] = delivered(store)
    keep(store, 1, text="Other text.", at=NOW + DAY)
    [second] = delivered(store, NOW + DAY)
    assert (second.revision, second.follows) == (2, first.seq)


def test_the_first_moment_stays_that_of_the_first_wording(store: Store) -> None:
    first = keep(store, 1)
    delivered(store)
    keep(store, 1, "Other words.")
    second = keep(store, 2)
    delivered(store, NOW + DAY)
    assert store.firsts.moments([first, second, "unknown"]) == {first: NOW, second: NOW + DAY}


def test_a_change_that_is_no_rewording_adds_nothing(store: Store) -> None:
    keep(store, 1)
    delivered(store)
    known = store.pages.known_article(f"{1:032}")
    assert known is not None
    store.pages.replace_article(f"{1:032}", {**known.document, "words": 1}, "other", NOW)
    assert delivered(store) == []


def test_the_first_crawl_of_a_source_is_silent_and_the_next_is_not(store: Store) -> None:
    read(store, NOW, "a", NOW)
    read(store, NOW + DAY, "b", NOW + DAY)
    assert [row.silent for row in delivered(store, NOW + DAY)] == [True, False]


def test_a_first_crawl_that_was_killed_is_silent_to_its_end(store: Store) -> None:
    keep(store, 1)  # its crawl never ends
    keep(store, 2)
    assert [row.silent for row in delivered(store)] == [True, True]


def test_the_first_reading_of_a_new_feed_is_silent(store: Store) -> None:
    read(store, NOW, "a", NOW)
    read(store, NOW + DAY, "b", NOW + DAY, entry="new-feed")
    read(store, NOW + 2 * DAY, "c", NOW + 2 * DAY, entry="new-feed")
    assert [row.silent for row in delivered(store, NOW + 2 * DAY)] == [True, True, False]


def test_a_backfill_tells_what_the_last_crawl_had_not_seen(store: Store) -> None:
    read(store, NOW, "a", NOW)
    at, since = NOW + 5 * DAY, NOW - 300 * DAY
    read(store, at, "old", NOW - 100 * DAY, since=since)
    read(store, at, "undated", None, since=since)
    read(store, at, "late", NOW + 6 * DAY, since=since)
    assert [row.silent for row in delivered(store, at)] == [True, True, True, False]


def test_rows_are_read_by_pages_and_by_time(store: Store) -> None:
    for number in range(5):
        keep(store, number)
        delivered(store, NOW + number * DAY)
    rows = store.firsts.after(0, 3)
    assert [row.seq for row in rows + store.firsts.after(rows[-1].seq, 3)] == [1, 2, 3, 4, 5]
    assert [row.seq for row in store.firsts.between(NOW + DAY, NOW + 3 * DAY, 0, 10)] == [2, 3]
