"""Whether a page shows only a part of its article: prompts under a text, boxes, declarations; and what
a free article may print without being closed.
"""

from collections.abc import Sequence

import pytest

from crawler.article import Article, Page
from crawler.extract import extract
from tests.support.clock import NOW

LINES = (
    "Ferhult, med sina 3 000 invånare, beslutade i måndags att bygga om hamnen för tolv miljoner kronor.",
    "Arbetet börjar i april och pågår under minst två somrar, säger Maj Lindh, som leder nämnden i Ferhult.",
)
MORE = tuple(
    f"{name} anser att bygget ska delas i {number} delar, så att båtarna kan ligga kvar i sommar."
    for number, name in enumerate(
        ("Ulla Frid", "Bo Ahl", "Siv Rask", "Per Dal", "Ann Ek", "Ove Sten"), 2
    )
)
OPEN_DATA = '{"@type": "NewsArticle", "datePublished": "2026-11-20T10:00:00Z"}'


def _read(
    lines: Sequence[str] = LINES, *, head: str = "", after: str = "", data: str = OPEN_DATA
) -> Article:
    prose = "".join(f"<p>{line}</p>" for line in lines)
    head = f"<title>Hamnen</title><script type='application/ld+json'>{data}</script>{head}"
    body = f"<main><article><h1>Hamnen byggs om</h1>{prose}{after}</article></main>"
    html = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return extract(Page("https://vik.example/nyheter/hamnen-4711", html.encode(), {}, NOW))


PROMPTS = [
    "Cet article est réservé aux abonnés. Connectez-vous.",
    "Il vous reste 80 % de cet article à découvrir.",
    "The rest of the story is for members only. Subscribe to continue reading.",
    "Dieser Beitrag ist exklusiv für Abonnenten. Jetzt testen und weiterlesen.",
    "Suscríbete para seguir leyendo.",
    "Questo contenuto è riservato agli abbonati.",
    "Assine para continuar lendo esta notícia.",
    "Läs hela artikeln – bli prenumerant. Redan kund? Logga in.",
    "Zaloguj się, aby czytać dalej.",
    "Подпишитесь, чтобы читать дальше.",
    "Okumaya devam etmek için abone olun.",
    "هذا الخبر للمشتركين. سجل الدخول لمواصلة القراءة.",
    "この記事は有料会員限定です。続きを読むにはログインしてください。",
    "订阅后继续阅读本文。",
    "이 기사는 구독자 전용입니다.",
]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("place", ["paragraph", "box"])
def test_a_prompt_under_the_text_tells_and_is_no_part_of_it(prompt: str, place: str) -> None:
    if place == "paragraph":
        article = _read([*LINES, prompt])
    else:
        article = _read(after=f"<div><p>{prompt}</p><a href='/k'>→</a></div>")
    assert article.paywalled
    assert article.text == "\n".join(LINES)


FREE_ENDS = [
    "Subscribe to our newsletter to read this story first every morning.",
    "Abonnez-vous à notre infolettre pour lire la suite chaque matin.",
    "Abonnieren Sie unseren Newsletter, um weiterzulesen, was wichtig ist.",
    "Support us: subscribe from one crown a month.",
    "اشترك في النشرة البريدية لمتابعة القراءة كل صباح.",
    "Only subscribers may post comments on this article.",
]


@pytest.mark.parametrize("offer", FREE_ENDS)
def test_an_offer_under_a_whole_text_closes_nothing(offer: str) -> None:
    article = _read([*LINES, *MORE], after=f"<div class='offer'><p>{offer}</p></div>")
    assert not article.paywalled
    assert MORE[-1] in article.text


PROSE = [
    "“This article is for subscribers only” will stand under each page, the editor told the staff.",
    "La suite de chaque article sera désormais réservée aux abonnés du journal, a expliqué la directrice aux salariés.",
    "Only season ticket holders and subscribers may enter the hall before eight.",
    "Nur Abonnenten dürfen den Saal betreten, sagte die Intendantin.",
]


@pytest.mark.parametrize("last", PROSE)
def test_a_last_sentence_about_subscribers_stays(last: str) -> None:
    article = _read([*LINES, *MORE, last])
    assert not article.paywalled
    assert article.text.endswith(last)


NOT_FREE = {
    "a tier": {"head": '<meta name="article:content_tier" content="metered">'},
    "a meta": {"head": '<meta name="isPremium" content="true">'},
    "the page's node": {
        "head": '<script type="application/ld+json">{"@type": "WebPage", "isAccessibleForFree": "False"}</script>'
    },
    "a part of the article": {
        "data": OPEN_DATA[:-1]
        + ', "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".b"}}'
    },
    "microdata": {"after": '<meta itemprop="isAccessibleForFree" content="false">'},
    "a box that sells": {
        "after": '<div class="article-paywall"><h3>Bli kund</h3><a href="/prenumerera">1 kr</a></div>'
    },
}
FREE = {
    "a free tier": {"head": '<meta name="article:content_tier" content="free">'},
    "an advertiser's meta": {"head": '<meta name="adv:premium" content="yes">'},
    "the article says so": {"data": OPEN_DATA[:-1] + ', "isAccessibleForFree": true}'},
    "an empty box": {"after": '<div id="paywall"></div>'},
    "labels of others": {"after": "<ul><li>A<b>Exclusive for members</b></li><li>B</li></ul>" * 2},
}


@pytest.mark.parametrize("name", [*NOT_FREE, *FREE])
def test_a_page_declares_what_it_shows(name: str) -> None:
    assert _read(**(NOT_FREE | FREE)[name]).paywalled == (name in NOT_FREE)
