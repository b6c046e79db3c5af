"""Pages that show a paragraph, or pictures alone: what stands around them is none of their text."""

import pytest

from crawler.article import Page
from crawler.extract import read
from tests.support.clock import NOW

BRIEF = (
    "The footbridge over the Lenne is closed until Friday. A lorry had touched its railing on Monday "
    "morning, and the council wants every bolt looked at before anybody crosses it again."
)
OTHERS = "".join(
    f'<li><a href="/region/{words.lower().replace(" ", "-")}-7731{place}">{words}</a></li>'
    for place, words in enumerate(
        (
            "Market hall gets a new roof after the storm",
            "School choir sings in the capital",
            "Ice rink opens three weeks early this year",
        )
    )
)
TITLE = "Footbridge over the Lenne is closed"
FRAMES = {
    "article": "<main><article><h1>{title}</h1>{inner}<div><ul>{others}</ul></div></article></main>",
    "table": "<table><tr><td><h1>{title}</h1><div>{inner}</div></td><td><ul>{others}</ul></td></tr></table>",
    "divisions": '<div class="post"><h1>{title}</h1>{inner}</div><div class="more">{others}</div>',
}


def document(frame: str, inner: str) -> Page:
    body = FRAMES[frame].format(title=TITLE, inner=inner, others=OTHERS)
    html = (
        f"<html lang=en><head><title>{TITLE} | The Lenne Post</title>"
        '<meta property="og:type" content="article"></head>'
        f'<body><header><a href="/">The Lenne Post</a></header>{body}<footer>© The Lenne Post</footer>'
    )
    return Page("https://post.example/region/footbridge-closed-77318", html.encode(), {}, NOW)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_brief_is_its_paragraph(frame: str) -> None:
    article = read(document(frame, f"<p>{BRIEF}</p>")).article
    assert article is not None
    assert article.text == BRIEF


@pytest.mark.parametrize("frame", FRAMES)
def test_pictures_without_words_are_no_article(frame: str) -> None:
    pictures = "".join(f'<img src="/{number}.jpg" alt="">' for number in range(9))
    refused = read(document(frame, f"<div>{pictures}</div>")).refused
    assert refused is not None
    assert refused.reason == "empty"
