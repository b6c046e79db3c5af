"""Feeds, sitemaps, section and home pages: what they list, and that hostile ones do no harm."""

import gzip
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.article import Hints, Page
from crawler.entrypoints import (
    READERS,
    Kind,
    ListedEntryPoint,
    Listing,
    Unreadable,
    read_entry,
)
from crawler.extract import Refused
from crawler.urls import absolute
from tests.support.clock import NOW

URL = "https://www.example.org/news/"


def _read(kind: Kind, body: str | bytes, url: str = URL, **headers: str) -> Listing:
    return read_entry(
        kind, Page(url, body.encode() if isinstance(body, str) else body, headers, NOW)
    )


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Feed</title>
<item><title>Élections &amp; débats</title><link>https://www.example.org/a?id=1</link><dc:creator>Ana B.</dc:creator>
<category>Liban</category><category>Syrie</category><pubDate>Sun, 22 Nov 2026 10:30:00 +0200</pubDate></item>
<item><title>Relative</title><link>/b</link><dc:date>2026-11-20T08:00:00Z</dc:date></item>
<item><guid isPermaLink="true">https://www.example.org/c</guid></item>
<item><title>No link</title></item><item><link>javascript:alert(1)</link></item>
<item><link>https://www.example.org:99999/</link></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title><entry><title>One</title>
<link rel="alternate" href="https://www.example.org/a"/><link rel="edit" href="https://www.example.org/edit"/>
<author><name>Ana</name></author><author><name>Bo</name></author>
<published>2026-11-21T08:00:00+01:00</published><updated>2026-11-22T08:00:00Z</updated></entry></feed>"""

JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [
        {
            "url": "/a",
            "title": "One",
            "authors": [{"name": "Ana"}],
            "tags": ["Liban"],
            "date_published": "2026-11-21T08:00:00+01:00",
            "date_modified": "2026-11-22T08:00:00Z",
        },
        {"url": "https://www.example.org/b", "author": {"name": "Bo"}},
        {"id": "3"},
    ],
}


class TestFeed:
    def test_rss(self) -> None:
        one, two, three = _read("feed", RSS).items
        assert (one.url, one.title) == ("https://www.example.org/a?id=1", "Élections & débats")
        assert (one.hints.title, one.hints.authors, one.hints.tags) == (
            one.title,
            ("Ana B.",),
            ("Liban", "Syrie"),
        )
        assert one.hints.published == one.modified == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
        assert one.hints.published_origin == "feed"
        assert (two.url, two.hints.published) == (
            "https://www.example.org/b",
            datetime(2026, 11, 20, 8, tzinfo=UTC),
        )
        assert (three.url, three.hints.published, three.hints.published_origin) == (
            "https://www.example.org/c",
            None,
            None,
        )

    def test_atom(self) -> None:
        (one,) = _read("feed", ATOM).items
        assert (one.url, one.hints.authors) == ("https://www.example.org/a", ("Ana", "Bo"))
        assert one.hints.published == datetime(2026, 11, 21, 7, tzinfo=UTC)
        assert one.modified == datetime(2026, 11, 22, 8, tzinfo=UTC)

    def test_json_feed(self) -> None:
        one, two = _read("feed", json.dumps(JSON_FEED)).items
        assert (one.url, one.title, one.hints.authors, one.hints.tags) == (
            "https://www.example.org/a",
            "One",
            ("Ana",),
            ("Liban",),
        )
        assert one.hints.published == datetime(2026, 11, 21, 7, tzinfo=UTC)
        assert one.modified == datetime(2026, 11, 22, 8, tzinfo=UTC)
        assert two.hints.authors == ("Bo",)

    @pytest.mark.parametrize(
        "odd", [None, 5, "x", [1], {"a": 1}, [None], "9999-12-31T23:59:59-23:00", "2026-13-45"]
    )
    @pytest.mark.parametrize(
        "field", ["title", "authors", "author", "tags", "date_published", "date_modified"]
    )
    def test_a_json_feed_with_odd_values_keeps_its_links(self, field: str, odd: Any) -> None:
        (item,) = _read(
            "feed", json.dumps({**JSON_FEED, "items": [{"url": "/a", field: odd}]})
        ).items
        assert item.url == "https://www.example.org/a"
        assert item.hints.published is None

    def test_an_empty_feed_is_a_feed(self) -> None:
        assert (
            _read("feed", "<rss version='2.0'><channel><title>x</title></channel></rss>")
            == Listing()
        )

    @pytest.mark.parametrize(
        "body", ["", "<html><body><p>Not found</p></body></html>", "{}", "[]", "{", "text", "\0\0"]
    )
    def test_what_is_no_feed_is_unreadable(self, body: str) -> None:
        with pytest.raises(Unreadable, match="no feed"):
            _read("feed", body)

    def test_a_file_name_is_not_opened(self) -> None:
        with pytest.raises(Unreadable):
            _read("feed", "/etc/passwd")

    def test_items_are_bounded(self) -> None:
        many = "".join(f"<item><link>/{number}</link></item>" for number in range(3000))
        assert (
            len(_read("feed", f"<rss version='2.0'><channel>{many}</channel></rss>").items) == 1000
        )

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
    def test_any_encoding(self, encoding: str) -> None:
        body = ATOM if encoding == "utf-8" else f"<?xml version='1.0' encoding='{encoding}'?>{ATOM}"
        (item,) = _read("feed", body.encode(encoding)).items
        assert item.url == "https://www.example.org/a"

    def test_long_xml_of_another_kind_is_no_feed(self) -> None:
        with pytest.raises(Unreadable, match="no feed"):
            _read("feed", SITEMAP)


NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
SITEMAP = f"""<?xml version="1.0"?><urlset {NS}>
<url><loc>https://www.example.org/a?id=1&amp;b=2</loc><lastmod>2026-11-20</lastmod></url>
<url><loc>https://www.example.org/n</loc><lastmod>2026-11-22T09:00:00Z</lastmod><news:news>
<news:publication><news:name>E</news:name><news:language>fr</news:language></news:publication>
<news:publication_date>2026-11-22T10:00:00+02:00</news:publication_date><news:title>Une</news:title>
<news:keywords>Liban, Syrie</news:keywords></news:news></url>
<url><loc>https://elsewhere.example/a</loc></url><url><loc>https://www.example.org/a.pdf</loc></url></urlset>"""


