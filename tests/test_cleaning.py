"""What grows is bounded: what has had its time goes, what something stands on stays."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.archive import RecordLocation
from crawler.archive.aging import ArchiveLimits, leaving_among, shrink
from crawler.archive.recorder import CaptureRecorder
from crawler.article import Page
from crawler.config import Config, ConfigError, load_config
from crawler.jobs.cleaning import CLEANING, clean_daily
from crawler.monitor.growth import YearlyGrowth, yearly_growth
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.store import (
    DiscoveredPage,
    EntryPoint,
    PageVisit,
    Store,
    Visit,
)
from crawler.store.articles.capture_ages import AgingCapture
from crawler.store.cleaning import Ages
from tests.support.archived import opened, visit
from tests.support.clock import NOW, stopped
from tests.support.keeping import crawl_rows, lease_holder
from veille import veille

DAY = timedelta(days=1)
AGES = Ages(7 * DAY, 400 * DAY, 730 * DAY, 365 * DAY)
SOURCE = Source(id="plain", name="The Plain", home="https://plain.example/", language="en")
FEED = EntryPoint("https://plain.example/feed.xml", "feed")


HEAD = "<meta property='og:type' content='article'><meta property='article:published_time' content='2024-05-01'>"


def _crawl(store: Store, days_ago: float, outcome: str, *links: str) -> None:
    at = NOW - days_ago * DAY
    crawl = store.ledger.start("plain", at)
    found = [
        DiscoveredPage(f"plain.example/{link}", f"https://plain.example/{link}") for link in links
    ]
    store.ledger.record_visit(Visit(crawl, "plain", FEED, at, outcome, len(links)), found)
    store.ledger.finish(crawl, at, "finished", {})


def _article(number: int) -> Page:
    prose = "".join(
        f"<p>The harbour master of pier {chr(65 + number)}{part} read part {chr(75 + part)} of her report to the council, "
        "which listened for an hour and asked about the price of the new crane.</p>"
        for part in range(4)
    )
    html = f"<!DOCTYPE html><html lang=en><head><title>Reports</title>{HEAD}</head><body><article><h1>Report {chr(65 + number)} on the harbour</h1>{prose}</article></body></html>"
    return Page(f"https://plain.example/{number}", html.encode(), {}, NOW - 900 * DAY)


def test_old_crawls_go_except_for_the_last_that_read_something(store: Store) -> None:
    _crawl(store, 400, "read", "a")
    _crawl(store, 30, "read", "b")
    _crawl(store, 20, "http 503")
    assert store.cleaning.next_source("") == "plain"
    assert store.cleaning.next_source("plain") is None
    counts = store.cleaning.clean_source("plain", AGES, NOW)
    assert (counts["visits"], counts["crawls"], counts["tallies"]) == (2, 2, 0)
    assert [row["started_at"] for row in crawl_rows(store, "plain")] == [NOW - 30 * DAY]
    assert not any(store.cleaning.clean_source("plain", AGES, NOW).values())
    assert store.cleaning.clean_source("plain", AGES, NOW + 3 * DAY)["tallies"] == 1


def test_leases_that_ended_go(store: Store) -> None:
    store.leases.claim(["host:old"], "a", NOW - 3 * DAY, DAY)
    store.leases.claim(["host:held"], "a", NOW - DAY, 2 * DAY)
    assert store.cleaning.clean_ended(NOW) == 1
    assert store.leases.claim(["host:held"], "b", NOW, DAY) == "a"


def test_the_oldest_captures_leave_until_there_is_room() -> None:
    captures = [
        AgingCapture(number, 10, NOW - (9 - number) * DAY, number != 1) for number in range(5)
    ]
    for age, surplus, left in (
        (None, 0, []),
        (None, 11, [0, 2]),
        (6 * DAY, 0, [0, 2]),
        (6 * DAY, 25, [0, 2, 3]),
        (None, 999, [0, 2, 3, 4]),
    ):
        leaving = leaving_among(captures, age, surplus, NOW)
        assert [capture.id for capture in leaving] == left


@pytest.mark.parametrize("limits", [ArchiveLimits(age=730 * DAY), ArchiveLimits(size=1)])
def test_captures_on_which_an_article_stands_never_leave(
    tmp_path: Path, limits: ArchiveLimits
) -> None:
    store, archive = opened(tmp_path)
    assert visit(store, archive, SOURCE, [_article(number) for number in range(3)]) == 3
    keeper = CaptureRecorder(archive, store)
    then = NOW - 900 * DAY
    feed = Page(FEED.url, b"<rss/>", {}, then)
    keeper.note(keeper.write(feed, "plain.example/feed.xml", "plain", "feed"))
    keeper.note(keeper.write(Page(f"{FEED.url}?2", b"<part/>", {}, then), "part", "plain", "page"))
    about = DiscoveredPage("plain.example/about", "https://plain.example/about")
    store.imported.find("plain", [about], then)
    store.pages.record_visit(PageVisit(about.key, "skipped", then, None, "brief"))
    keeper.note(keeper.write(Page(about.url, b"<p>us</p>", {}, then), about.key, "plain", "page"))
    keeper.close()
    before = {capture.key for capture in store.captures.each()}
    assert shrink(store, archive, limits, NOW) == 2
    left = list(store.captures.each())
    assert before - {capture.key for capture in left} == {about.key, "plain.example/feed.xml"}
    places = [RecordLocation(one.file, one.offset, one.length) for one in left]
    assert all(archive.read(place).body for place in places)
    assert shrink(store, archive, limits, NOW) == 0
    store.close()


def test_the_command_says_what_it_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store(load_config().database_url)
    _crawl(store, 30, "read", "a")
    _crawl(store, 20, "read", "b")
    store.close()
    first, again = (
        CliRunner().invoke(veille, ["clean", *words], obj=stopped(NOW))
        for words in (["--json"], [])
    )
    assert json.loads(first.output)["visits"] == 1
    assert again.output == "Removed: nothing.\n"


def test_of_two_schedulers_one_cleans_and_both_stop(tmp_path: Path) -> None:
    contexts = [CrawlContext.open(Config(data=tmp_path, workers=1), lambda: NOW) for _ in range(2)]
    store = contexts[0].store
    _crawl(store, 30, "read", "a")
    _crawl(store, 20, "read", "b")

    async def main() -> None:
        stop = asyncio.Event()
        cleaning = [asyncio.create_task(clean_daily(context, stop)) for context in contexts]
        async with asyncio.timeout(60):
            while len(crawl_rows(store, "plain")) > 1 or lease_holder(store, CLEANING, NOW) is None:
                await asyncio.sleep(0.01)
        stop.set()
        await asyncio.gather(*cleaning)

    asyncio.run(main())
    assert lease_holder(store, CLEANING, NOW) in {context.owner for context in contexts}
    for context in contexts:
        context.close()


def test_a_year_is_told_by_the_pace_of_the_last_days(tmp_path: Path) -> None:
    store, archive = opened(tmp_path)
    assert yearly_growth(store, NOW) is None
    visit(store, archive, SOURCE, [_article(number) for number in range(3)])
    first_at = NOW - 900 * DAY
    assert yearly_growth(store, first_at + DAY) is None
    growth = yearly_growth(store, first_at + 10 * DAY)
    assert growth is not None
    assert growth.store == int(store.growth.store_bytes() * 36.5)
    assert growth.archive == int(store.capture_ages.bytes_since() * 36.5)
    assert yearly_growth(store, NOW) == YearlyGrowth(0, 0)
    store.close()


@pytest.mark.parametrize(
    ("value", "days", "gigabytes"),
    [
        (None, None, None),
        ("", None, None),
        ("730d", 730, None),
        ("200GB", None, 200),
        ("30d 5GB", 30, 5),
    ],
)
def test_how_long_captures_are_kept_is_an_age_a_size_or_both(
    value: str | None, days: int | None, gigabytes: int | None
) -> None:
    config = Config(archive_keep=value)
    assert config.archive_age == (None if days is None else days * DAY)
    assert config.archive_bytes == (None if gigabytes is None else gigabytes * 10**9)


@pytest.mark.parametrize("value", ["0d", "5 GB", "2 years", "5GB 30d"])
def test_an_age_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="archive_keep"):
        load_config(archive_keep=value)
