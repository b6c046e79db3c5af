"""The query language: what is typed becomes the right tree, mistakes are pointed at."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query import (
    All,
    And,
    Keyword,
    Maybe,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    QueryError,
    Word,
)
from indexer.query.analyzed import analyse
from search.i18n.catalogue import read_texts
from search.parse import MAX_LENGTH, QueryMistake, in_words, parse
from search.parse.explain import MESSAGES
from tests.support.clock import moment

NOW = moment(22, 9, 30)
TEXTS = read_texts()
a, b, c = Word("a1"), Word("b1"), Word("c1")


def understood(query: str) -> bool:
    """Whether a query is told in words or refused with a position in it."""
    try:
        return bool(in_words(read(query), TEXTS["en"]))
    except QueryError as error:
        return error.position is not None and 0 <= error.position <= len(query)


def read(query: str) -> Node:
    return parse(query, now=NOW)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", All()),
        ("   ", All()),
        ("*", All()),
        ("a1", a),
        ("a1 b1", And((a, b))),
        ("a1 AND b1", And((a, b))),
        ("a1 OR b1", Or((a, b))),
        ("a1 b1 OR c1", Or((And((a, b)), c))),
        ("a1 (b1 OR c1)", And((a, Or((b, c))))),
        ("a1 -b1", And((a, Not(b)))),
        ("a1 NOT b1", And((a, Not(b)))),
        ("a1 AND NOT b1", And((a, Not(b)))),
        ("-(a1 b1)", Not(And((a, b)))),
        ("NOT NOT a1", a),
        ("a1 OR a1 OR b1 OR a1", Or((a, b))),
        ("* -a1", And((All(), Not(a)))),
        ("a1 - b1", And((a, b))),
        ("a1, b1!", And((a, b))),
        ("a1 — b1 & c1", And((a, b, c))),
        ("or and not", And((Word("or"), Word("and"), Word("not")))),
    ],
)
def test_words_and_operators(query: str, tree: Node) -> None:
    assert read(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ('"deux mots"', Phrase("deux mots")),
        ("« deux mots »", Phrase("deux mots")),
        ("«\u00a0deux mots\u202f»", Phrase("deux mots")),
        ("“two words”", Phrase("two words")),
        ("„zwei Worte“", Phrase("zwei Worte")),
        ('"two words"~5', Phrase("two words", 5)),
        ('-"two words"', Not(Phrase("two words"))),
        ("a1 NEAR/5 b1", Near(a, b, 5)),
        ('a1 NEAR/0 "b1 c1"', Near(a, Phrase("b1 c1"), 0)),
        ("a1 NEAR/5 b1 c1", And((Near(a, b, 5), c))),
        ("arm*", Prefix("arm")),
        ("title:arm*", Prefix("arm", "title")),
        ("l’armée", Word("l’armée")),
        ("10:30", Word("10:30")),
        ("Syrie:", Word("Syrie")),
    ],
)
def test_phrases_near_and_beginnings(query: str, tree: Node) -> None:
    assert read(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("title:a1", Word("a1", "title")),
        ("TITLE:a1", Word("a1", "title")),
        ("title: a1", Word("a1", "title")),
        ('text:"a1 b1"~2', Phrase("a1 b1", 2, "text")),
        ("author:Haddad", Word("Haddad", "author")),
        ("title:(a1 OR b1)", Or((Word("a1", "title"), Word("b1", "title")))),
        ("title:(a1 NEAR/2 b1)", Near(Word("a1", "title"), Word("b1", "title"), 2)),
        ("source:le-veilleur", Keyword("source", "le-veilleur")),
        ("source:(one OR two)", Or((Keyword("source", "one"), Keyword("source", "two")))),
        ('section:"Monde arabe"', Keyword("section", "Monde arabe")),
        ("agency:AFP", Keyword("agency", "AFP")),
        ("collection:liban", Keyword("collection", "liban")),
        ("place:SY", Keyword("place", "SY")),
        ("place:sy", Keyword("place", "SY")),
        ("place:Syrie", Keyword("place", "SY")),
        ("place:سوريا", Keyword("place", "SY")),
        ('place:"United Kingdom"', Keyword("place", "GB")),
        ("language:fr", Keyword("language", "fr")),
        ("language:French", Keyword("language", "fr")),
        ("language:العربية", Keyword("language", "ar")),
        ('topic:"conflict, war and peace"', Keyword("topic", "conflict, war and peace")),
        ("topic:war", Keyword("topic", "conflict, war and peace")),
        ("url:https://a.example/x?y=1&z=(2)", Keyword("url", "https://a.example/x?y=1&z=(2)")),
        ("(url:https://a.example/x)", Keyword("url", "https://a.example/x")),
        ("https://a.example/x", Keyword("url", "https://a.example/x")),
    ],
)
def test_fields(query: str, tree: Node) -> None:
    assert read(query) == tree


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("published:2026-01..2026-03", "2026-01-01T00:00+00:00", "2026-04-01T00:00+00:00"),
        ("published:2026", "2026-01-01T00:00+00:00", "2027-01-01T00:00+00:00"),
        ("published:2024-02-29", "2024-02-29T00:00+00:00", "2024-03-01T00:00+00:00"),
        ("published:2026-12", "2026-12-01T00:00+00:00", "2027-01-01T00:00+00:00"),
        ("published:2026-05..", "2026-05-01T00:00+00:00", None),
        ("published:..2026-05", None, "2026-06-01T00:00+00:00"),
        ("published:٢٠٢٦-٠٥", "2026-05-01T00:00+00:00", "2026-06-01T00:00+00:00"),
        ("published:2026-05-01T10:30+02:00", "2026-05-01T10:30+02:00", "2026-05-01T10:31+02:00"),
        ("after:2026-05", "2026-05-01T00:00+00:00", None),
        ("before:2026-05", None, "2026-05-01T00:00+00:00"),
        ("last:7d", "2026-11-15T09:30+00:00", None),
        ("last:24h", "2026-11-21T09:30+00:00", None),
        ("last:9mo", "2026-02-22T09:30+00:00", None),
        ("last:1y", "2025-11-22T09:30+00:00", None),
    ],
)
def test_dates(query: str, start: str | None, end: str | None) -> None:
    bounds = [datetime.fromisoformat(moment) if moment else None for moment in (start, end)]
    assert read(query) == Published(*bounds)


def test_a_day_is_one_of_the_zone_asked_for() -> None:
    tree = parse("published:2026-10-25", now=NOW, tz=ZoneInfo("Europe/Paris"))
    assert isinstance(tree, Published)
    assert tree.start
    assert tree.end
    assert tree.start.astimezone(UTC).isoformat() == "2026-10-24T22:00:00+00:00"
    assert tree.end.astimezone(UTC).isoformat() == "2026-10-25T23:00:00+00:00"


def test_maybe_is_about_bounds() -> None:
    assert read("maybe:2017-09") == Maybe(
        datetime(2017, 9, 1, tzinfo=UTC), datetime(2017, 10, 1, tzinfo=UTC)
    )


def test_full_width_forms_and_arabic_are_read_like_others() -> None:
    assert read("ｔｉｔｌｅ：（ａ１　ＯＲ　ｂ１）") == read("title:(a1 OR b1)")
    assert read("الجيش السوري -«كرة القدم»") == And(
        (Word("الجيش"), Word("السوري"), Not(Phrase("كرة القدم")))
    )
    assert read("\u200fplace:لبنان\u200f") == Keyword("place", "LB")


@pytest.mark.parametrize(
    ("query", "position", "expected"),
    [
        ("a1 AND (", 8, "word"),
        ("(a1", 0, "expected )"),
        ("a1)", 2, "expected ("),
        ("()", 1, "word"),
        ("OR OR", 0, "word"),
        ("a1 OR", 5, "word"),
        ("a1 AND OR b1", 7, "word"),
        ('a1 "b1', 3, 'expected "'),
        ("a1 «b1", 3, "expected »"),
        ('""', 0, "expected words"),
        ("*a1", 0, "letters before"),
        ("a1 *b*", 3, "letters before"),
        ("wo*d", 2, "end of a word"),
        ("wo?d", 2, "word"),
        ("a*", 0, "at least 2"),
        ('"a1 b*"', 0, "whole words"),
        ("word~2", 4, "quotation marks"),
        ('"a b"~999', 5, "0 to 50"),
        ("a1 NEAR b1", 3, "NEAR/5"),
        ("a1 NEAR/999 b1", 3, "0 to 50"),
        ("a1 NEAR/2 (b1 c1)", 10, "alternatives"),
        ("(a1 -b1) NEAR/2 c1", 0, "alternatives"),
        ("a1 NEAR/2 topic:war", 10, "alternatives"),
        ("a1 NOT NEAR/2", 13, "word"),
        ("(title:a1 OR b1) NEAR/2 c1", 0, "title:"),
        ("title:a1 NEAR/2 b1", 16, "one field"),
        ("colour:red", 0, "title, text, author"),
        ('colour:"red"', 0, "title, text, author"),
        ("title:", 6, "value after title:"),
        ("title:(text:a1)", 7, "within another"),
        ("source:ab*", 7, "whole values"),
        ("place:Nowhere", 6, "two-letter code"),
        ("topic:nonsense", 6, "politics"),
        ("language:klingonese", 9, "two-letter code"),
        ("published:2026-13", 10, "2026-03-14"),
        ("before:2026-02-30", 7, "2026-03-14"),
        ("after:2026..2027", 6, "2026-03-14"),
        ("published:2027..2026", 10, "2026-03-14"),
        ("last:7", 5, "like 7d"),
        ("last:9999y", 5, "like 7d"),
        ("/ab+/", 0, "Regular expressions"),
        ("a1 || b1", 3, "Expected OR"),
        ("!!!", 0, "word"),
        ("ــــ", 0, "word"),
    ],
)
def test_a_mistake_is_pointed_at_with_what_was_expected(
    query: str, position: int, expected: str
) -> None:
    with pytest.raises(QueryMistake) as caught:
        read(query)
    assert caught.value.position == position
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "x" * (MAX_LENGTH + 1),
        "(" * 25 + "a1" + ")" * 25,
        " OR ".join(f"w{n}" for n in range(400)),
        " OR ".join(f"word{n}*" for n in range(800)),
        '"' + "a b " * 400 + '"',
        "x" * 500,
        " OR ".join(f"w{n} NEAR/5 v{n}" for n in range(80)),
        f"({' OR '.join(f'w{n}' for n in range(110))}) NEAR/5 ({' OR '.join(f'v{n}' for n in range(40))})",
        " OR ".join(f'"w{n} v{n}"~5' for n in range(80)),
        " OR ".join(f'"w{n} v{n}"' for n in range(1_500)),
    ],
)
def test_cost_is_bounded(query: str) -> None:
    with pytest.raises(QueryError):
        analyse(read(query))


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(f'"Given{n} Second{n} of Place{n}"' for n in range(400)),
        "   OR   ".join(f'"Given{n} Name{n}"' for n in range(600)),
        " OR ".join(f"Name{n}" for n in range(300)) + " -topic:sport last:30d",
        " OR ".join(f"word{n}*" for n in range(300)),
        " OR ".join(f"w{n} NEAR/5 v{n}" for n in range(60)),
        " OR ".join(f'"w{n} x" NEAR/5 "v{n} y"' for n in range(300)),
    ],
)
def test_what_costs_little_may_be_long(query: str) -> None:
    assert analyse(read(query))


def test_a_long_list_of_names_is_fine() -> None:
    tree = read(" OR ".join(f'"name{n} surname{n}"' for n in range(100)))
    assert isinstance(tree, Or)
    assert len(tree.parts) == 100


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "all articles"),
        ("syrie -sport", "articles that contain “syrie” and not “sport”"),
        ("-sport", "articles without “sport”"),
        ("a1 (b1 OR c1)", "articles that contain “a1” and (“b1” or “c1”)"),
        ("source:x a1 -b1", "articles from the source x and containing “a1” and not “b1”"),
        ("place:LB -title:a1", "articles about Lebanon and not with “a1” in the title"),
        ("language:fr", "articles in French"),
        ("published:2026-01..2026-03", "articles published from 1 January 2026 to 31 March 2026"),
        ("a1 NEAR/3 b1", "articles that contain “a1” within 3 words of “b1”"),
    ],
)
def test_a_query_is_told_in_words(query: str, told: str) -> None:
    assert in_words(read(query), TEXTS["en"]) == told


def test_it_is_told_in_french_and_arabic_too() -> None:
    assert (
        in_words(read("syrie -sport"), TEXTS["fr"])
        == "articles qui contiennent « syrie » et pas « sport »"
    )
    assert in_words(read("place:LB"), TEXTS["ar"]) == "مقالات عن لبنان"
    assert all(texts.missing(MESSAGES) == [] for texts in TEXTS.values())


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
    | st.text(alphabet='ab *"()-~:/«»“”ORNEAR5ــ', max_size=40)
)
def test_any_text_is_read_or_refused_with_a_position(query: str) -> None:
    assert understood(query)


@pytest.mark.shared
def test_hostile_queries_are_read_or_refused(shared: Path) -> None:
    hostile = json.loads((shared / "hostile/generated/hostile_queries.json").read_text())["queries"]
    naughty = json.loads((shared / "hostile/strings/blns/blns.json").read_text())
    assert len(hostile) > 20
    for query in [*hostile, *naughty]:
        assert understood(query), query


@pytest.mark.parametrize(
    ("query", "tz", "first_day"),
    [
        ("last:1d", "UTC", "2026-11-21T09:30"),
        ("last:3h", "UTC", "2026-11-22T00:00"),
        ("last:1d", "Asia/Tokyo", "2026-11-21T18:30"),
        ("last:12h", "Asia/Tokyo", "2026-11-22T00:00"),
    ],
)
def test_todays_dates_without_an_hour_are_always_within_the_last_hours(
    query: str, tz: str, first_day: str
) -> None:
    tree = parse(query, now=NOW, tz=ZoneInfo(tz))
    assert isinstance(tree, Published)
    assert tree.civil_start == datetime.fromisoformat(first_day)


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("published:14/03/2026", "published:2026-03-14"),
        ("published:14.03.2026", "published:2026-03-14"),
        ("published:03/14/2026", "published:2026-03-14"),
        ("published:31-12-2025", "published:2025-12-31"),
        ("published:5.5.2026", "published:2026-05-05"),
        ("published:2026.03.14", "published:2026-03-14"),
        ("published:03/2026", "published:2026-03"),
        ("published:١٤/٠٣/٢٠٢٦", "published:2026-03-14"),
        ("published:१४/०३/२०२६", "published:2026-03-14"),
        ("published:14/03/2026..20/03/2026", "published:2026-03-14..2026-03-20"),
        ("after:31/12/2025", "after:2025-12-31"),
        ('published:"14 mars 2026"', "published:2026-03-14"),
        ('published:"1er février 2026"', "published:2026-02-01"),
        ('published:"March 14th, 2026"', "published:2026-03-14"),
        ('published:"14. März 2026"', "published:2026-03-14"),
        ("published:14-marzo-2026", "published:2026-03-14"),
        ('published:"sept. 2026"', "published:2026-09"),
        ('published:"١٤ مارس ٢٠٢٦"', "published:2026-03-14"),
        ('published:"14 كانون الثاني/يناير 2026"', "published:2026-01-14"),
        ("published:آذار-2026", "published:2026-03"),
        ('published:"mars 2026..mai 2026"', "published:2026-03..2026-05"),
        ('seen:"March 14, 2026"', "seen:2026-03-14"),
        ('seen:"14 mars 2026, 16 mars 2026"', 'seen:"2026-03-14,2026-03-16"'),
    ],
)
def test_dates_are_read_as_they_are_typed(typed: str, iso: str) -> None:
    assert read(typed) == read(iso)


@pytest.mark.parametrize(
    "typed", ["14 brumaire 2026", "31 février 2026", "14 mars 26", "14 mars", "mars 14 2026 15"]
)
def test_what_names_no_day_is_no_date(typed: str) -> None:
    with pytest.raises(QueryMistake) as caught:
        read(f'published:"{typed}"')
    assert caught.value.code == "bad_date"


def test_a_date_that_may_be_two_asks_which() -> None:
    with pytest.raises(QueryMistake, match="2026-04-03 or 2026-03-04") as caught:
        read("published:03/04/2026")
    assert caught.value.position == 10
    assert parse("published:03/04/2026", now=NOW, day_first=True) == read("published:2026-04-03")


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("titre:phare", "title:phare"),
        ("Auteur:haddad", "author:haddad"),
        ("langue:fr", "language:fr"),
        ("pays:LB", "country:LB"),
        ("après:2026-03", "after:2026-03"),
        ("apres:2026-03", "after:2026-03"),
        ("العنوان:منارة", "title:منارة"),
        ("كاتب:حداد", "author:حداد"),
        ("لغة:ar", "language:ar"),
        ("قبل:2026-03", "before:2026-03"),
        ("titel:leuchtturm", "title:leuchtturm"),
        ("título:faro", "title:faro"),
    ],
)
def test_fields_have_names_in_other_languages(typed: str, query: str) -> None:
    assert read(typed) == read(query)


def test_an_unknown_field_is_an_error_with_what_may_be_meant() -> None:
    with pytest.raises(QueryMistake) as caught:
        read("tilte:phare")
    assert (caught.value.code, caught.value.suggestions) == ("unknown_field", ("title",))


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        (
            "(a1 OR b1) NEAR/4 c1*",
            Near(Or((Word("a1"), Word("b1"))), Prefix("c1"), 4),
        ),
        (
            '(a1 OR (b1 OR "c1 d1")) NEAR/4 e1',
            Near(Or((Word("a1"), Word("b1"), Phrase("c1 d1"))), Word("e1"), 4),
        ),
        (
            "a1 NEAR/4 b1 NEAR/2 c1",
            And((Near(Word("a1"), Word("b1"), 4), Near(Word("b1"), Word("c1"), 2))),
        ),
        (
            "a1 NOT NEAR/5 b1",
            And((Word("a1"), Not(Near(Word("a1"), Word("b1"), 5)))),
        ),
        (
            "title:(a1 NEAR/2 (b1 OR c1))",
            Near(Word("a1", "title"), Or((Word("b1", "title"), Word("c1", "title"))), 2),
        ),
        ("a1 NOT b1", And((Word("a1"), Not(Word("b1"))))),
    ],
)
def test_near_joins_alternatives_beginnings_and_chains(query: str, tree: Node) -> None:
    assert read(query) == tree
