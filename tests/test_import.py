"""`veille import`: captured answers become the articles that a crawl at that moment would have kept,
once, and nothing else does.
"""

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest

from crawler.article import Page
from crawler.imports import Owners
from crawler.monitor.coverage import Coverage
from crawler.process.pool import ReadingPool
from crawler.sources import Section, Source
from crawler.store import DiscoveredPage, Store
from crawler.store.articles.discovered import keep_found
from crawler.urls import article_id
from tests.support.archived import opened, visit
from tests.support.captured import Importer, Record, chunked, story, warc
from tests.support.clock import NOW, moment

SOURCE = Source(
    id="plain",
    name="The Plain",
    home="https://plain.example/",
    language="en",
    hosts=("plain-news.example",),
)
OTHER = Source(id="hill", name="The Hill", home="https://www.hill.example/", language="en")
BODY = story(1)
URL = "https://plain.example/news/council-decides-1"


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    opened_pool = ReadingPool(1)
    yield opened_pool
    opened_pool.close()


@pytest.fixture
def importer(tmp_path: Path, pool: ReadingPool) -> Importer:
    return Importer(tmp_path, pool, [SOURCE, OTHER])


def articles(store: Store) -> dict[str, dict[str, Any]]:
    """Every article that the store holds, by id."""
    held = dict(store.pages.each())
    store.close()
    return held


def at(day: int, hour: int = 10) -> str:
    return moment(day, hour).isoformat().replace("+00:00", "Z")


