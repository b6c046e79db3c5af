"""Scrapy as Scrapy: real crawls of the demo newsroom, through settings, middlewares, pipelines and
store.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from scrapy.exceptions import DropItem

from crawler import demo
from crawler.article import Page
from crawler.config import Config
from crawler.demo import Newsroom
from crawler.pipelines import ExtractPipeline
from crawler.policy.decide import PATIENCE
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.spiders.page_visits import Fetched
from crawler.spiders.source import SourceSpider
from crawler.store import DiscoveredPage, EntryPoint, Visit
from tests.support.clock import machine_now
from tests.support.crawling import CrawlFolder, Ended

CRAWLS = {"echo": "section", "calder": "feed", "nawras": "sitemap", "phare": "section"}


@dataclass
class Run:
    """Four crawls, another one of the first source with three commands beside it, and what the
    sites were asked.
    """

    room: Newsroom
    crawl_folder: CrawlFolder
    first: dict[str, Ended]
    asked: dict[str, list[str]]
    second: Ended
    asked_again: list[str]
    others: list[Ended]
    agents: set[str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with demo.serve(machine_now() - timedelta(minutes=5)) as room:
        crawl_folder = CrawlFolder(tmp_path_factory.mktemp("crawls"), room)
        first = crawl_folder.scrapy(
            *(["crawl", kind, "-a", f"source={name}"] for name, kind in CRAWLS.items())
        )
        asked = {name: crawl_folder.asked(name) for name in CRAWLS}
        agents = {request.user_agent for request in room.requests}
        room.requests.clear()
        second, *others = crawl_folder.scrapy(
            ["crawl", "section", "-a", "source=echo"],
            ["list"],
            ["settings", "--get", "DOWNLOAD_DELAY"],
            ["crawl", "section", "-a", "source=nobody"],
        )
        yield Run(
            room,
            crawl_folder,
            dict(zip(CRAWLS, first, strict=True)),
            asked,
            second,
            crawl_folder.asked("echo"),
            others,
            agents,
        )


def test_crawls_end_well_and_quietly(run: Run) -> None:
    for name, ended in (*run.first.items(), ("echo again", run.second)):
        assert ended.code == 0, (name, ended.err)
        assert "Traceback" not in ended.err, (name, ended.err)
        assert " ERROR" not in ended.err, (name, ended.err)


def test_no_page_is_printed_into_the_log(run: Run) -> None:
    assert not [
        name for name, ended in run.first.items() if "<html" in ended.err or "</p>" in ended.err
    ]


def test_robots_txt_comes_first_once(run: Run) -> None:
    for name, paths in run.asked.items():
        assert paths[0] == "/robots.txt", name
        assert paths.count("/robots.txt") == 1, name


def test_every_request_says_who_asks(run: Run) -> None:
    assert len(run.agents) == 1
    assert run.agents.pop().startswith("Veille/")


def test_no_address_is_asked_twice_in_a_crawl(run: Run) -> None:
    for name, paths in run.asked.items():
        assert len(paths) == len(set(paths)), name


@pytest.mark.parametrize("name", ["echo", "phare"])
def test_section_pages_bring_every_article_and_nothing_else(run: Run, name: str) -> None:
    found = [row["canonical_url"] for row in run.first[name].rows]
    assert sorted(found) == sorted(run.room.article_urls(name))


def test_feeds_bring_what_they_list(run: Run) -> None:
    found = [row["canonical_url"] for row in run.first["calder"].rows]
    assert len(found) == len(set(found))
    assert len(found) >= 10
    assert set(found) <= set(run.room.article_urls("calder"))


def test_sitemaps_bring_the_last_month(run: Run) -> None:
    found = {row["canonical_url"] for row in run.first["nawras"].rows}
    assert len(found) >= 8
    assert found <= set(run.room.article_urls("nawras"))


def test_items_are_whole_articles(run: Run) -> None:
    for name, ended in run.first.items():
        for row in ended.rows:
            assert row["title"], (name, row["url"])
            assert row["text"], (name, row["url"])
            assert (row["source"], row["revision"], len(row["id"])) == (name, 1, 32)
            assert (
                row["language"]
                == {"echo": "fr", "calder": "en", "nawras": "ar", "phare": "fr"}[name]
            )
            assert row["first_seen"]
            assert row["country"]


def test_the_section_of_an_article_is_the_entry_points(run: Run) -> None:
    sections = {row["section"] for row in run.first["echo"].rows}
    assert {"Syrie", "Liban", "Culture", "Sport"} <= sections


def test_a_page_that_forbids_it_is_not_indexed(run: Run) -> None:
    pieces = [piece for piece in run.room.editions["calder"].pieces if piece.noindex]
    assert pieces
    for piece in pieces:
        assert any(piece.slug in path for path in run.asked["calder"])
        assert not [row for row in run.first["calder"].rows if piece.slug in row["url"]]


def test_what_robots_txt_forbids_is_never_asked(run: Run) -> None:
    assert not [path for path in run.asked["calder"] if path.startswith("/private/")]


def test_an_article_in_several_sections_is_one(run: Run) -> None:
    pieces = [piece for piece in run.room.editions["echo"].pieces if piece.also]
    assert pieces
    for piece in pieces:
        assert len([row for row in run.first["echo"].rows if piece.slug in row["url"]]) == 1
        assert len([path for path in run.asked["echo"] if piece.slug in path]) == 1


def test_known_pages_are_not_fetched_again(run: Run) -> None:
    assert run.second.rows == []
    assert len(run.asked_again) == len(set(run.asked_again)) == 7
    assert all(path == "/robots.txt" or path.startswith("/rubrique/") for path in run.asked_again)


def test_unchanged_entry_points_answer_not_modified(run: Run) -> None:
    statuses = {
        request.status for request in run.room.requests if request.path.startswith("/rubrique/")
    }
    assert statuses == {304}


def test_articles_outbox_and_ledger_are_kept(run: Run) -> None:
    store = run.crawl_folder.store()
    rows = sum(len(ended.rows) for ended in run.first.values())
    assert store.pages.documents() == store.outbox.waiting() == rows
    crawls = store.ledger.last_crawls(list(CRAWLS))
    assert {name: row["outcome"] for name, row in crawls.items()} == dict.fromkeys(
        CRAWLS, "finished"
    )
    assert [state for state in store.spans.states() if state.point.failures] == []
    assert all(
        store.leases.claim([f"source:{name}"], "test:1:x", machine_now(), timedelta(0)) is None
        for name in CRAWLS
    )
    for name in ("nawras", "phare"):
        counts = crawls[name]["counts"]
        parts = ("new", "changed", "unchanged", "skipped", "failed")
        assert counts["fetched"] == sum(counts.get(part, 0) for part in parts), name
        assert counts["new"] == len(run.first[name].rows)
    store.close()


def test_scrapy_lists_spiders_and_settings_and_names_mistakes(run: Run) -> None:
    listed, delay, unknown = run.others
    assert listed.out.split() == ["feed", "section", "sitemap"]
    assert delay.out.strip() == "0.02"
    assert unknown.code != 0
    assert "There is no source 'nobody'" in unknown.err


def test_a_page_that_our_own_mistake_fails_is_counted_and_put_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    context = CrawlContext.open(Config(data=tmp_path / "data", workers=1))
    source = Source(id="one", name="One", home="https://example.org/")
    key, url = "example.org/a", "https://example.org/a"

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def main() -> None:
        spider = SourceSpider(source, context)
        crawl = context.store.ledger.start("one", context.now())
        entry = EntryPoint("https://example.org/", "home")
        context.store.ledger.record_visit(
            Visit(crawl, "one", entry, context.now(), "read"), [DiscoveredPage(key, url)]
        )
        for _ in range(PATIENCE):
            (target,) = context.store.pages.due("one", None, context.now() + timedelta(days=999))
            fetched = Fetched(Page(url, b"<p>x</p>", {}, context.now()), target, "", None, None)
            with pytest.raises(DropItem):
                await ExtractPipeline(spider).process_item(fetched)
        assert spider.counts["failed"] == PATIENCE

    monkeypatch.setattr(context.pool, "run", broken)
    asyncio.run(main())
    assert context.store.pages.due("one", None, context.now() + timedelta(days=999)) == []
    assert context.store.pages.skipped()[0]["reason"] == "ZeroDivisionError"
    context.close()
