"""Whom an article's page names as its authors."""

import json

import pytest

from crawler.article import Page
from crawler.extract import extract
from tests.support.clock import NOW

TITLE = "The lock at Millbrook is mended"
TEXT = (
    "The lock at Millbrook, closed since the flood of last spring, was opened again on Monday morning.",
    "Nadia Ferro, who runs it, said that the first barges would pass before the end of the week.",
    "The county paid two million for new gates, and keeps a third of it back until the winter is over.",
)


def authors_of(head: str = "", below: str = "", after: str = "", language: str = "en") -> list[str]:
    """The authors of a page of the Herald with this head, this below the headline and after it."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    body = (
        f'<html lang="{language}"><head><title>{TITLE} - The Herald</title>'
        f'<meta property="og:site_name" content="The Herald">{head}</head><body><main>'
        f"<article><h1>{TITLE}</h1>{below}{paragraphs}</article>{after}</main></body></html>"
    )
    page = Page("https://www.herald.example/a-7.html", body.encode(), {}, NOW)
    return list(extract(page).authors)


def described(*names: str, kind: str = "Person") -> str:
    authors = [{"@type": kind, "name": name} for name in names]
    node = {"@type": "NewsArticle", "headline": TITLE, "author": authors}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    "name",
    [
        "Greta von Ulmen",
        "Sanne van der Linde",
        "Marco Di Bruno",
        "Nadir al-Khouri",
        "Salma bint Rashed",
        "Tiago da Rocha Nunes",
        "Vasco Pinto e Melo",
        "Inés Duarte y Vega",
        "Jordi Serra i Vidal",
        "Alice d'Ormond",
        "Moira O'Dell",
        "Trần Thị Mai",
        "Szabó Eszter",
        "J. P. Harte",
        "NORA FELD",
        "田中 花子",
        "박지민",
        "سلمى الخوري",
        "דנה לוי",
    ],
)
def test_names_are_kept_whole(name: str) -> None:
    assert authors_of(described(name)) == [name]
    assert authors_of(f'<meta name="author" content="{name}">') == [name]
    assert authors_of(below=f'<p class="author">{name}</p>') == [name]
    assert authors_of(below=f"<div>By {name}</div>") == [name]


@pytest.mark.parametrize("name", ["Par Engdal", "Von Sundt", "Per Nygren", "lena sommer"])
def test_a_declared_name_is_believed(name: str) -> None:
    assert authors_of(described(name), below=f'<p class="author">{name}</p>') == [name]


@pytest.mark.parametrize(
    ("language", "printed", "names"),
    [
        ("de", "Von Jana Erle", ["Jana Erle"]),
        ("de", "Ein Kommentar von Jana Erle", ["Jana Erle"]),
        ("de", "Von unserem Korrespondenten Kai Hader, Rom", ["Kai Hader"]),
        ("fr", "Propos recueillis par Jeanne Aubier", ["Jeanne Aubier"]),
        ("it", "di Luca Ferri e Anna Riva", ["Luca Ferri", "Anna Riva"]),
        ("nl", "Door Sanne van der Linde", ["Sanne van der Linde"]),
        ("ru", "Автор: Анна Белова и Пётр Волков", ["Анна Белова", "Пётр Волков"]),
        ("tr", "Yazan: Ayşe Kaya", ["Ayşe Kaya"]),
        ("ar", "بقلم: سلمى الخوري وسامر حداد", ["سلمى الخوري", "سامر حداد"]),
        ("he", "מאת דנה לוי", ["דנה לוי"]),
        ("zh", "记者：王芳 李强", ["王芳", "李强"]),
        ("ja", "文・田中花子、山本健", ["田中花子", "山本健"]),
        ("ko", "박지민·최유진 기자", ["박지민", "최유진"]),
        ("en", "By Jane Alder in London and Kit Moss in New York", ["Jane Alder", "Kit Moss"]),
        ("en", "Jane Alder, University of Millbrook", ["Jane Alder"]),
        ("en", "By Jane Alder Photos by Kit Moss", ["Jane Alder"]),
        ("en", "Jane Alder, Reuters", ["Jane Alder"]),
        ("en", "AFP with staff", ["AFP with staff"]),
        ("en", "Alder, Jane; Moss, Kit", ["Jane Alder", "Kit Moss"]),
        ("de", "Ulmen, Greta von", ["Greta von Ulmen"]),
    ],
)
def test_words_around_names_go(language: str, printed: str, names: list[str]) -> None:
    assert authors_of(below=f'<p class="byline">{printed}</p>', language=language) == names


@pytest.mark.parametrize(
    "below",
    [
        "<div>By Jane Alder <span>Trust for Quiet Rivers</span></div>",
        "<div>By Jane Alder<br>Quiet Rivers Trust</div>",
        '<p class="byline"><b>Jane Alder</b><i>Head of Rivers, Lock Works</i></p>',
        '<p class="author"><a href="/author/ja">Jane Alder</a> <a href="/town/new-lock">New Lock</a></p>',
        '<p class="author"><span>Jane</span> <span>Alder</span></p>',
        '<div><a href="/authors/jane-alder">Jane Alder</a></div>',
    ],
)
@pytest.mark.parametrize("head", ["", '<meta name="author" content="">'])
def test_what_stands_beside_a_name_is_no_author(below: str, head: str) -> None:
    assert authors_of(head, below) == ["Jane Alder"]


def test_a_person_is_named_before_the_site() -> None:
    site = '<meta name="author" content="The Herald">'
    assert authors_of(site, "<div>By Jane Alder</div>") == ["Jane Alder"]


OTHER = "A winter without ships is coming to an end"


@pytest.mark.parametrize(
    "after",
    [
        f'<section><a href="/b-8"><h3>{OTHER}</h3><div class="author">Kit Moss</div></a></section>',
        f'<ul><li><a href="/b-8">{OTHER}</a><p class="x-author">by Kit Moss</p></li></ul>',
        f'<article><h3><a href="/b-8">{OTHER}</a></h3><a rel="author" href="/k">Kit Moss</a></article>',
        f"<div><div><h4><a href='/b-8'>{OTHER}</a></h4></div><p>By Kit Moss</p></div>",
        '<div class="comment"><cite class="author">Kit Moss</cite><p>Well said.</p></div>',
        '<figure><img src="i.jpg"><figcaption class="author">Kit Moss</figcaption></figure>',
        '<nav><a class="author" href="/k">Kit Moss</a><a href="/1">1</a><a href="/2">2</a><a href="/3">3</a></nav>',
    ],
)
def test_the_author_of_something_else_is_not_named(after: str) -> None:
    assert "Kit Moss" not in authors_of(after=after)
    assert authors_of(described("The Herald", kind="Organization"), after=after) == ["The Herald"]
    assert authors_of(below="<div>By Jane Alder</div>", after=after) == ["Jane Alder"]


@pytest.mark.parametrize(
    "below",
    [
        "<div>By Tuesday evening the barges had left</div>",
        '<p class="author">Read more</p>',
        '<p class="byline">By</p>',
        '<p class="author">All authors</p>',
        '<meta name="dc.creator" content="Designed by Kit Moss">',
    ],
)
def test_none_is_better_than_a_wrong_one(below: str) -> None:
    assert authors_of(below=below) == []


def test_a_byline_that_page_and_card_share_counts_more_than_who_entered_the_text() -> None:
    card = '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Jane Alder">'
    byline = '<p class="author">Jane Alder</p>'
    assert authors_of(described("Kit Moss") + card, byline) == ["Jane Alder"]


@pytest.mark.parametrize(
    "account", ["admin", "Site Administrator", "webmaster", "user12", "Anonyme"]
)
def test_an_account_without_a_name_is_no_author(account: str) -> None:
    assert authors_of(f'<meta name="author" content="{account}">') == []
    assert authors_of(described(account)) == []
