"""What may be meant otherwise is told, with the query that says it, and changes nothing."""

import pytest

from search.parse.hints import MAX_HINTS, hints

TOLD: list[tuple[str, str, int, str | None]] = [
    ("port –strike", "looks_like_not", 5, "port -strike"),
    ("port —strike", "looks_like_not", 5, "port -strike"),
    ("port −strike", "looks_like_not", 5, "port -strike"),
    ("port --strike", "looks_like_not", 5, "port -strike"),
    ("port !strike", "looks_like_not", 5, "port -strike"),
    ('port –"long strike"', "looks_like_not", 5, 'port -"long strike"'),
    ("port (–strike)", "looks_like_not", 6, "port (-strike)"),
    ("port not strike", "looks_like_not", 5, "port -strike"),
    ("port and not strike", "looks_like_not", 5, "port -strike"),
    ("port AND NOT strike", "looks_like_not", 5, "port -strike"),
    ("port hormis grève", "looks_like_not", 5, "port -grève"),
    ("port NON grève", "looks_like_not", 5, "port -grève"),
    ("Hafen OHNE Streik", "looks_like_not", 6, "Hafen -Streik"),
    ("puerto salvo huelga", "looks_like_not", 7, "puerto -huelga"),
    ("порт кроме забастовка", "looks_like_not", 5, "порт -забастовка"),
    ("ميناء وليس إضراب", "looks_like_not", 6, "ميناء -إضراب"),
    ("port or quay", "looks_like_or", 5, "port OR quay"),
    ("port ou quai", "looks_like_or", 5, "port OR quai"),
    ("Hafen oder Kai", "looks_like_or", 6, "Hafen OR Kai"),
    ("puerto O muelle", "looks_like_or", 7, "puerto OR muelle"),
    ("liman veya iskele", "looks_like_or", 6, "liman OR iskele"),
    ("порт или причал", "looks_like_or", 5, "порт OR причал"),
    ("ميناء أو رصيف", "looks_like_or", 6, "ميناء OR رصيف"),
    ("נמל או רציף", "looks_like_or", 4, "נמל OR רציף"),
    ("بندر یا اسکله", "looks_like_or", 5, "بندر OR اسکله"),
    ("港 或 码头", "looks_like_or", 2, "港 OR 码头"),
    ('"old port" or "new port"', "looks_like_or", 11, '"old port" OR "new port"'),
    ("port ET quai", "looks_like_and", 5, "port quai"),
    ("port && quay", "looks_like_and", 5, "port quay"),
    ("porto E molo", "looks_like_and", 6, "porto molo"),
    ("ميناء و رصيف", "looks_like_and", 6, "ميناء رصيف"),
    ("port^3", "unknown_operator", 4, "port"),
    ('"old port"^1.5 quay', "unknown_operator", 10, '"old port" quay'),
    ("port XOR quay", "unknown_operator", 5, "port OR quay"),
    ("port W/4 quay", "unknown_operator", 5, "port NEAR/4 quay"),
    ("port near/4 quay", "unknown_operator", 5, "port NEAR/4 quay"),
    ("port ADJ3 quay", "unknown_operator", 5, "port NEAR/3 quay"),
    (
        "HARBOUR CREWS DO NOT SAIL",
        "looks_like_words",
        17,
        'HARBOUR CREWS DO "NOT" SAIL',
    ),
]


@pytest.mark.parametrize(("query", "code", "position", "instead"), TOLD)
def test_what_may_be_meant_is_told(
    query: str, code: str, position: int, instead: str | None
) -> None:
    [hint] = hints(query)
    assert (hint.code, hint.position, hint.instead) == (code, position, instead)


@pytest.mark.parametrize(
    "query",
    [
        "port -strike",
        "port NOT strike",
        "port AND quay",
        "port OR quay",
        "NATO OR ILO",
        "port NEAR/4 quay",
        '"now or never"',
        "«ou bien»",
        "garde–côte",
        "1995–2001 strike",
        "port – quay",
        "port & quay",
        "Stop! strike",
        "title:or port",
        "-topic:sport port",
        "not",
        "or",
        "sans papiers",
        "doctors without borders",
        "https://www.example.org/a--b",
        "LE MAIRE ET LE PORT",
        '"',
    ],
)
def test_what_says_what_it_means_gets_no_hint(query: str) -> None:
    assert hints(query) == []


@pytest.mark.parametrize("query", ["port –a", "port or a", "port AND NOT a", "port^2 a"])
def test_what_is_offered_gets_no_hint(query: str) -> None:
    [hint] = hints(query)
    assert hint.instead
    assert hints(hint.instead) == []


def test_hints_are_few() -> None:
    assert len(hints("port " + "or a " * 100)) == MAX_HINTS
