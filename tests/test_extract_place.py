"""The text by its place below the headline: what stands beside it, hides or splits it."""

import pytest

from crawler.article import Page
from crawler.extract import extract
from tests.support.clock import NOW

URL = "https://www.leuchtturm.example/stadt/der-kran-am-hafen-4711.html"
HEADLINE = "Der alte Kran am Hafen wird repariert"
TEXT = (
    "Die Stadt lässt den alten Kran am Nordhafen bis zum Frühjahr reparieren, wie das Bauamt am Dienstag "
    "nach langer Beratung mitteilte.",
    "Die Kosten trägt zur Hälfte ein Fonds, den das Land nach der Flut vor zwei Jahren für die Häfen an "
    "der Küste eingerichtet hat.",
    "Drei Fischer sagten in der Sitzung, dass sie seit Wochen auf den Kran warten und ihre Boote in der "
    "Nachbarstadt heben lassen.",
    "Im März will der Rat über den Auftrag entscheiden, danach sollen die Arbeiten nach Auskunft des Amtes "
    "höchstens acht Wochen dauern.",
)
OTHER = (
    "Wer sich im Leserclub anmeldet, erkennt diese Regeln an und verpflichtet sich, in jedem Beitrag "
    "höflich zu bleiben und niemanden zu beleidigen.",
    "Die Redaktion darf Beiträge kürzen oder löschen und muss dafür keinen Grund nennen, auch wenn der "
    "Beitrag schon lange Zeit zu lesen war.",
    "Ein gesperrtes Konto wird auf Antrag wieder geöffnet, wenn die Leserin oder der Leser den Namen des "
    "Kontos nennt und Besserung verspricht.",
)


def paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def text_of(body: str) -> str:
    html = f"<html lang='de'><head><title>{HEADLINE}</title></head><body>{body}</body></html>"
    return extract(Page(URL, html.encode(), {}, NOW)).text


ARTICLE = f"<h1>{HEADLINE}</h1>{paragraphs(TEXT)}"
LONG = paragraphs(OTHER * 5)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"<div>{ARTICLE}</div><div role='alertdialog'>{LONG}</div>", id="a dialog by its role"
        ),
        pytest.param(
            f"<div>{ARTICLE}</div><div aria-modal='true'>{LONG}</div>", id="a modal window"
        ),
        pytest.param(
            f"<div class='modal fade'>{LONG}</div><div>{ARTICLE}</div>", id="a window before it"
        ),
        pytest.param(
            f"<div>{ARTICLE}</div><div class='swiper-wrapper'>{LONG}</div>", id="a carousel"
        ),
        pytest.param(
            f"<div>{ARTICLE}</div><div class='comments'>{LONG}</div>", id="more comments than text"
        ),
        pytest.param(
            f"<main>{ARTICLE}</main><section class='hinweis'>{paragraphs(OTHER)}</section>",
            id="outside the main part",
        ),
        pytest.param(
            f"<div><div itemprop='articleBody'>{ARTICLE}</div><div>{paragraphs(OTHER)}</div></div>",
            id="outside the article's body",
        ),
        pytest.param(
            f"<div>{ARTICLE}<div class='newsticker'>{paragraphs(OTHER)}</div></div>",
            id="a ticker in the article's own element",
        ),
    ],
)
def test_what_stands_beside_the_article_is_none_of_it(body: str) -> None:
    assert text_of(body) == "\n".join(TEXT)


@pytest.mark.parametrize(
    "attributes",
    [
        "class='post-12 hentry category-hafen tag-kran tag-hafen'",
        "class='topic-kran topic-hafen'",
        "class='hentry type-beitrag beitrag_tags-kran'",
        "id='ad6ed79d-88fd-4c8e-a27a-ff8349c9446f'",
        "id='c-ad4f2b'",
        "class='modal-open overlay'",
        "class='carousel'",
        "class='paywall'",
    ],
)
def test_names_that_say_nothing_of_the_element(attributes: str) -> None:
    body = f"<h1>{HEADLINE}</h1><div {attributes}>{paragraphs(TEXT)}</div><div>{paragraphs(OTHER[:1])}</div>"
    assert text_of(body).startswith("\n".join(TEXT))


