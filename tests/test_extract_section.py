"""Which name an article's section gets."""

import json

import pytest

from crawler.article import Page
from crawler.extract import extract
from tests.support.clock import NOW

TITLE = "The weir at Millbrook is opened again"
TEXT = (
    "The weir at Millbrook, closed since the flood of last spring, was opened again on Monday morning.",
    "Nadia Ferro, who runs the lock, said that the first barges would pass before the end of the week.",
    "The county paid two million for new gates, and keeps a third of it back until the winter is over.",
)
MENU = '<nav><ul><li><a href="/world">World</a></li><li><a href="/money/">Money</a></li></ul></nav>'


def section_of(head: str = "", above: str = "", address: str = "/a-7.html") -> str | None:
    """The section of a page of the Herald with this head, and this above the headline."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    body = (
        f'<html lang="en"><head><title>{TITLE} - The Herald</title>{head}</head><body>{MENU}'
        f"<main>{above}<article><h1>{TITLE}</h1>{paragraphs}</article></main></body></html>"
    )
    url = f"https://www.herald.example{address}"
    return extract(Page(url, body.encode(), {}, NOW)).section


def declared(*values: str) -> str:
    return "".join(f'<meta property="article:section" content="{value}">' for value in values)


def described(section: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, "articleSection": section}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def trail_node(home: str) -> str:
    items = [
        {"name": home, "item": "https://www.herald.example"},
        {"item": {"@id": "https://www.herald.example/world", "name": "World"}},
    ]
    node = {"@type": "BreadcrumbList", "itemListElement": items}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize("home", ["Capa", "Titelseite", "Aloitus", "Il quotidiano", "主頁"])
@pytest.mark.parametrize(
    "trail",
    [
        '<ul class="breadcrumb"><li><a href="/">{home}</a></li><li><a href="/world">World</a></li></ul>',
        '<nav aria-label="Breadcrumb"><a href="https://herald.example/index.php">{home}</a> &gt; '
        '<a href="/world/">World</a></nav>',
        '<div class="crumbs-breadcrumb"><a href="/en/">{home}</a><a href="/en/world">World</a></div>',
    ],
)
def test_the_crumb_that_leads_home_is_no_section(trail: str, home: str) -> None:
    assert section_of(above=trail.format(home=home)) == "World"
    assert section_of(head=trail_node(home)) == "World"


def test_a_breadcrumb_without_links() -> None:
    assert (
        section_of(above='<p class="breadcrumb">You are here: Home » World » Rivers</p>') == "World"
    )


def test_a_crumb_to_another_site_of_the_house_is_a_section() -> None:
    trail = '<p class="breadcrumb"><a href="/">X</a> <a href="https://sport.herald.example/">Sport</a></p>'
    assert section_of(above=trail) == "Sport"


@pytest.mark.parametrize(
    "head",
    [
        declared("Nadia Ferro, Money, Rivers, Floods"),
        declared("Nadia Ferro; Rivers; Money"),
        declared("Nadia Ferro", "Rivers", "Floods", "Money"),
        described("Nadia Ferro, Rivers, Money"),
        described(["Nadia Ferro", "Rivers", "Floods", "Money"]),
        declared("Nadia Ferro, Rivers")
        + '<meta name="keywords" content="Rivers, Nadia Ferro, Locks">',
    ],
)
def test_a_list_of_keywords_is_no_section(head: str) -> None:
    assert section_of(head) is None
    assert section_of(head, address="/money/weir-7.html") == "Money"


@pytest.mark.parametrize("name", ["Vie politique", "Health, Science", "Arts &amp; Culture", "国际"])
def test_a_declared_section_is_kept_as_it_is(name: str) -> None:
    assert section_of(declared(name)) == name.replace("&amp;", "&")


def test_a_folder_is_called_what_the_menu_calls_it() -> None:
    assert section_of(declared("money"), address="/money/weir-7.html") == "Money"


def test_a_link_above_the_headline_that_the_menu_has_too() -> None:
    assert section_of(above='<div class="x"><a href="/money">Money</a></div>') == "Money"


def test_the_author_above_the_headline_is_no_section() -> None:
    assert section_of(above='<div class="x"><a href="/nadia-ferro">Nadia Ferro</a></div>') is None


def test_a_phrase_around_a_section_goes() -> None:
    trail = '<p class="breadcrumb"><a href="/world">All the latest World</a></p>'
    assert section_of(above=trail) == "World"


@pytest.mark.parametrize("mark", ['id="filAriane"', 'class="BREADCRUMB"', 'aria-label="Migas"'])
def test_a_trail_is_known_by_its_name(mark: str) -> None:
    trail = f'<div {mark}><a href="/">The Herald</a> &gt; <a href="/world">World</a></div>'
    assert section_of(above=trail) == "World"


@pytest.mark.parametrize("own", ["/a-7.html", "https://www.herald.example/a-7.html"])
def test_the_crumb_of_the_article_itself_is_no_section(own: str) -> None:
    items = [
        {"name": "Start", "item": "https://www.herald.example/"},
        {"name": "Weir opened", "item": {"@id": own}},
    ]
    node = {"@type": "BreadcrumbList", "itemListElement": items}
    declared_trail = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    printed = f'<nav class="breadcrumb"><a href="/">Start</a> <a href="{own}">Weir opened</a></nav>'
    assert section_of(declared_trail) is None
    assert section_of(above=printed) is None