def _index(*children: tuple[str, str]) -> str:
    rows = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>{date}</lastmod></sitemap>" for url, date in children
    )
    return f"<?xml version='1.0'?><sitemapindex {NS}>{rows}</sitemapindex>"


class TestSitemap:
    @pytest.mark.parametrize("packed", [False, True])
    def test_pages_and_news_of_the_same_site(self, packed: bool) -> None:
        one, news = _read("sitemap", gzip.compress(SITEMAP.encode()) if packed else SITEMAP).items
        assert one.url == "https://www.example.org/a?id=1&b=2"
        assert one.modified == datetime(2026, 11, 20, tzinfo=UTC)
        assert (one.title, one.hints.published, one.hints.published_origin) == (None, None, None)
        assert (news.url, news.title, news.hints.published_origin) == (
            "https://www.example.org/n",
            "Une",
            "sitemap",
        )
        assert news.hints.published == datetime(2026, 11, 22, 8, tzinfo=UTC)
        assert [tag.strip() for tag in news.hints.tags] == ["Liban", "Syrie"]

    def test_an_index_names_its_parts_with_their_dates(self) -> None:
        listing = _read(
            "sitemap",
            _index(
                ("https://www.example.org/2024.xml", "2024-12-31"),
                ("https://www.example.org/2026.xml", "soon"),
                ("https://www.example.org/2024.xml", "2025-12-31"),
                ("https://elsewhere.example/x.xml", "2026-11-22"),
            ),
        )
        assert listing.more == (
            ListedEntryPoint(
                "https://www.example.org/2024.xml", "sitemap", datetime(2024, 12, 31, tzinfo=UTC)
            ),
            ListedEntryPoint("https://www.example.org/2026.xml", "sitemap"),
        )

    @pytest.mark.parametrize(
        ("home", "addresses", "taken"),
        [
            ("https://one.org/", ["https://one.org/a", "https://maps.test/b"], [0]),
            ("https://one.org/", ["https://sport.one.org/a"], [0]),
            ("https://one.org/", ["https://two.example/a"], []),
            ("https://one.org/", ["https://maps.test/a", "https://two.example/b"], [0]),
            (None, ["https://maps.test/a", "https://one.org/b"], [0]),
        ],
        ids=["the-source's", "its-subdomain", "another's", "only-its-own", "no-home"],
    )
    def test_a_sitemap_on_another_host_lists_the_pages_of_the_source(
        self, home: str | None, addresses: list[str], taken: list[int]
    ) -> None:
        page = Page(
            "https://maps.test/one.txt",
            "\n".join(addresses).encode(),
            {},
            NOW,
            None,
            Hints(home=home),
        )
        urls = [item.url for item in read_entry("sitemap", page).items]
        assert urls == [addresses[number] for number in taken]

    def test_what_came_before_a_cut_is_read(self) -> None:
        assert [
            item.url
            for item in _read("sitemap", SITEMAP[: SITEMAP.index("<url><loc>https://else")]).items
        ][1:] == ["https://www.example.org/n"]

    def test_an_empty_sitemap_is_a_sitemap(self) -> None:
        assert _read("sitemap", f"<?xml version='1.0'?><urlset {NS}></urlset>") == Listing()

    def test_a_list_of_addresses_is_a_sitemap(self) -> None:
        (item,) = _read("sitemap", "https://www.example.org/a\n").items
        assert item.url == "https://www.example.org/a"

    @pytest.mark.parametrize(
        ("printed", "address"),
        [
            (
                "https://www.example.org/a?id=1&copy=2&amp;c=3",
                "https://www.example.org/a?id=1&copy=2&c=3",
            ),
            (
                "<![CDATA[https://www.example.org/a?id=1&c=3]]>",
                "https://www.example.org/a?id=1&c=3",
            ),
            ("\n https://www.example.org/&#233; \n", "https://www.example.org/\u00e9"),
        ],
    )
    def test_addresses_are_whole_however_they_are_written(self, printed: str, address: str) -> None:
        # Before each of the places where the bytes may be cut in two.
        for before in range(65_440, 65_515):
            body = f"<urlset><!--{' ' * before}--><url><loc>{printed}</loc></url></urlset>"
            assert [item.url for item in _read("sitemap", body).items] == [address]

    def test_an_address_that_is_cut_is_none(self) -> None:
        body = "<urlset><url><loc>https://www.example.org/a</loc></url><url><loc>https://www.example.org/b"
        assert [item.url for item in _read("sitemap", body).items] == ["https://www.example.org/a"]

    def test_the_address_of_an_image_is_none_of_a_page(self) -> None:
        image = "<image:image><image:loc>https://www.example.org/i</image:loc><image:title>I</image:title></image:image>"
        body = f"<urlset><url>{image}<loc>https://www.example.org/a</loc></url></urlset>"
        (item,) = _read("sitemap", body).items
        assert (item.url, item.title) == ("https://www.example.org/a", None)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
    def test_any_encoding(self, encoding: str) -> None:
        declared = (
            ""
            if encoding == "utf-16"
            else f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
        )
        body = f"{declared}<urlset><url><loc>https://www.example.org/\u00e9t\u00e9</loc></url></urlset>"
        (item,) = _read("sitemap", body.encode(encoding)).items
        assert item.url == "https://www.example.org/\u00e9t\u00e9"

    @pytest.mark.parametrize("body", [RSS, ATOM])
    def test_a_feed_may_be_a_sitemap(self, body: str) -> None:
        items = _read("sitemap", body).items
        assert {"https://www.example.org/a", "https://www.example.org/a?id=1"} & {items[0].url}
        assert items[0].title
        assert items[0].hints.published

    def test_fifty_megabytes_packed_small_are_read_to_the_limit(self) -> None:
        rows = b"".join(
            b"<url><loc>https://www.example.org/%d</loc></url>" % number for number in range(49_000)
        )
        body = gzip.compress(b"<urlset>" + b" " * 45_000_000 + rows + b"</urlset>")
        assert len(_read("sitemap", body).items) == 49_000
        beyond = gzip.compress(b"<urlset>" + b" " * 53_000_000 + rows + b"</urlset>")
        assert len(_read("sitemap", beyond).items) == 0

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "<!doctype html><html><body>404</body></html>",
            "<svg><url><loc>https://www.example.org/a</loc></url></svg>",
            "{}",
            "text",
            b"\x1f\x8b\x08broken",
            b"\x1f\x8b",
        ],
    )
    def test_what_is_no_sitemap_is_unreadable(self, body: str | bytes) -> None:
        with pytest.raises(Unreadable, match="no sitemap"):
            _read("sitemap", body)