UNFOLDED = [
    pytest.param("<button>Weiter</button><div hidden>{rest}</div>", id="a button before it"),
    pytest.param("<div hidden>{rest}</div><button>Mehr</button>", id="a button behind it"),
    pytest.param("<a href='#r'>Weiter</a><div id='r' aria-hidden='true'>{rest}</div>", id="a link"),
    pytest.param(
        "<div><p>– Weiterlesen –</p></div><div class='more' style='display:none'>{rest}</div>",
        id="a line",
    ),
    pytest.param(
        "<div data-toggle='r'>Weiterlesen</div><section class='hidden' style='display: none'>{rest}</section>",
        id="a class that says hidden",
    ),
    pytest.param(
        "<div id='r' hidden>{rest}</div><div><div><a data-target='#r'>Weiter</a></div></div>",
        id="a control elsewhere",
    ),
    pytest.param("<div hidden='until-found'>{rest}</div>", id="found by a search of the page"),
    pytest.param(
        "<div><button aria-expanded='false'>Mehr</button><div class='collapse' hidden>{rest}</div></div>",
        id="with its button in an element of its own",
    ),
    pytest.param(
        "<label for='c'>Alles</label><div class='read-more' hidden>{rest}</div>", id="a check box"
    ),
]


@pytest.mark.parametrize("end", UNFOLDED)
def test_the_rest_of_a_text_that_readers_unfold_is_read(end: str) -> None:
    rest = end.format(rest=paragraphs(TEXT[2:]))
    body = f"<article><h1>{HEADLINE}</h1>{paragraphs(TEXT[:2])}{rest}</article>"
    assert text_of(body) == "\n".join(TEXT)


@pytest.mark.parametrize(
    "hidden",
    [
        "<div hidden>{other}</div>",
        "<button>Abonnieren</button><div hidden>{other}<form><input name='mail'></form></div>",
        "<button>Mehr</button><div class='newsletter-popup' hidden>{other}</div>",
        "<button>Kommentare</button><div class='comments' hidden>{other}</div>",
        "<a href='/mehr'>Mehr</a><div hidden>{other}</div>",
    ],
)
def test_what_is_hidden_and_does_not_continue_the_text_is_not_read(hidden: str) -> None:
    end = hidden.format(other=paragraphs(OTHER))
    assert text_of(f"<article>{ARTICLE}{end}</article>") == "\n".join(TEXT)


def test_a_sentence_that_goes_on_behind_a_button_is_read_on() -> None:
    folded = "<span>Der Rat will im März entscheiden</span><span style='display:none'>, sobald das Gutachten"
    last = f"<p>{TEXT[3]} {folded} zu den Pfählen vorliegt, das seit dem Sommer erwartet wird.</span></p>"
    body = f"<h1>{HEADLINE}</h1>{paragraphs(TEXT[:3])}{last}<button>Mehr</button>"
    assert text_of(body).endswith("das seit dem Sommer erwartet wird.")


LINKS = "".join(
    f"<p><a href='/seite/{number}'>Weitere Seite {number}</a></p>" for number in range(5)
)


def test_prose_above_the_headline_is_another_story() -> None:
    above = "".join(f"<li>{line} <a href='/n'>Mehr</a></li>" for line in OTHER)
    assert text_of(f"<div><ul>{above}</ul><div>{ARTICLE}</div></div>") == "\n".join(TEXT)


def test_a_notice_behind_links_is_no_part_of_the_text() -> None:
    body = f"<table><tr><td>{ARTICLE}</td></tr><tr><td>{LINKS}</td></tr><tr><td>{OTHER[0]}</td></tr></table>"
    assert text_of(body) == "\n".join(TEXT)


def test_a_text_in_parts_of_one_kind_goes_on_behind_links() -> None:
    part = "<div class='absatz'>{}</div>"
    body = f"<h1>{HEADLINE}</h1>{part.format(paragraphs(TEXT))}{LINKS}{part.format(paragraphs(OTHER[:1]))}"
    assert text_of(body) == "\n".join((*TEXT, OTHER[0]))


def test_links_with_a_date_are_no_prose() -> None:
    related = "".join(
        f"<li><a href='/{number}'>Der Hafen wartet auf den neuen Kran</a> (2026-11-{number:02} 10:15:00)</li>"
        for number in range(1, 9)
    )
    body = f"<table><tr><td>{ARTICLE}</td></tr><tr><td><ul>{related}</ul></td></tr></table>"
    assert text_of(body) == "\n".join(TEXT)


