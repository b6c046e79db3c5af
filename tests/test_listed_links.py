"""Which links of a listing lead to stories: in any place of a story's own markup, and not in the frame
of the page.
"""

import pytest

from crawler.article import Page
from crawler.entrypoints import Kind, Unreadable, read_entry
from tests.support.clock import NOW

BASE = "https://www.heron.example"
SUMMARY = "<p>The ferry was late again.</p>"


def paths(markup: str, address: str = "/harbour/") -> list[str]:
    """The paths of the stories that a section page with this body lists."""
    html = f"<!doctype html><html><head><meta charset=utf-8><title>Harbour</title></head><body>{markup}</body></html>"
    listing = read_entry("section", Page(BASE + address, html.encode(), {}, NOW))
    return [item.url.removeprefix(BASE) for item in listing.items]


def many(card: str) -> str:
    """Three stories of one markup; N is the number of each."""
    return "".join(card.replace("N", str(number)) for number in (1, 2, 3))


STORIES = {
    "a header with the headline": '<article><header><h2><a href=/s/N>Ferry N late</a></h2></header><p>Late.</p></article>',
    "a header around all": '<article><div class=inner><header><a href=/s/N><h3>Ferry N</h3></a></header></div></article>',
    "a picture in the header": '<article><header><a href=/s/N><img alt="" src=/N.jpg></a></header><h2>Ferry N</h2></article>',
    "a footer with the only link": '<article><h3>Ferry N</h3><p>Late.</p><footer><a href=/s/N>Read the story N</a></footer></article>',
    "a footer of a row": '<li><h3>Zpoždění N</h3><footer><a href=/s/N>Číst dál</a></footer></li>',
    "a header without an article": '<div class=card><header><h3><a href=/s/N>عبّارة N</a></h3></header><p>نص</p></div>',
    "a lead story": '<section class=lead><header><h2><a href=/s/N>フェリー遅延 N</a></h2></header><p>短い</p></section>',
    "a link around a card": '<a href=/s/N><article><header><h3>Barco N</h3></header><p>Tarde</p></article></a>',
    "a part of a picture": '<map name=N><area href=/s/N alt="Ferry N"></map>',
    "an element that a script opens": '<div class=card data-href="/s/N"><h3>Færgen N</h3></div>',
    "a click": """<li onclick="location.href='/s/N'"><h3>Il traghetto N</h3></li>""",
    "a click in a table": """<tr><td onclick="window.open('/s/N', '_self')">O barco N</td></tr>""",
    "a protocol of the page": '<article><h2><a href=//www.heron.example/s/N>Ferry N</a></h2></article>',
}  # fmt: skip


@pytest.mark.parametrize("card", STORIES.values(), ids=STORIES)
@pytest.mark.parametrize("around", ["<main>{}</main>", "<div>{}</div>"], ids=["main", "div"])
def test_a_story_is_found_wherever_its_link_stands(card: str, around: str) -> None:
    stories = many(card)
    if "<tr>" in card:
        stories = f"<table>{stories}</table>"
    assert paths(around.format(stories)) == ["/s/1", "/s/2", "/s/3"]


def test_what_a_story_is_filed_under_is_no_story() -> None:
    card = (
        "<article><header><a href=/topic/N>Ports</a><h2><a href=/s/N>Ferry N</a></h2></header>"
        "<footer><a href=/by/N>Ana B.</a><a href=/s/N/replies>4 replies</a></footer></article>"
    )
    assert paths(many(card)) == ["/s/1", "/s/2", "/s/3"]


FRAMES = {
    "the page": "{stories}",
    "a section around all": "<section id=page>{stories}</section>",
    "a main around all": "<main>{stories}</main>",
    "an article around all": "<article>{stories}</article>",
}


@pytest.mark.parametrize("around", FRAMES.values(), ids=FRAMES)
def test_head_and_foot_of_the_page_give_no_stories(around: str) -> None:
    head = "<header><a href=/about><img alt=Heron src=/logo.png></a><a href=/join/the-paper>Become a member of the paper</a></header>"
    foot = "<footer><h4><a href=/terms-of-use-and-sale>Terms of use and of sale of the paper</a></h4><a href=/jobs>Jobs</a></footer>"
    stories = head + many(STORIES["a header with the headline"]) + foot
    assert paths(around.format(stories=stories)) == ["/s/1", "/s/2", "/s/3"]


