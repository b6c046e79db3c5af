"""What a hit holds: the article as it was written, its score, its highlights, its place in the
order.
"""

from html.parser import HTMLParser

import pytest

from indexer.backend import Backend
from indexer.query import (
    All,
    And,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Search,
    Word,
)
from tests.contract.articles import ALL, ARTICLES, WAR

BY_ID = {found["id"]: found for found in ARTICLES}

HIGHLIGHTS: list[tuple[str, Node, str, dict[str, list[str]]]] = [
    (
        "a word, in all its forms",
        Word("ARMEE"),
        "fr-armee",
        {
            "title": ["L’<mark>armée</mark> syrienne avance vers Alep"],
            "text": [
                "Les civils évacués de la vieille ville attendent. « L&#x27;<mark>armée</mark> contrôle la route », "
                "dit un témoin."
            ],
        },
    ),
    (
        "markup is escaped",
        Word("securite"),
        "fr-html",
        {
            "title": ["&lt;script&gt;alert(1)&lt;/script&gt; &amp; la <mark>sécurité</mark>"],
            "text": [
                "La <mark>sécurité</mark> des sites: &lt;b&gt;balises&lt;/b&gt; &amp; entités, 5 &lt; 6. Des "
                "<mark>sécurités</mark> multiples."
            ],
        },
    ),
    (
        "a phrase as a whole",
        Phrase("vieille ville"),
        "fr-armee",
        {
            "text": [
                "Les civils évacués de la <mark>vieille ville</mark> attendent. « L&#x27;armée contrôle la route », "
                "dit un témoin."
            ]
        },
    ),
    (
        "only the field that was asked",
        Word("armée", "title"),
        "fr-armee",
        {"title": ["L’<mark>armée</mark> syrienne avance vers Alep"]},
    ),
    (
        "a prefix marks whole words",
        Prefix("aero"),
        "und-mixed",
        {"text": ["Łódź, <mark>Ærø</mark>, İstanbul, naïve café; running évacués"]},
    ),
    (
        "both sides of NEAR",
        Near(Word("mark"), Word("twin"), 3),
        "",
        {},
    ),
    (
        "full width",
        Word("veille"),
        "und-mixed",
        {"title": ["<mark>Ｖｅｉｌｌｅ</mark> ﬁnale"]},
    ),
    (
        "Arabic with its marks",
        Word("سورية"),
        "ar-syria",
        {
            "title": ["الأزمة <mark>السورية</mark> في عامها السابع"],
            "text": [
                "قالت الحكومة <mark>السوريّة</mark> إنّ الجيش دخل المدينة في ٢٠١٧. العـــــربية لغة القرآن."
            ],
        },
    ),
    ("nothing for a filter", Keyword("agency", "أ ف ب"), "ar-syria", {}),
    ("nothing for a range", And((Published(), Keyword("country", "LB"))), "fr-armee", {}),
    (
        "nothing for what must not be",
        And((Keyword("country", "GB"), Not(Word("zzzz")), Or((Word("ceasefire"), Word("zzzz"))))),
        "en-war",
        {
            "text": [
                "Assad&#x27;s army said that the evacuations were over. The U.S. envoy disagreed: a "
                "<mark>ceasefire</mark> is far away."
            ]
        },
    ),
    (
        "characters that are one word each",
        Word("東京"),
        "ja-tokyo",
        {
            "title": ["<mark>東京</mark>の天気"],
            "text": ["今日は<mark>東京</mark>で雨が降ります。データ"],
        },
    ),
]


@pytest.mark.parametrize(
    ("tree", "identifier", "expected"), [pytest.param(*rest, id=name) for name, *rest in HIGHLIGHTS]
)
def test_highlights(
    filled: Backend, tree: Node, identifier: str, expected: dict[str, list[str]]
) -> None:
    hits = {str(hit.article["id"]): hit for hit in filled.search(Search(tree, limit=100)).hits}
    assert (dict(hits[identifier].highlights) if identifier else {}) == expected


@pytest.mark.slow
def test_no_article_can_bring_its_own_markup(backend: Backend) -> None:
    hostile = (
        '<mark>x</mark><img src=x onerror="alert(1)"> war & <<script>> \'war\' "war" &lt;war&gt;'
    )
    from indexer.backend import Put

    backend.write(
        [Put({"id": "1", "title": hostile, "text": hostile * 50, "language": "en", "url": "u"})]
    )
    backend.refresh()
    (hit,) = backend.search(Search(Word("war"))).hits
    tags: set[str] = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.add(tag)  # type: ignore[method-assign]
    for snippet in [*hit.highlights["title"], *hit.highlights["text"]]:
        reader.feed(snippet)
    assert tags == {"mark"}


def test_long_texts_give_short_snippets(backend: Backend) -> None:
    from indexer.backend import Put

    text = "nothing to see here. " * 2_000 + "one needle in it. " + "nothing more. " * 2_000
    backend.write([Put({"id": "1", "title": "x", "text": text, "language": "en", "url": "u"})])
    backend.refresh()
    (hit,) = backend.search(Search(Word("needles"))).hits
    (snippet,) = hit.highlights["text"]
    assert "<mark>needle</mark>" in snippet
    assert len(snippet) < 300


@pytest.mark.parametrize("identifier", ALL)
def test_articles_come_back_as_they_were_written(filled: Backend, identifier: str) -> None:
    assert filled.get([identifier]) == {identifier: BY_ID[identifier]}


def test_hits_hold_the_whole_article(filled: Backend) -> None:
    for hit in filled.search(Search(limit=100)).hits:
        assert hit.article == BY_ID[str(hit.article["id"])]


def test_get_leaves_out_what_is_missing(filled: Backend) -> None:
    assert set(filled.get(["fr-armee", "missing", "first", "fr-armee"])) == {"fr-armee", "first"}
    assert filled.get([]) == {}


def test_count(filled: Backend) -> None:
    assert filled.count() == len(ALL)


def test_newest_and_oldest_first(filled: Backend) -> None:
    dated = Search(And((Published(), Not(Word("twin")))), limit=100)
    newest = [
        str(hit.article["id"])
        for hit in filled.search(Search(dated.tree, sort="newest", limit=100)).hits
    ]
    oldest = [
        str(hit.article["id"])
        for hit in filled.search(Search(dated.tree, sort="oldest", limit=100)).hits
    ]
    assert newest == oldest[::-1]
    assert newest[:5] == ["en-nation", "fr-html", "fr-sport", "ar-city", "ar-syria"]
    assert oldest[:2] == ["before", "first"]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_undated_articles_come_last(filled: Backend, sort: str) -> None:
    found = filled.search(Search(All(), sort=sort, limit=100))  # type: ignore[arg-type]
    assert {str(hit.article["id"]) for hit in found.hits[-2:]} == {"en-undated", "en-maybe"}


def test_the_better_match_comes_first(filled: Backend) -> None:
    scores = [
        hit.score
        for hit in filled.search(Search(Or((Word("armée"), Word("avance"), Word("route"))))).hits
    ]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1] > scores[2] > 0


def test_a_title_counts_more_than_a_text(filled: Backend) -> None:
    hits = filled.search(Search(Word("running"))).hits
    assert hits[0].article["id"] == "en-undated"


def test_filters_leave_scores_alone(filled: Backend) -> None:
    plain = {hit.article["id"]: hit.score for hit in filled.search(Search(Word("armée"))).hits}
    filtered = filled.search(
        Search(Word("armée"), filters={"topic": (WAR,)}, start=Published().start)
    ).hits
    assert {hit.article["id"]: hit.score for hit in filtered} == pytest.approx(plain)