def test_short_lines_are_the_text_where_the_element_says_so() -> None:
    days = "".join(f"<p>{day}. Rennen: {day}. Mai – Nordhafen</p>" for day in range(1, 12))
    body = f"<div itemprop='articleBody'><h1>{HEADLINE}</h1>{days}</div><aside>{paragraphs(OTHER)}</aside>"
    text = text_of(body)
    assert "11. Rennen: 11. Mai – Nordhafen" in text
    assert OTHER[0] not in text


def post(title: str, lines: tuple[str, ...], rank: str = "h1", attributes: str = "") -> str:
    return f"<div class='post' {attributes}><{rank}>{title}</{rank}><div>{paragraphs(lines)}</div></div>"


LINKED = "<a href='/land/see-4712.html'>Am See entstehen neue Wohnungen</a>"


@pytest.mark.parametrize(
    "body",
    [
        f"<main><article>{ARTICLE}</article><article><h2>{LINKED}</h2>{paragraphs(OTHER)}</article></main>",
        f"<main><article>{ARTICLE}<div><h1>{LINKED}</h1>{paragraphs(OTHER)}</div></article></main>",
        f"<div>{post(HEADLINE, TEXT)}{post('Am See entstehen Wohnungen', OTHER)}</div>",
        f"<div>{post(HEADLINE, TEXT)}{post(LINKED, OTHER, 'h3')}</div>",
        f"<div>{post(HEADLINE, TEXT)}<div data-url='/see-1'><h2>Am See</h2>{paragraphs(OTHER)}</div></div>",
        f"<main>{ARTICLE}<div><div><span>14:05</span><h3>{LINKED}</h3>{paragraphs(OTHER)}</div></div></main>",
        f"<main>{ARTICLE}<section><div><b>vor 2 Stunden</b><h3>{LINKED}</h3>{paragraphs(OTHER)}</div></section></main>",
        f"<div id='s'><div>{ARTICLE}</div></div><div><h3>Unsere Regeln</h3>{paragraphs(OTHER * 3)}</div>",
    ],
)
def test_another_article_below_is_none_of_the_text(body: str) -> None:
    assert text_of(body) == "\n".join(TEXT)


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{ARTICLE}<h1>Am anderen Ufer</h1>{paragraphs(OTHER)}</article>",
        f"<article><h1>{HEADLINE}</h1><section>{paragraphs(TEXT)}</section>"
        f"<section><h1>Am anderen Ufer</h1>{paragraphs(OTHER)}</section></article>",
        f"<article>{ARTICLE}<h2>{LINKED}</h2>{paragraphs(OTHER)}</article>",
        f"<article>{ARTICLE}<article><time>14:05</time><h3><a href='#p5'>Der Rat tagt</a></h3>"
        f"{paragraphs(OTHER)}</article></article>",
        f"<main><h1>{HEADLINE}</h1><article>{paragraphs(TEXT)}</article><article>{paragraphs(OTHER)}</article></main>",
        f"<article><h1>{HEADLINE}</h1>{paragraphs(TEXT[:1])}</article><div>{paragraphs(TEXT[1:] + OTHER)}</div>",
        f"<main><h1>{HEADLINE}</h1><div>{paragraphs(TEXT)}</div><div class='paywall'>{paragraphs(OTHER)}</div></main>",
    ],
)
def test_a_text_in_several_parts_is_one(body: str) -> None:
    text = text_of(body)
    assert not [line for line in TEXT + OTHER if line not in text]


def test_a_standfirst_above_a_link_announces_no_other_article() -> None:
    link = (
        "<ul><li><a href='/land/see-4712.html'>Am See entstehen dreihundert Wohnungen</a></li></ul>"
    )
    body = f"<h1>{HEADLINE}</h1><div><p>{TEXT[0]}</p>{link}</div><div class='text'>{paragraphs(TEXT[1:])}</div>"
    assert text_of(body) == "\n".join(TEXT)


