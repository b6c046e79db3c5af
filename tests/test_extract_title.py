"""Which headline an article gets, where its page says several."""

import pytest

from crawler.article import Page
from crawler.extract import extract
from tests.support.clock import NOW

TITLE = "The lock at Millbrook is mended"
TEXT = (
    "The lock at Millbrook, closed since the flood of last spring, was opened again on Monday morning.",
    "Nadia Ferro, who mended it, said that the first barges would pass before the end of the week.",
    "The county paid two million for new gates, and keeps a third of it back until the winter is over.",
)


def title_of(title: str, head: str = "", headings: str = f"<h1>{TITLE}</h1>") -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    body = (
        f"<html><head><title>{title}</title>{head}</head><body>{headings}{paragraphs}</body></html>"
    )
    return extract(Page("https://www.herald.example/a-7.html", body.encode(), {}, NOW)).title


@pytest.mark.parametrize(
    "constant",
    ["The Herald", "Moorland Post", "Welcome to our pages", "Moorland Post - what moves us"],
)
def test_a_title_that_is_the_same_on_each_page_is_none(constant: str) -> None:
    card = f'<meta property="og:title" content="{constant}">'
    logo = f'<h1><a href="/">{constant}</a></h1>'
    assert title_of(constant) == TITLE
    assert title_of(constant, card) == TITLE
    assert title_of(constant, headings=f"{logo}<h1>{TITLE}</h1>") == TITLE
    assert title_of(f"{TITLE} - Herald", card) == TITLE


def test_a_declared_headline_is_no_constant() -> None:
    assert title_of("Lock mended", headings="<h1>Moorland Post</h1>") == "Lock mended"


@pytest.mark.parametrize("lead", ["Rivers and money:", "Late, but safe:"])
def test_the_tail_of_a_headline_is_not_all_of_it(lead: str) -> None:
    whole = f"{lead} {TITLE[0].lower()}{TITLE[1:]}"
    card = f'<meta property="og:title" content="{whole}">'
    assert title_of(f"{TITLE} - Herald", card, f"<h1>{whole}</h1>") == whole


def test_a_kicker_in_the_heading_goes() -> None:
    card = f'<meta property="og:title" content="{TITLE}">'
    assert title_of(f"{TITLE} - Herald", card, f"<h1><b>Rivers</b> {TITLE}</h1>") == TITLE


@pytest.mark.parametrize(
    "heading",
    [
        "Gates &amp;amp; barges: &amp;quot;open&amp;quot; at last",
        'Gates &amp; barges: "open" at last',
    ],
)
def test_a_heading_that_is_escaped_twice(heading: str) -> None:
    plain = 'Gates & barges: "open" at last'
    assert title_of(f"{heading} - Herald", headings=f"<h1>{heading}</h1>") == plain


def test_marks_of_direction_around_a_headline_go() -> None:
    hebrew = "הסכר של מילברוק נפתח שוב"
    heading = f"<h1>\u200f{hebrew}\u200f</h1>"
    assert title_of(f"\u202b{hebrew}\u202c | Herald", headings=heading) == hebrew


def test_a_headline_without_spaces_ends_where_its_line_does() -> None:
    chinese = "磨坊溪水闸修好后重新开放"
    line = f'<div class="title">{chinese}</div>'
    assert title_of(f"{chinese}_荒原晚报_新闻", headings=line) == chinese
