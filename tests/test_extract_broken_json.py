"""JSON-LD that does not parse is read as far as it goes, in bounded time."""

import time
from datetime import date

import pytest

from crawler.article import Article, Page
from crawler.extract import extract
from tests.support.clock import NOW

TITLE = "Quay of Lunde sinks by a hand a year"
TEXT = "".join(
    f"<p>Pile {number} of the quay was measured on Monday by engineers of the county, who found that the harbour of Lunde "
    "sinks faster than the town hall had said before the summer.</p>"
    for number in ("one", "two", "three", "four")
)
DATE = '"datePublished": "2024-02-06T18:10:00+01:00"'


def _read(script: str) -> Article:
    html = (
        f"<html lang='en'><head><title>{TITLE} - Lunde Post</title>"
        f'<script type="application/ld+json">{script}</script></head>'
        f"<body><main><article><h1>{TITLE}</h1>{TEXT}</article></main></body></html>"
    )
    return extract(Page("https://post.lunde.example/news/quay-8213", html.encode(), {}, NOW))


@pytest.mark.parametrize(
    "script",
    [
        # A brace is missing, at the end, in a person, in the list of the graph.
        f'{{"@type": "NewsArticle", "headline": "{TITLE}", {DATE}',
        f'{{"@type": "NewsArticle", "author": {{"@type": "Person", "name": "Rae Oduya", {DATE}}}',
        f'{{"@type": "NewsArticle", "image": {{"@type": "ImageObject", "url": "/a.jpg", "author": {{"@type": "Person", {DATE}',
        f'{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite", "name": "Post"}}, {{"@type": "Article", {DATE}]}}',
        # One too many, and two values where one is allowed.
        f'{{"@type": "NewsArticle", {DATE}}}}}, {{"@type": "WebSite"}}',
        f'{{"@type": "WebSite", "name": "Post"}}{{"@type": "NewsArticle", {DATE}}}',
        # Commas that are left over or left out, values that are left out.
        f'{{"@type": "NewsArticle", "keywords": ["quay",], {DATE},}}',
        f'{{"@type": "NewsArticle" "headline": "{TITLE}"\n{DATE}}}',
        f'{{"@type": "NewsArticle", "author": , {DATE}}}',
        # Quotation marks, line breaks, tabs and backslashes in strings.
        f'{{"@type": "NewsArticle", "headline": "The "old" quay", "description": "One "two", three", {DATE}}}',
        f'{{"@type": "NewsArticle", "description": "One\n\ttwo \\q", {DATE}}}',
        # The end is cut off in a string; keys without quotation marks; entities; a comment around it.
        f'{{"@type": "NewsArticle", {DATE}, "articleBody": "Pile one of the qu',
        f'{{"@type": "NewsArticle", headline: undefined, {DATE}, dateModified: NaN}}',
        f'{{"@type": "NewsArticle", {DATE}}}'.replace('"', "&quot;"),
        f'<!-- //<![CDATA[\n{{"@type": "NewsArticle", {DATE},}}\n//]]> -->',
    ],
)
def test_a_broken_script_still_tells_the_date(script: str) -> None:
    published = _read(script).published
    assert published is not None
    assert published.date() == date(2024, 2, 6)


@pytest.mark.parametrize(
    "script",
    [
        # What another article or a comment inside says is not this one's.
        f'{{"@type": "NewsArticle", "headline": "{TITLE}", "mentions": {{"@type": "NewsArticle", {DATE}}}',
        f'{{"@type": "NewsArticle", "comment": {{"@type": "Comment", {DATE}}}',
        # A date that is cut off is none.
        '{"@type": "NewsArticle", "datePublished": "2024-02-06T18:1',
        f"Not JSON at all: {DATE}",
    ],
)
def test_a_broken_script_tells_no_date_of_another(script: str) -> None:
    assert _read(script).published is None


def test_characters_are_read_as_they_were_meant() -> None:
    script = r'{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Zo\u00eb O\'Lind"},}'
    assert list(_read(script).authors) == ["Zoë O'Lind"]


@pytest.mark.parametrize(
    "script",
    [
        '"' * 490_000,
        '{"a": "' + '" ' * 240_000,
        '{"a":' * 90_000,
        "[" * 490_000,
        "{}" * 240_000,
        ("{" * 90 + "[" + "}]" * 90) * 1_800,
        ('"' + " " * 190) * 2_500,
        '{"a": "' + "\\" * 490_000,
    ],
)
def test_hostile_scripts_take_no_time(script: str) -> None:
    began = time.process_time()
    _read(script)
    assert time.process_time() - began < 3
