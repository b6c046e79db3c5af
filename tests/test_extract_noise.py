"""What is printed around an article and must not be in its text."""

import json
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


TRUE_SENTENCES = [
    "Sur le quai, l'approvisionnement en gazole a repris mardi, et les chalutiers font la file.",
    "Rejoignez les digues, a crié le garde champêtre aux riverains que la crue avait réveillés.",
    "Recevez les plus démunis d'abord, demandait le règlement que le maire a relu à voix haute.",
    "Le syndicat dénonce une politique de confidentialité que personne, au conseil, n'avait ouverte.",
    "Lire plus – tel est le mot d'ordre de la bibliothèque, qui ouvrira désormais le dimanche.",
    "Reproduction interdite des images du barrage : l'arrêté du préfet tient en une ligne.",
    "Son compte X, @lephare, annonçait la nouvelle avant que le conseil ne se réunisse.",
    "Sign up or leave, the foreman told the dockers, and forty of them left the yard at once.",
    "Copyright law was rewritten on Monday, and the publishers of the coast were not asked.",
    "Getty Images was sued by a fisherman who had found his boat on a poster of the railway.",
    "Video by a passer-by shows the crane falling slowly on the empty market hall.",
    "« Read more », le programme de la bibliothèque, a été présenté samedi aux élus du canton.",
    "Recommended: a mask in every tram, said the council, which had bought none itself.",
    "Follow him on his walk through the port, and you hear how the strike began.",
    "Bild von der Lage am Deich: Die Feuerwehr pumpt seit Stunden, und das Wasser steigt weiter.",
    "Bilder von der Unglücksstelle zeigen, wie weit der Hang auf die Straße gerutscht ist.",
    "Zum Inhalt der Gespräche wollte sich die Ministerin nach der Sitzung nicht äußern.",
    "Jetzt testen die Ärzte im Kreis ein Verfahren, das die Klinik vor Jahren verworfen hatte.",
    "Melden Sie sich bei der Polizei, rät die Staatsanwältin allen, die den Wagen gesehen haben.",
    "Weiterlesen – so heißt der Verein, der in den Dörfern Bücher aus dem Kombi verleiht.",
    "Sigue la huelga en el puerto, donde tres buques esperan desde el lunes sin descargar.",
    "Únete o márchate, decía la pancarta que los vecinos colgaron en la torre del faro.",
    "La política de privacidad de la tienda fue copiada de otra, según la sentencia.",
    "سجل الآن أكثر من ألف ساكن أسماءهم في قوائم الانتظار أمام بوابة الميناء.",
    "تابعنا السير على الأقدام ثلاث ساعات، كما روى أحد الصيادين بعد عودته إلى القرية.",
    "Assine ou saia, disse o capataz aos estivadores reunidos diante do armazém.",
    "Iscriviti o parti, c'era scritto sul cartello che i pescatori avevano inchiodato al molo.",
]


@pytest.mark.parametrize("sentence", TRUE_SENTENCES)
def test_no_word_takes_a_sentence(sentence: str) -> None:
    inside = markup().replace(b"<p>L'opposition", f"<p>{sentence}</p><p>L'opposition".encode())
    assert sentence in lines(inside)
    assert sentence in lines(markup(below=f"<p>{sentence}</p>"))


def test_a_call_that_is_reported_between_paragraphs_stays() -> None:
    call = "Support our lighthouse, the children had written on a sheet that hung from the gallery."
    body = markup().replace(b"<p>L'opposition", f"<p>{call}</p><p>L'opposition".encode())
    assert call in lines(body)