PAGE = """<!doctype html><html><head>
<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="alternate" type="application/atom+xml"
 href="https://www.example.org/comments/feed"><link rel="alternate" type="application/rss+xml" href="https://else.example/f">
</head><body><header><a href="/">Home</a></header>
<nav><a href="/politique/liban">Liban</a><a href="/syrie/">Syrie</a><a href="/a-headline">One two three four five</a>
<a href="/plan.pdf">Plan</a><a href="https://else.example/">Partner</a><a href="/x" rel="nofollow">Login</a></nav>
<main><a href="/2026/one">One</a><a href="/2026/one#comments">12</a><a href="https://www.example.org/2026/two?id=2">Two</a>
<a href="https://else.example/three">Three</a><a href="/photo.jpg">Photo</a><a href="/four" rel="nofollow">Four</a>
<a href="https://www.example.org:99999/five">Five</a></main><a rel="next" href="?page=2">Older</a>
<footer><a href="/legal">Legal</a></footer></body></html>"""


class TestPages:
    def test_a_section_page_lists_the_links_of_its_body(self) -> None:
        listing = _read("section", PAGE)
        assert [item.url for item in listing.items] == [
            "https://www.example.org/2026/one",
            "https://www.example.org/2026/two?id=2",
        ]
        assert [item.title for item in listing.items] == ["One", "Two"]
        assert [(more.url, more.kind) for more in listing.more] == [
            ("https://www.example.org/news/?page=2", "older")
        ]

    def test_a_home_page_names_its_feeds_and_sections(self) -> None:
        listing = _read("home", PAGE, "https://www.example.org/")
        assert [item.url for item in listing.items][:2] == [
            "https://www.example.org/2026/one",
            "https://www.example.org/2026/two?id=2",
        ]
        found = [(more.kind, more.url) for more in listing.more]
        assert found == [
            ("feed", "https://www.example.org/rss.xml"),
            ("section", "https://www.example.org/politique/liban"),
            ("section", "https://www.example.org/syrie/"),
            ("older", "https://www.example.org/?page=2"),
        ]

    def test_a_page_that_forbids_following_lists_nothing(self) -> None:
        page = PAGE.replace("<head>", '<head><meta name="robots" content="nofollow">')
        assert _read("section", page).items == ()

    @pytest.mark.parametrize("kind", ["section", "home"])
    @pytest.mark.parametrize(
        "body", ["", "%PDF-1.4", "<html><body><script>render()</script></body></html>", "text"]
    )
    def test_a_page_without_links_is_unreadable(self, kind: Kind, body: str) -> None:
        with pytest.raises((Unreadable, Refused)):
            _read(kind, body)