PLAIN = Record(URL, BODY)
FORMS = {
    "plain": (PLAIN, False),
    "packed": (PLAIN, True),
    "chunked": (
        Record(URL, chunked(BODY)).with_headers(("Transfer-Encoding", "chunked")),
        True,
    ),
    "chunked and packed": (
        Record(URL, chunked(gzip.compress(BODY))).with_headers(
            ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")
        ),
        False,
    ),
    "brotli": (Record(URL, brotli.compress(BODY)).with_headers(("content-encoding", "br")), True),
    "unpacked by whoever wrote it": (
        PLAIN.with_headers(("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")),
        True,
    ),
    "in another charset": (
        Record(
            URL,
            BODY.replace(b"reporter", "réporter".encode("latin-1")),
            headers=(("Content-Type", "text/html; charset=iso-8859-1"),),
        ),
        True,
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_captured_answer_is_the_article_of_a_crawl_at_that_moment(
    form: str, importer: Importer
) -> None:
    record, packed = FORMS[form]
    counts = importer.records(record, packed=packed)
    assert counts.total["new"] == 1
    store = importer.store()
    document = articles(store)[article_id("plain.example/news/council-decides-1")]
    assert document["title"] == "Council of Marlow B1 decides"
    assert document["text"].count("\n") >= 4
    assert document["source"] == "plain"
    assert datetime.fromisoformat(document["first_seen"]) == moment(2, 10)
    assert document["published"].startswith("2026-11-01T08:00")


def test_records_that_are_no_pages_of_sources_are_counted_and_nothing_else(
    importer: Importer,
) -> None:
    redirect = Record(URL + "0", status="301 Moved", headers=(("Location", URL),))
    counts = importer.records(
        Record(URL, kind="request"),
        Record("https://plain.example/missing", story(2), status="404 Not Found"),
        Record("https://plain.example/busy", b"wait", status="503 Busy"),
        redirect,
        Record("https://unknown.example/news/1", story(3)),
        Record("https://unknown.example/news/2", story(4)),
        Record("https://notplain.example/news/2", story(4)),
        Record("ftp://plain.example/news/3", story(5)),
        Record("https://plain.example/news/later", story(6), at="2031-01-01T00:00:00Z"),
        Record("https://plain.example/news/never", story(7), at="soon"),
        Record("https://plain.example/news/cut", story(8), more={"WARC-Truncated": "length"}),
        Record("https://plain.example/", story(9)),
        Record("https://plain.example/about.pdf", b"%PDF-1.4", headers=()),
        Record("https://sport.plain.example/news/council-decides-11", story(11)),
    )
    assert counts.total["new"] == 1
    assert counts.foreign == {"unknown.example": 2, "notplain.example": 1}
    assert {name: counts.reasons[name] for name in ("http 404", "http 503", "http 301")} == {
        "http 404": 1,
        "http 503": 1,
        "http 301": 1,
    }
    assert {
        name: counts.reasons[name] for name in ("address", "date", "cut-off", "no-article")
    } == {
        "address": 1,
        "date": 2,
        "cut-off": 1,
        "no-article": 1,
    }


def test_an_import_that_is_made_again_adds_nothing(importer: Importer) -> None:
    records = [
        Record(f"https://plain.example/news/council-{number}", story(number), at=at(2))
        for number in range(8)
    ]
    wall = Record("https://plain.example/video/1", b"<html><body>Player</body></html>", at=at(3))
    path = importer.file(warc([*records, wall]))
    assert importer.take(path).total["new"] == 8
    store = importer.store()
    before = articles(store)
    counts = importer.take(path, at_a_time=3)
    assert counts.total == {"known": 9}
    assert articles(importer.store()) == before
    assert len(list((importer.folder / "archive").iterdir())) == 1


OLDER, NEWER = BODY, story(1, "<p>The mayor of Marlow adds that two more streets will follow.</p>")
ORDERS = {
    "in one file, the newer first": [[(NEWER, 5), (OLDER, 3)]],
    "one after another": [[(OLDER, 3)], [(NEWER, 5)]],
    "the older one later": [[(NEWER, 5)], [(OLDER, 3)]],
}


@pytest.mark.parametrize("order", ORDERS)
def test_what_was_captured_later_stands(order: str, importer: Importer) -> None:
    for answers in ORDERS[order]:
        importer.records(*(Record(URL, body, at=at(day)) for body, day in answers))
    document = articles(importer.store())[article_id("plain.example/news/council-decides-1")]
    assert "two more streets" in document["text"]
    assert document["revision"] == (1 if order == "the older one later" else 2)


def test_what_was_crawled_later_stands_under_another_address_of_it_too(
    importer: Importer, pool: ReadingPool
) -> None:
    store, archive = opened(importer.folder)
    canonical = f"<link rel='canonical' href='{URL}'>"
    crawled = story(
        1, "<p>The mayor of Marlow adds that two more streets will follow.</p>", canonical
    )
    visit(store, archive, SOURCE, [Page(f"{URL}?from=feed", crawled, {}, moment(20))])
    store.close()
    counts = importer.records(Record(URL, OLDER, at=at(3)))
    assert counts.reasons == {"duplicate": 1}
    (document,) = articles(importer.store()).values()
    assert "two more streets" in document["text"]


def test_an_article_whose_page_is_gone_by_now_is_taken_and_stays_marked(importer: Importer) -> None:
    importer.records(Record(URL, BODY, at=at(3)), Record(URL, status="404 Not Found", at=at(5)))
    (document,) = articles(importer.store()).values()
    assert document["gone"].startswith("2026-11-05")
    assert "Mill Street" in document["text"]


RIGHTS = {
    "noindex": ("<meta name=robots content=noindex>", (), None),
    "noindex in a header": ("", (("X-Robots-Tag", "noindex"),), None),
    "noarchive": ("<meta name=robots content=noarchive>", (), ""),
    "reserved": ("<meta name='tdm-reservation' content='1'>", (), ""),
}


@pytest.mark.parametrize("right", RIGHTS)
def test_what_pages_ask_is_respected_as_in_a_crawl(right: str, importer: Importer) -> None:
    head, headers, text = RIGHTS[right]
    record = Record(URL, story(1, head=head)).with_headers(*headers)
    importer.take(importer.file(warc([record])), respect_tdm=True)
    held = articles(importer.store())
    assert [document["text"] for document in held.values()] == ([] if text is None else [text])
    assert not (importer.folder / "archive").exists()


def test_reservations_of_the_site_are_respected_where_they_were_captured(
    importer: Importer,
) -> None:
    tdmrep = b'[{"location": "/news/*", "tdm-reservation": 1}]'
    json_type = (("Content-Type", "application/json"),)
    site = Record("https://plain.example/.well-known/tdmrep.json", tdmrep, headers=json_type)
    importer.take(importer.file(warc([Record(URL, BODY), site])), respect_tdm=True)
    (document,) = articles(importer.store()).values()
    assert document["tdm_reserved"]
    assert document["text"] == ""


def test_what_was_forgotten_stays_forgotten(importer: Importer) -> None:
    path = importer.file(warc([PLAIN]))
    importer.take(path)
    store = importer.store()
    store.takedowns.forget("url", SOURCE.key(URL), "tests", NOW)
    store.close()
    counts = importer.take(path)
    assert counts.reasons == {"forgotten": 1}
    assert articles(importer.store()) == {}


def test_an_import_makes_crawls_ask_for_nothing(importer: Importer) -> None:
    video = "https://plain.example/video/1"
    importer.records(
        Record(URL, BODY, at=at(3)),
        Record(video, b"<html><body>Player</body></html>", at=at(3)),
        Record("https://plain.example/news/fresh", story(3), at=at(22, 8)),
    )
    store = importer.store()
    assert store.pages.due("plain", None, NOW) == []
    # A fresh article is looked at again when a crawl would have, and what is listed now is read.
    soon = [page.url for page in store.pages.due("plain", None, NOW + timedelta(hours=12))]
    listed = [page.url for page in store.pages.due("plain", [SOURCE.key(video)], NOW)]
    store.close()
    assert soon == ["https://plain.example/news/fresh"]
    assert listed == [video]


def test_what_a_crawl_has_found_stays_due(importer: Importer) -> None:
    store = importer.store()
    found = [DiscoveredPage(SOURCE.key(url), url) for url in (URL, "https://plain.example/v/2")]
    with store.pages._writes.begin() as connection:
        keep_found(connection, "plain", found, moment(10))
    store.close()
    importer.records(
        Record(URL, BODY, at=at(3)), Record("https://plain.example/v/2", b"<p>Player", at=at(3))
    )
    store = importer.store()
    assert len(store.pages.due("plain", None, NOW)) == 2
    assert len(articles(store)) == 1


def test_old_news_wakes_no_alert_and_no_health_check(importer: Importer) -> None:
    importer.records(*(Record(f"{URL}{number}", story(number)) for number in range(3)))
    store = importer.store()
    rows = store.outbox.batch(10, NOW)
    tallies = store.tallies.since(moment(1))
    oldest = store.outbox.oldest()
    store.close()
    assert [row.silent for row in rows] == [True] * 3
    assert tallies == {}
    assert oldest == NOW


def test_an_article_on_several_pages_is_read_as_a_whole(importer: Importer) -> None:
    second_url = "https://plain.example/news/council-decides-1?page=2"
    link = "<nav><a href='/news/council-decides-1?page=2'>2</a></nav>"
    back = "<nav><a href='/news/council-decides-1'>1</a></nav>"
    second = story(1).replace(b"Mill Street", b"Harbour Road").replace(b"water", b"bread")
    second = second.replace(b"</article>", back.encode() + b"</article>")
    records = [
        Record(second_url, second, at=at(3, 11)),
        Record(URL, story(1, link), at=at(3, 10)),
    ]
    path = importer.file(warc(records))
    importer.take(path)
    (document,) = articles(importer.store()).values()
    assert "Mill Street" in document["text"]
    assert "Harbour Road" in document["text"]
    assert importer.take(path).total == {"known": 2}


def test_the_archive_of_another_installation_is_imported(
    importer: Importer, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    store, archive = opened(elsewhere)
    pages = [Page(f"{URL}{number}", story(number), {}, moment(9)) for number in range(4)]
    again = Page(f"{URL}1", story(1, "<p>The mayor adds a word on streets.</p>"), {}, moment(10))
    visit(store, archive, SOURCE, [*pages, again, Page(f"{URL}2", story(2), {}, moment(10))])
    crawled = articles(store)
    files = sorted((elsewhere / "archive").iterdir())
    importer.take(*files)
    imported = articles(importer.store())
    for document in (*crawled.values(), *imported.values()):
        del document["first_seen"]
    assert imported == crawled


OWNERS = {
    "https://plain.example/a": "plain",
    "http://www.plain.example:80/a": "plain",
    "https://sport.plain.example/a": "plain",
    "https://plain-news.example/a": "plain",
    "https://hill.example/a": "hill",
    "https://downhill.example/a": None,
    "https://example/a": None,
    "https://feeds.service.example/a": None,
    "https://shared.example/ar/news": "arabic",
    "https://shared.example/sport/fr/news": "sport-fr",
    "https://shared.example/sport/news": "sport",
    "https://shared.example/about": None,
}


@pytest.mark.parametrize("url", OWNERS)
def test_an_answer_belongs_to_the_source_of_its_host(url: str) -> None:
    shared = [
        Source(id=name, name=name, home=f"https://shared.example/{folder}")
        for name, folder in (("arabic", "ar/"), ("sport", "sport"), ("sport-fr", "sport/fr/"))
    ]
    feed = OTHER.model_copy(
        update={
            "feeds": ("https://feeds.service.example/hill",),
            "sections": (Section(url="https://www.hill.example/city"),),
        }
    )
    owner = Owners.of_sources([SOURCE, feed, *shared]).owner(url)
    assert (owner.id if owner else None) == OWNERS[url]


def test_what_belongs_to_no_source_is_taken_for_one_that_is_named(importer: Importer) -> None:
    path = importer.file(warc([Record("https://old-plain.example/news/1", BODY)]))
    counts = importer.take(path, fallback=SOURCE)
    assert counts.total["new"] == 1
    (document,) = articles(importer.store()).values()
    assert (document["source"], document["url"]) == ("plain", "https://old-plain.example/news/1")


def test_days_of_captures_are_told_as_backfilled_and_not_as_watched(importer: Importer) -> None:
    importer.records(
        *(Record(f"{URL}{day}", story(day), at=at(day)) for day in (3, 4, 8)),
        Record("https://plain.example/video/1", b"<p>Player", at=at(9)),
    )
    store = importer.store()
    edges = [moment(day, 0) for day in range(2, 12)]
    days = Coverage(store, [SOURCE], NOW).steps(["plain"], edges)
    others = Coverage(store, [SOURCE], NOW).steps(["hill"], edges)
    store.close()
    assert {day.share for day in days} == {0.0}
    told = [day.reasons[0] for day in days]
    backfilled = [number + 2 for number, reason in enumerate(told) if reason == "backfilled"]
    assert backfilled == [3, 4, 8, 9]
    assert {day.reasons for day in others} == {("not-added",)}
