"""What is printed around an article and must not be in its text."""

from datetime import UTC, datetime

import pytest

from crawler.article import Hints, Page
from crawler.extract import extract, fold_line
from tests.test_extract import CAPTURED, LEAD, PARAGRAPHS, URL, markup, page

WHOLE = [LEAD, *PARAGRAPHS]


def lines(body: bytes) -> list[str]:
    return extract(Page(URL, body, {}, CAPTURED)).text.split("\n")


@pytest.mark.parametrize(
    "noise",
    [
        "Lire aussi : Le Sénat en embuscade",
        "Read also: Senate next",
        "Lesen Sie auch: Der Senat",
        "Lee también: El Senado",
        "اقرأ أيضا: مجلس الشيوخ",
        "Partager Facebook Twitter WhatsApp",
        "Share on Facebook",
        "Copyright © 2026 Le Phare",
        "Abonnez-vous à notre newsletter",
        "Sign up for our morning briefing",
        "Suscríbete a nuestro boletín",
        "Please Wait...",
        "12 commentaires",
        "ADVERTISEMENT",
        "Publié le 20 novembre 2026 à 23h40",
        "Photo: Jean Aubier / Le Phare",
        "https://www.phare.example/politique/1234",
        "//",
        "Le budget voté dans la nuit",
    ],
)
def test_a_line_of_noise_leaves_the_text(noise: str) -> None:
    body = markup().replace(b"<p>Les d", f"<p>{noise}</p><p>Les d".encode())
    assert lines(body) == WHOLE


@pytest.mark.parametrize(
    "kept",
    [
        "Abonnés au gaz, les habitants du quartier attendent depuis trois hivers que la chaufferie promise "
        "ouvre enfin.",
        "Le partage du pouvoir reste à négocier.",
        "Source de tensions, le texte reviendra devant les sénateurs au printemps prochain.",
        "« Non. »",
    ],
)
def test_a_line_that_looks_like_noise_stays(kept: str) -> None:
    body = markup().replace(b"<p>L'opposition", f"<p>{kept}</p><p>L'opposition".encode())
    assert kept in lines(body)


@pytest.mark.parametrize(
    "box",
    [
        '<div class="related-articles"><h3>Sur le même sujet</h3><ul><li><a href="/a">Le Sénat en '
        "embuscade</a></li></ul></div>",
        "<aside><p>Notre lettre du matin résume chaque jour l'actualité en cinq minutes, gratuitement et sans "
        "publicité.</p></aside>",
        '<figure><img src="a.jpg"><figcaption>Les députés jeudi soir, dans l\'hémicycle, avant le vote '
        "final.</figcaption></figure>",
        '<ul><li><a href="/b">Le Sénat en embuscade</a><p>La chambre haute veut réécrire la première partie du '
        "texte.</p></li></ul>",
    ],
)
def test_a_box_inside_the_body_leaves_the_text(box: str) -> None:
    body = markup().replace(b"<p>L'opposition", f"{box}<p>L'opposition".encode())
    assert lines(body) == WHOLE


def test_readers_comments_leave_the_text() -> None:
    comments = "".join(
        f"<div><p>{name} il y a 2 heures</p><p>Quelle honte, {LEAD.lower()}</p></div>"
        for name in "ABCDEF"
    )
    assert lines(markup(below=f"<h3>Commentaires (6)</h3>{comments}")) == WHOLE


def test_icon_ligatures_leave_the_line() -> None:
    body = markup().replace(b"<p>L'opposition", b"<p><i>format_quote</i>L'opposition")
    assert lines(body) == WHOLE


def test_lists_subheadings_and_quotes_keep_their_place() -> None:
    inside = "<h2>Ce que dit le texte</h2><ul><li>La santé gagne deux points</li><li>La défense en perd un</li></ul>"
    body = markup().replace(
        b"<p>L'opposition",
        f"{inside}<blockquote>Rien n'est joué.</blockquote><p>L'opposition".encode(),
    )
    told = lines(body)
    start = told.index("Ce que dit le texte")
    assert told[start : start + 4] == [
        "Ce que dit le texte",
        "La santé gagne deux points",
        "La défense en perd un",
        "Rien n'est joué.",
    ]


def test_learned_lines_leave_the_text_and_are_told() -> None:
    line = "Retrouvez chaque matin notre revue de presse, préparée par la rédaction du Phare pour ses lecteurs."
    told: list[tuple[str, str]] = []
    hints = Hints(boilerplate=frozenset({fold_line(line)}))
    article = extract(
        page(below=f"<p>{line}</p>", hints=hints), lambda rule, text: told.append((rule, text))
    )
    assert article.text.split("\n") == WHOLE
    assert ("learned", line) in told


def test_learned_lines_never_take_most_of_a_text() -> None:
    hints = Hints(boilerplate=frozenset(map(fold_line, WHOLE)))
    assert extract(page(hints=hints)).text.split("\n") == WHOLE


def test_a_short_wire_brief_is_kept() -> None:
    brief = "Paris (AFP) - Le budget a été adopté jeudi soir, a annoncé la présidence."
    title = "Budget adopté"
    body = f"<html lang=fr><head><title>{title}</title></head><body><h1>{title}</h1><p>{brief}</p></body></html>"
    article = extract(Page(URL, body.encode(), {}, datetime(2026, 11, 22, tzinfo=UTC)))
    assert article.text == brief
