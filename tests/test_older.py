"""The page with older stories that a listing leads to, and pages of a listing that are no stories."""

import pytest

from crawler.article import Page
from crawler.entrypoints import Kind, Unreadable, read_entry
from tests.support.clock import NOW

BASE = "https://www.heron.example"
STORY = "<main><h2><a href=/s/ferry-late-4411>The ferry was late again</a></h2></main>"


def read(markup: str, address: str, head: str = "", **headers: str) -> tuple[list[str], list[str]]:
    """The paths of a section page's stories, and those of its older pages."""
    html = f"<html><head><title>Harbour</title>{head}</head><body>{STORY}{markup}</body></html>"
    listing = read_entry("section", Page(BASE + address, html.encode(), headers, NOW))
    stories = [item.url.removeprefix(BASE) for item in listing.items]
    return stories, [more.url.removeprefix(BASE) for more in listing.more if more.kind == "older"]


def pager(*links: tuple[str, str]) -> str:
    """Links by address and words, as a list below the stories."""
    return "".join(f"<li><a href='{address}'>{words}</a></li>" for address, words in links)


@pytest.mark.parametrize(
    ("address", "links", "older"),
    [
        ("/harbour/", [("/harbour/page/2/", "Older posts")], "/harbour/page/2/"),
        ("/harbour/", [("/harbour/page/9/", "9"), ("/harbour/page/2/", "2")], "/harbour/page/2/"),
        ("/harbour/page/9/", [("/harbour/page/8/", "8"), ("/harbour/page/10/", "10")], "/harbour/page/10/"),
        ("/harbour/page/19/", [("/harbour/page/20/", "→"), ("/harbour/", "1")], "/harbour/page/20/"),
        ("/harbour", [("?page=0", "1"), ("?page=1", "2"), ("?page=2", "3")], "/harbour?page=1"),
        ("/harbour?page=1", [("?page=2", "3"), ("?page=0", "1")], "/harbour?page=2"),
        ("/harbour", [("?page=1", "1"), ("?page=2", "2")], "/harbour?page=2"),
        ("/harbour?topic=sea", [("?topic=sea&start=20", "›")], "/harbour?topic=sea&start=20"),
        ("/harbour.html", [("/harbour-2.html", "2"), ("/harbour-3.html", "3")], "/harbour-2.html"),
        ("/harbour/", [("/harbour/3/", "3"), ("/harbour/2/", "Go to the next one")], "/harbour/2/"),
        ("/puerto/", [("/puerto/pagina/2", "Siguiente")], "/puerto/pagina/2"),
        ("/hafen", [("/hafen/seite-2", "Ältere Beiträge")], "/hafen/seite-2"),
        ("/liman", [("/liman?sayfa=2", "Sonraki")], "/liman?sayfa=2"),
        ("/port", [("/port/strona,2.html", "następna")], "/port/strona,2.html"),
        ("/ميناء", [("/ميناء?صفحة=2", "التالي")], "/ميناء?صفحة=2"),
        ("/", [("/page/2/", "Older")], "/page/2/"),
    ],
)  # fmt: skip
def test_the_next_page_is_found_by_its_number(
    address: str, links: list[tuple[str, str]], older: str
) -> None:
    assert read(pager(*links), address) == (["/s/ferry-late-4411"], [older])


def test_the_next_page_is_found_by_its_own_word() -> None:
    in_head = '<link rel="next" href="/harbour/before/2026-11">'
    found = [
        read("", "/harbour/", in_head),
        read("", "/harbour/", Link='</harbour/before/2026-11>; rel="next", </h>; rel="first"'),
        read("", "/harbour/", link="</>; rel=first, </harbour/before/2026-11>; rel=next"),
        read("<a rel='next nofollow' href=/x/2>»</a><a rel=next href=/harbour/before/2026-11>»</a>", "/harbour/"),
    ]  # fmt: skip
    assert found == [(["/s/ferry-late-4411"], ["/harbour/before/2026-11"])] * 4


@pytest.mark.parametrize("name", ["blog-pager-older-link", "next", "page-next btn"])
def test_a_link_that_is_named_so_leads_to_older_stories(name: str) -> None:
    link = f"<a class='{name}' href='?before=2026-11-03T10:00'>الأقدم</a>"
    older = "/harbour?before=2026-11-03T10:00"
    assert read(link, "/harbour") == (["/s/ferry-late-4411"], [older])


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("/harbour/", [("/harbour/2026/", "2026"), ("/harbour/4412", "The mill is sold to the town again")]),
        ("/rubrik/12", [("/rubrik/13", "Sport"), ("/rubrik/14", "Town")]),
        ("/harbour?id=5", [("/harbour?id=6", "The quays of the east harbour in winter")]),
        ("/harbour/page/3/", [("/harbour/page/2/", "2"), ("/harbour/page/1/", "1"), ("/harbour/", "first")]),
        ("/harbour", [("/town?page=2", "2"), ("https://www.egret.example/harbour?page=2", "2")]),
        ("/", [("/page/48213", "The mill is sold"), ("/start/2026", "2026")]),
        ("/", [("/page/12", "The mill is sold to the town again, and the council is of two minds")]),
        ("/", [("/s/9", "Ferry 9"), ("/s/10", "Ferry 10")]),
        ("/", [("/?p=4412", "The mill is sold to the town again")]),
    ],
)  # fmt: skip
def test_other_numbers_are_no_pages(address: str, links: list[tuple[str, str]]) -> None:
    assert read(pager(*links), address)[1] == []


def test_a_headline_with_a_number_in_its_address_stays_a_story() -> None:
    links = [("/harbour/12", "The mill is sold"), ("/harbour/2", "2"), ("/harbour/44", "Mill 44")]
    stories, older = read(pager(*links), "/harbour/")
    assert stories == ["/s/ferry-late-4411", "/harbour/12", "/harbour/44"]
    assert older == ["/harbour/2"]


@pytest.mark.parametrize("kind", ["section", "home"])
def test_the_name_of_the_next_page_alone_is_no_listing(kind: Kind) -> None:
    html = "<html><head><link rel=next href=/?page=2></head><body><div id=app></div></body></html>"
    with pytest.raises(Unreadable):
        read_entry(kind, Page(f"{BASE}/", html.encode(), {}, NOW))