class _Watch:
    """Which files and sockets the process opens; an audit hook stays until its end."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._told)

    def _told(self, event: str, details: tuple[Any, ...]) -> None:
        if not self.on or event not in (
            "open",
            "socket.connect",
            "socket.getaddrinfo",
            "urllib.Request",
        ):
            return
        what = str(details[0])
        own = what.startswith((sys.prefix, sys.base_prefix))  # late imports
        if event != "open" or not (own or isinstance(details[0], int)):
            self.seen.append(f"{event} {what}")


_watch: list[_Watch] = []


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """What is opened while the test runs."""
    if not _watch:
        _watch.append(_Watch())
    watch = _watch[0]
    watch.seen.clear()
    watch.on = True
    yield watch.seen
    watch.on = False


def _without_watching(read: Callable[[], bytes]) -> bytes:
    _watch[0].on = False
    try:
        return read()
    finally:
        _watch[0].on = True


def test_the_watch_sees_a_file(opened: list[str]) -> None:
    with pytest.raises(FileNotFoundError):
        Path("/nowhere/at/all").read_bytes()
    assert "open /nowhere/at/all" in opened


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["feeds", "sitemaps", "xml"])
def test_hostile_entry_points_do_no_harm(folder: str, shared: Path, opened: list[str]) -> None:
    files = [file for file in sorted((shared / "hostile" / folder).rglob("*")) if file.is_file()]
    kinds: list[Kind] = ["feed"] if folder == "feeds" else list(READERS)
    assert len(files) >= 13
    for file in files:
        body = _without_watching(file.read_bytes)
        for kind in kinds:
            try:
                listing = _read(kind, body)
            except (Unreadable, Refused):
                continue
            assert all(item.url.startswith(("http://", "https://")) for item in listing.items), file
            assert "root:" not in repr(listing), file
    assert opened == []


@pytest.mark.shared
def test_bombs_are_given_up(shared: Path) -> None:
    for file in (shared / "hostile/generated/bombs").iterdir():
        if not file.name.startswith("sitemap"):
            with pytest.raises(Unreadable):
                _read("sitemap", file.read_bytes())


@pytest.mark.shared
def test_a_sitemap_is_cut_at_fifty_thousand_addresses(shared: Path) -> None:
    file = shared / "hostile/generated/bombs/sitemap_60000_urls.xml.gz"
    assert len(_read("sitemap", file.read_bytes(), "http://e.test/sitemap.xml").items) == 50_000


def _described(shared: Path, kind: str) -> list[tuple[Path, dict[str, Any]]]:
    rows = map(json.loads, (shared / "feeds/index.jsonl").read_text(encoding="utf-8").splitlines())
    return [(shared / "feeds" / row["file"], row) for row in rows if row["kind"] == kind]


@pytest.mark.shared
def test_real_feeds_give_the_links_and_dates_that_another_reader_finds(shared: Path) -> None:
    files = _described(shared, "feeds")
    assert len(files) >= 30
    for file, row in files:
        expected = json.loads(
            (file.parent / f"{file.name}.expect.json").read_text(encoding="utf-8")
        )["entries"]
        url = f"https://{row['domain']}/feed"
        items = _read("feed", file.read_bytes(), url).items
        links = {absolute(url, entry["link"]) for entry in expected if entry.get("link")} - {None}
        assert {item.url for item in items} == links, file.name
        dated = [item for item in items if item.hints.published]
        assert len(dated) >= len([entry for entry in expected if entry.get("published")]), file.name


@pytest.mark.shared
def test_real_sitemaps_give_their_pages_and_titles(shared: Path) -> None:
    for file, row in _described(shared, "sitemaps"):
        if row["real"]:
            items = _read(
                "sitemap", file.read_bytes(), f"https://www.{row['domain']}/sitemap.xml"
            ).items
            assert items, file.name
            assert len([item for item in items if item.title]) == row["titles"], file.name


@pytest.mark.shared
def test_real_section_and_home_pages_give_links_and_sections(shared: Path) -> None:
    pages, with_sections = _described(shared, "pages"), 0
    for file, row in pages:
        home = _read("home", gzip.decompress(file.read_bytes()), row["url"])
        # Some count the site map in their foot.
        assert len(home.items) >= row["headline_like_links"] * 0.25, file.name
        assert bool([more for more in home.more if more.kind == "feed"]) == bool(
            row["feeds_declared"]
        ), file.name
        with_sections += any(more.kind == "section" for more in home.more)
    assert with_sections >= len(pages) * 0.7
