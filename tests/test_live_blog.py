"""A live blog keeps the posts that leave its page, each once and in the page's order."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from crawler.article import Page
from crawler.extract import read
from crawler.policy.live_posts import MOST_CHARACTERS, joined_posts
from crawler.sources import Source
from tests.support.archived import opened, visit
from tests.support.clock import moment

LEAD = "Follow the count in Harrow Vale with our reporters in the town hall and at the river."
PLACES = ("Alder", "Birch", "Cedar", "Damson", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
POSTS = [
    f"The returning officer reads the result of the ward of {name}, where {3 * n + 41} votes were in doubt until the end."
    for n, name in enumerate(PLACES)
]
SOURCE = Source(id="vale", name="The Vale", home="https://vale.example/", language="en")
LIVE = '{"@type": "LiveBlogPosting", "datePublished": "2026-11-10T07:00:00Z"}'
PLAIN = LIVE.replace("LiveBlogPosting", "NewsArticle")


def _times_apart(hour: int, post: str) -> str:
    return f"<div class=e><span class=t>{hour}:12</span><div><p>{post}</p></div></div>"


def _times_before(hour: int, post: str) -> str:
    return f"<p><b>{hour}.12</b> {post}</p>"


def _in_list(hour: int, post: str) -> str:
    return f"<li><time datetime='2026-11-10T{hour:02}:12Z'>{hour}h12</time><p>{post}</p></li>"


def _page(day: int, posts: Iterable[str], title: str, data: str, end: str = "") -> Page:
    body = f"<main><article><h1>{title}</h1><p>{LEAD}</p>{''.join(posts)}{end}</article></main>"
    head = f"<title>{title}</title><script type='application/ld+json'>{data}</script>"
    html = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return Page("https://vale.example/news/harrow-vale-5512", html.encode(), {}, moment(day))


def _order(text: str) -> list[str]:
    """The places of the posts in the order of the text."""
    return sorted((name for name in PLACES if f"of {name}," in text), key=text.index)


@pytest.mark.parametrize("shape", [_times_apart, _times_before, _in_list])
@pytest.mark.parametrize(
    ("title", "data"),
    [
        ("Harrow Vale votes", LIVE),
        ("EN VIVO: Harrow Vale vota", PLAIN),
        ("Ticker: Harrow Vale wählt", PLAIN),
        ("مباشر: فرز الأصوات في هارو فيل", PLAIN),
    ],
)
@pytest.mark.parametrize("shown", [5, 7])
def test_posts_that_left_the_page_stay(
    shape: object, title: str, data: str, shown: int, tmp_path: Path
) -> None:
    assert callable(shape)
    newest_first = [shape(8 + n, post) for n, post in enumerate(POSTS)][::-1]
    end = "<p>Our reporters are Ines Falk and Tom Reeve, and this page is updated all day.</p>"
    pages = [
        _page(10, newest_first[5:], title, data, end),
        _page(11, newest_first[:shown], title, data, end),
        _page(12, newest_first[:shown], title, data, end),
    ]
    store, archive = opened(tmp_path)
    visit(store, archive, SOURCE, pages)
    [(name, document)] = store.pages.of_source("vale")
    assert _order(document["text"]) == list(reversed(PLACES))
    assert all(document["text"].count(f"of {place},") == 1 for place in PLACES)
    assert document["text"].count(LEAD) == 1
    assert document["words"] == len(document["text"].split())
    assert document["revision"] == 2
    assert len(store.revisions.of(name)) == 2
    store.close()


def test_a_page_that_adds_below_keeps_its_order(tmp_path: Path) -> None:
    store, archive = opened(tmp_path)
    posts = [_times_before(8 + n, post) for n, post in enumerate(POSTS)]
    visit(
        store, archive, SOURCE, [_page(10 + n, posts[n : n + 5], "Votes", LIVE) for n in (0, 3, 5)]
    )
    [(_, document)] = store.pages.of_source("vale")
    assert _order(document["text"]) == list(PLACES)
    store.close()


EDITS = [
    ("9.12 Elm is counted: 40 votes.", "9.12 Elm is counted: 44 votes.", 1),
    ("Elm is counted at last, says the clerk", "Elm is counted at last, says the clerk of the vale.", 1),
    ("9.12 Elm is counted: 40 votes.", "10.12 Elm is counted: 44 votes.", 2),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "count"), EDITS)
def test_an_edited_post_stands_once(before: str, after: str, count: int) -> None:
    text = joined_posts(f"{LEAD}\n{before}\nOlder post.", f"{LEAD}\n{after}")
    assert text.count("Elm is counted") == count
    assert text.endswith("Older post.")


def test_a_text_without_end_is_cut_at_its_oldest_posts() -> None:
    held = "\n".join(f"Post {n} says that boat {n} has come in." for n in range(9_000))
    text = joined_posts(held, "A new one.")
    assert text.startswith("A new one.\nPost 0 says")
    assert MOST_CHARACTERS - 100 < len(text) <= MOST_CHARACTERS + 100


NO_LIVE_BLOGS: list[tuple[str, Sequence[str]]] = [
    ("Live music returns to Harrow Vale", POSTS[:4]),
    ("Buses of the vale", [f"{hour}:05 Bus to {name} from the market." for hour, name in enumerate(PLACES, 8)]),
]  # fmt: skip


@pytest.mark.parametrize(("title", "lines"), NO_LIVE_BLOGS)
def test_an_article_is_no_live_blog(title: str, lines: Sequence[str]) -> None:
    reading = read(_page(10, [f"<p>{line}</p>" for line in lines], title, PLAIN))
    assert reading.article is not None
    assert not reading.live
