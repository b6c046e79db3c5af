"""Text that a page holds in data and not, or not whole, in its markup."""

import json
from html import escape
from typing import Any

import pytest

from crawler.article import Page
from crawler.extract import Refused, extract, read
from tests.support.clock import NOW

URL = "https://www.phare.example/ville/le-port-rouvre-ses-quais-1234"
TITLE = "Le port de Brécy rouvre ses quais"
FRENCH = (
    "Le conseil a rouvert le vieux port lundi matin, après onze semaines de travaux sur les quais.",
    "Une centaine d'habitants attendaient sur la jetée, malgré la pluie et le vent de la nuit.",
    "La criée reprendra jeudi si les chambres froides sont rebranchées à temps, dit le maire.",
)
ARABIC = (
    "بحث المجلس البلدي مساء الأحد مستقبل المرفأ القديم بعد جلسة استمرت أربع ساعات.",
    "وقالت رئيسة البلدية إن الأعمال ستبدأ في الربيع وتستمر صيفين على الأقل من دون إغلاق الطريق.",
    "ويخشى تجار المدينة حول المرفأ ضياع الموسم ويطلبون مساعدة تغطي عشرة أسابيع من الإغلاق.",
)
HTML = "".join(f"<p>{line}</p>" for line in FRENCH)
OTHERS = [
    {
        "title": f"Un tout autre sujet, numéro {number}",
        "url": f"/{number}",
        "body": "<p>Ce paragraphe appartient à un autre article, bien plus long que le nôtre.</p>"
        * 9,
    }
    for number in range(3)
]


def shell(*scripts: str, title: str = TITLE, inner: str = "") -> Page:
    """A page that scripts draw."""
    markup = f"""<!doctype html><html><head><meta charset="utf-8"><title>{title} - Le Phare</title>
      <meta property="og:type" content="article"></head><body><div id="app">{inner}</div>
      {"".join(scripts)}</body></html>"""
    return Page(URL, markup.encode(), {}, NOW)


def data(value: Any) -> str:
    return f'<script id="data" type="application/json">{json.dumps(value)}</script>'


def spans(line: str) -> list[dict[str, str]]:
    head, _, tail = line.partition(" ")
    return [{"type": "text", "text": f"{head} "}, {"type": "strong", "text": tail}]


ARTICLE = {"title": TITLE, "slug": "port", "body": HTML}
STATE = json.dumps({"user": None, "story": ARTICLE, "next": OTHERS}).replace("null", "undefined")
PACKED = [{"page": 1}, {"title": 2, "body": 3}, TITLE, HTML, {"title": 5}, OTHERS[0]["title"]]
SHELLS = {
    "an object beside others": data({"latest": OTHERS, "props": {"article": ARTICLE}}),
    "paragraphs in a list": data({"meta": {"title": TITLE}, "content": [{"type": "p", "text": line} for line in FRENCH]}),
    "words in bold": data({"title": TITLE, "blocks": [{"kind": "x", "children": spans(line)} for line in FRENCH]}),
    "a summary beside it": data({**ARTICLE, "seo": {"title": TITLE, "description": "Le port. " * 30}}),
    "escaped markup": data({"title": TITLE, "body": escape(HTML)}),
    "a state that is no JSON": f"<script>window.__STATE__ = {STATE};start()</script>",
    "JSON in a string": f"<script>window.s=JSON.parse({json.dumps(json.dumps(ARTICLE))})</script>",
    "a function": f"<script>window.__N__=(function(a){{return {{title:a,body:{json.dumps(HTML)}}}}}({json.dumps(TITLE)}))</script>",
    "a packed list": data(PACKED),
}  # fmt: skip


@pytest.mark.parametrize("case", SHELLS)
def test_the_text_of_a_page_that_scripts_draw(case: str) -> None:
    article = read(shell(SHELLS[case])).article
    assert article
    assert article.text.split("\n") == list(FRENCH)
    assert article.text_origin == "embedded"


def test_an_attribute_may_hold_it() -> None:
    inner = f'<div data-page="{escape(json.dumps({"props": ARTICLE}))}"></div>'
    assert extract(shell(inner=inner)).text.split("\n") == list(FRENCH)


def test_other_scripts_are_read() -> None:
    title = "إعادة افتتاح مرفأ المدينة القديم"
    story = {"headline": title, "parts": [{"kind": "p", "value": line} for line in ARABIC]}
    assert extract(shell(data({"story": story}), title=title)).text.split("\n") == list(ARABIC)


@pytest.mark.parametrize(
    "value",
    [OTHERS, {"title": "Conditions générales", "text": HTML}, {"title": TITLE}, [], "x" * 900],
    ids=["others", "terms", "no text", "nothing", "a string"],
)
def test_data_without_the_article_is_left_alone(value: Any) -> None:
    with pytest.raises(Refused, match="empty"):
        extract(shell(data(value)))


def test_what_the_page_begins_goes_on_in_its_data() -> None:
    inner = f"<main><article><h1>{TITLE}</h1><p>{FRENCH[0]}</p></article></main>"
    article = extract(shell(data(ARTICLE), inner=inner))
    assert article.text.split("\n") == list(FRENCH)


def test_a_page_with_its_own_text_keeps_it() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in FRENCH)
    inner = f"<main><article><h1>{TITLE}</h1>{paragraphs}</article></main>"
    article = extract(shell(data({"title": TITLE, "body": OTHERS[0]["body"]}), inner=inner))
    assert article.text.split("\n") == list(FRENCH)
    assert article.text_origin == "page"


def described(text: str, printed: str) -> list[str]:
    node = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": text})
    inner = f"<main><article><h1>{TITLE}</h1>{printed}</article></main>"
    script = f'<script type="application/ld+json">{node}</script>'
    return extract(shell(script, inner=inner)).text.split("\n")


def test_an_embedded_text_that_is_doubled_and_runs_together_changes_nothing() -> None:
    once = f"DE NOTRE CORRESPONDANTEBRÉCY - {''.join(FRENCH)}"
    printed = f"<p>BRÉCY - {FRENCH[0]}</p><h2>La jetée</h2><p>{FRENCH[1]}</p><h2>Jeudi</h2><p>{FRENCH[2]}</p>"
    expected = [f"BRÉCY - {FRENCH[0]}", "La jetée", FRENCH[1], "Jeudi", FRENCH[2]]
    assert described(f"{once} {once}", printed) == expected


def test_an_embedded_text_that_runs_together_completes_a_page_once() -> None:
    once = "".join(FRENCH)
    assert described(f"{once} {once}", f"<p>{FRENCH[0]}</p>") == list(FRENCH)


@pytest.mark.parametrize(
    "script",
    ['"' * 100_000, '\\"' * 100_000, "x=[" * 50_000, 'x={"a":' * 30_000, "JSON.parse('" * 20_000],
    ids=["quotes", "escapes", "lists", "objects", "calls"],
)
def test_hostile_scripts_are_read_in_bounded_time(script: str) -> None:
    with pytest.raises(Refused):
        extract(shell(f"<script>{script}</script>"))