@pytest.mark.parametrize(
    "prompt",
    [
        "Abonnez-vous à notre newsletter pour recevoir chaque matin les nouvelles du port.",
        "Sign up for our newsletter and read the news of the harbour every morning.",
        "If you buy something through a link on this page, we may earn a commission.",
        "Melden Sie sich für unseren Newsletter an und lesen Sie jeden Morgen das Wichtigste.",
        "Suscríbete a nuestro boletín y recibe cada mañana las noticias del puerto.",
        "Iscriviti alla nostra newsletter per ricevere ogni mattina le notizie del porto.",
        "Assine a nossa newsletter e receba todas as manhãs as notícias do porto.",
        "اشترك في نشرتنا البريدية لتصلك أخبار الميناء كل صباح.",
        "Подпишитесь на наш телеграм-канал, чтобы не пропустить новости порта.",
        "Condividi su Facebook",
        "Leia também: O porto fecha no inverno",
    ],
)
def test_prompts_below_the_text_leave_it(prompt: str) -> None:
    assert lines(markup(below=f"<p>{prompt}</p>")) == WHOLE


def test_a_prompt_between_paragraphs_leaves_them_where_it_holds_a_link() -> None:
    prompt = "Sign up for our newsletter <a href='/letter'>here</a> and read us every morning."
    body = markup().replace(b"<p>L'opposition", f"<p>{prompt}</p><p>L'opposition".encode())
    assert lines(body) == WHOLE


def test_what_asks_for_consent_leaves_the_text_wherever_it_stands() -> None:
    prompt = "Ich bin einverstanden, dass mir externe Inhalte angezeigt werden und Daten an Dritte gehen."
    body = markup().replace(b"<p>L'opposition", f"<p>{prompt}</p><p>L'opposition".encode())
    assert lines(body) == WHOLE


@pytest.mark.parametrize("heading", ["Commentaires", "Sur le même sujet"])
def test_a_heading_of_the_article_ends_no_text(heading: str) -> None:
    below = "".join(
        f"<p>Le député {name} juge que le vote de la nuit engage la commune pour dix ans.</p>"
        for name in ("Aubry", "Brun")
    )
    told = lines(markup(below=f"<h3>{heading}</h3>{below}"))
    assert [line for line in told if "le vote de la nuit" in line] == told[-2:]


def test_days_that_head_parts_of_a_text_stay() -> None:
    days = "".join(
        f"<h3>{day} mai 2026</h3><p>Le conseil se réunit à huis clos et ne décide rien ce jour-là.</p>"
        f"<p>La {day}e séance s'achève à minuit, et les pêcheurs attendent devant la porte.</p>"
        for day in (4, 5, 6)
    )
    assert "6 mai 2026" in lines(markup(below=days))


COUNCILS = [
    f"Le conseil de {town} a voté mardi la mesure pour l'eau après un long débat public."
    for town in ("Aubray", "Brelle", "Corvan", "Dornes", "Estrel", "Fontal", "Galmy", "Hautes")
]
ANSWER = "« Non, jamais », a dit le maire de Brelle."


@pytest.mark.parametrize(
    ("embedded", "printed"),
    [
        (COUNCILS[:6], COUNCILS),
        ([*COUNCILS[:6], COUNCILS[6][:30] + "…"], COUNCILS),
        (COUNCILS, [*COUNCILS[:4], ANSWER, *COUNCILS[4:]]),
    ],
    ids=["the beginning", "cut", "without a short paragraph"],
)
def test_an_embedded_text_that_lacks_a_part_takes_none(
    embedded: list[str], printed: list[str]
) -> None:
    node = {"@type": "NewsArticle", "headline": "L'eau", "articleBody": "\n".join(embedded)}
    data = f"<script type='application/ld+json'>{json.dumps(node)}</script>"
    body = "".join(f"<p>{line}</p>" for line in printed)
    html = f"<html lang=fr><head><title>L'eau</title>{data}</head><body><article><h1>L'eau</h1>{body}</article></body></html>"
    assert lines(html.encode()) == printed


def test_a_sentence_that_begins_like_the_headline_stays_whole() -> None:
    title = "Le budget voté dans la nuit"
    sentence = f"{title} par le conseil engage la commune pour dix ans, jugent les élus du canton."
    body = f"<html lang=fr><head><title>{title}</title></head><body><h1>{title}</h1><p>{sentence}</p></body></html>"
    assert lines(body.encode()) == [sentence]


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