def test_a_list_is_introduced_by_its_name_or_by_a_story() -> None:
    cards = many("<article><h3><a href=/s/N>Ferry N</a></h3></article>")
    named = f"<section><header><h2><a href=/harbour/east>East harbour</a></h2></header>{cards}<footer><a href=/harbour/all>All of it</a></footer></section>"
    led = f"<section><header><h2><a href=/s/0>The last ferry leaves the east harbour</a></h2></header>{cards}</section>"
    assert paths(named) == ["/s/1", "/s/2", "/s/3"]
    assert paths(led) == ["/s/0", "/s/1", "/s/2", "/s/3"]


def test_stories_in_the_foot_of_the_page_are_not_its_news() -> None:
    foot = f"<footer><section>{many(STORIES['a lead story'])}</section></footer>"
    assert paths(f"<h2><a href=/s/9>Ferry 9</a></h2>{foot}") == ["/s/9"]


def test_a_foot_that_is_a_plain_element_is_known_by_its_name() -> None:
    foot = "<div id=footer><ul><li><a href=/site/map>The map of this site</a></li></ul></div>"
    assert paths(f"<div><h2><a href=/s/9>Ferry 9</a></h2></div>{foot}") == ["/s/9"]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='/s/{{ slug }}'>{{ title }}</a>",
        "<a href='/s/${story.slug}'>${story.title}</a>",
        "<div data-url='/api/more.json'><h3>More</h3></div>",
        "<div data-url='/share'></div>",
        "<button onclick=\"location.href='/login'\">Sign in</button>",
        "<div onclick=\"track('/s/8'); open_menu()\"><h3>Menu</h3></div>",
    ],
)
def test_what_only_a_script_fills_or_opens_is_no_story(markup: str) -> None:
    assert paths(f"<main><h2><a href=/s/9>Ferry 9</a></h2>{markup}</main>") == ["/s/9"]


def test_the_words_of_a_card_are_its_heading() -> None:
    markup = (
        f"<main><a href=/s/1><h3>Ferry late again</h3>{SUMMARY}<span>2 hours ago</span></a></main>"
    )
    page = Page(f"{BASE}/", f"<html><body>{markup}</body></html>".encode(), {}, NOW)
    assert [item.title for item in read_entry("section", page).items] == ["Ferry late again"]


@pytest.mark.parametrize(
    "markup",
    [
        "<frameset cols='20%,80%'><frame src=/menu.html><frame src=/list.html></frameset>",
        "<turbo-frame src=/menu.html></turbo-frame><include-fragment src=/list.html></include-fragment>",
        "<turbo-frame id=a src=/menu.html></turbo-frame><div hx-get=/list.html hx-trigger=load></div>",
    ],
)
@pytest.mark.parametrize("kind", ["section", "home"])
def test_the_parts_of_a_page_without_links_are_listings(kind: Kind, markup: str) -> None:
    html = f"<html><head><title>Heron</title></head>{markup}</html>"
    listing = read_entry(kind, Page(f"{BASE}/", html.encode(), {}, NOW))
    parts = [(more.kind, more.url.removeprefix(BASE)) for more in listing.more]
    assert (listing.items, parts) == ((), [("section", "/menu.html"), ("section", "/list.html")])


def test_a_page_that_only_frames_another_one_lists_nothing() -> None:
    html = "<html><body><p>One moment, please.</p><iframe src=/check?id=1></iframe></body></html>"
    with pytest.raises(Unreadable):
        read_entry("section", Page(f"{BASE}/", html.encode(), {}, NOW))


def test_a_frame_beside_stories_is_left_alone() -> None:
    html = "<html><body><h2><a href=/s/9>Ferry 9</a></h2><turbo-frame src=/weather.html></turbo-frame></body></html>"
    assert read_entry("section", Page(f"{BASE}/", html.encode(), {}, NOW)).more == ()