def test_a_sentence_around_a_long_link_is_no_mere_link() -> None:
    link = "<a href='/rat'>den der Rat im vergangenen Sommer nach einer langen Sitzung bis in die Nacht</a>"
    sentence = f"<p>Der Bericht, {link} bestellt hatte, liegt nun vor.</p>"
    body = f"<article><h1>{HEADLINE}</h1>{paragraphs(TEXT[:3])}{sentence}<p>{TEXT[3]}</p></article>"
    assert "bestellt hatte, liegt nun vor." in text_of(body)


def test_long_notices_far_behind_a_short_text_are_none_of_it() -> None:
    row = "<tr><td>{}</td></tr>"
    rows = row.format(ARTICLE) + row.format(LINKS * 2) + "".join(map(row.format, OTHER))
    assert text_of(f"<table>{rows}</table>") == "\n".join(TEXT)


SHORT = tuple(f"Am {day}. Mai tagt der Rat von neuem über den Kran." for day in range(1, 9))


def test_an_article_of_short_paragraphs_ends_before_the_next_one() -> None:
    first = f"<article><h1>{HEADLINE}</h1><div>{paragraphs(SHORT)}</div></article>"
    second = f"<article><h1>Am See</h1><div>{paragraphs(OTHER)}</div></article>"
    assert text_of(f"<div>{first}{second}</div>") == "\n".join(SHORT)


def test_an_article_ends_before_a_linked_headline_of_the_first_rank() -> None:
    assert text_of(f"<main>{ARTICLE}<h1>{LINKED}</h1>{paragraphs(OTHER)}</main>") == "\n".join(TEXT)


def test_a_short_summary_does_not_take_the_place_of_the_article() -> None:
    summary = f"<ul>{''.join(f'<li>{line}</li>' for line in SHORT[:7])}</ul>"
    text = text_of(f"<main><h1>{HEADLINE}</h1>{summary}<div>{LONG}</div></main>")
    assert not [line for line in OTHER if line not in text]


FINE_PRINT = (
    "Mit der Anmeldung erklären Sie sich mit den Bedingungen dieser Seite einverstanden. " * 5
)
BOX = "<h3>Abends gelesen</h3><p>Das Wichtigste aus dem Hafen, täglich in Ihrem Postfach.</p>"


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='qx7'>{BOX}<input type='email'></div>",
        f"<div>{BOX}<form><div><input type='email'><p>Abmelden geht jederzeit.</p></div></form></div>",
        f"<section><div>{BOX}</div><div><span><input type='EMAIL'></span></div></section>",
        f"<div>{BOX}<input type='email'><p>{FINE_PRINT}</p></div>",
    ],
)
def test_a_box_that_asks_for_an_address_is_none_of_the_text(box: str) -> None:
    body = (
        f"<article><h1>{HEADLINE}</h1>{paragraphs(TEXT[:2])}{box}{paragraphs(TEXT[2:])}</article>"
    )
    assert text_of(body) == "\n".join(TEXT)


@pytest.mark.parametrize(
    "body",
    [
        f"<div><h1>{HEADLINE}</h1><div>{paragraphs(TEXT)}<input type='email'></div></div>",
        f"<h1>{HEADLINE}</h1><p>{TEXT[0]}</p><div><p>{TEXT[1]}</p><input type='email'></div>"
        f"<p>{TEXT[2]}</p><p>{TEXT[3]}</p><input type='radio'>",
    ],
)
def test_an_input_among_paragraphs_takes_none_of_them(body: str) -> None:
    text = text_of(body)
    assert not [line for line in TEXT[2:] if line not in text]


@pytest.mark.parametrize("number", ["1.204", "2:1", "3 500", "17.6"])
def test_a_number_in_a_table_is_no_date(number: str) -> None:
    row = f"<table><tr><td>Nordhafen</td><td>{number}</td></tr></table>"
    body = (
        f"<article><h1>{HEADLINE}</h1>{paragraphs(TEXT[:2])}{row}{paragraphs(TEXT[2:])}</article>"
    )
    assert number in text_of(body).split("\n")


def test_a_label_in_brackets_points_to_another_article() -> None:
    pointer = f"<p>【関連記事】{LINKED}</p>"
    body = f"<article><h1>{HEADLINE}</h1>{paragraphs(TEXT[:2])}{pointer}{paragraphs(TEXT[2:])}</article>"
    assert text_of(body) == "\n".join(TEXT)
