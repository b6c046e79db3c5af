"""The zones by which articles are ranked: title, first words and text, each as the stems of its
words.

Matches are found by `terms`; a zone holds one stem for each word, or the word where its language
has none. Zones are filled up with a term that nobody asks for. BM25 compares lengths, so that every
title is as long as another and every beginning as well, and texts differ less than they do: a word
of a headline says as much in a language or at a publisher with long headlines.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from indexer.analysis.analyzers import UNKNOWN, languages_for, query_stems
from indexer.analysis.terms import FORM_STEM, STEM, Term

Zone = Literal["title", "lead", "text"]
ZONES: tuple[Zone, ...] = get_args(Zone)
LEAD_WORDS = 50
"""News say in the first two or three sentences what they are about."""
TITLE_WORDS = 40
_LENGTHS: Mapping[Zone, int] = {"title": 48, "lead": 80}
"""Terms of a filled zone: more than its words have, as an Arabic word may have several."""
_MARGIN = 120
"""Terms by which a text counts as longer than it is: of a text of 230 words half its length, which
makes of the usual b = 0.75 about 0.5.
"""
_FILLER = "_"


def zone_column(zone: Zone) -> str:
    """The column of a zone."""
    return f"{zone}_zone"


def stems_of(row: Sequence[Term], language: str) -> str:
    """What ranks an article for one of its words, from the word's row of `terms`: its stem, and the
    stems of its forms and compounds, with spaces between.
    """
    if language == UNKNOWN:
        return row[0][1]
    found = []
    for place, term in row:
        if place == STEM:
            found.append(term)
        elif place >= FORM_STEM:
            is_compound = term.startswith("+")
            found.append(f"{language}:{term[1:]}" if is_compound else term[1:])
    return " ".join(found)


def zone_columns(title: Sequence[str], text: Sequence[str]) -> dict[str, str]:
    """The columns of all zones, as terms with spaces between; title and text as the `stems_of` of
    each word.
    """
    return {
        zone_column("title"): _filled(title[:TITLE_WORDS], _LENGTHS["title"]),
        zone_column("lead"): _filled(text[:LEAD_WORDS], _LENGTHS["lead"]),
        zone_column("text"): _filled(text, len(text) + _MARGIN),
    }


def asked_stems(word: str, typed: str) -> list[list[str]]:
    """The terms as which a folded word of a query, `typed` so, can stand in a zone: in the first
    list those of which an article has at most one, since each is of another language; in lists of
    their own what else the word may be in a language.
    """
    first = [f"={word}"]
    others = []
    for language in languages_for([word]):
        (stem,), *more = query_stems([word], [typed], language)
        first.append(f"{language}:{stem}")
        others += [[f"{language}:{other}"] for (other,) in more]
    return [first, *others]


def _filled(words: Sequence[str], length: int) -> str:
    terms = " ".join(words)
    count = terms.count(" ") + 1 if words else 0
    return terms + f" {_FILLER}" * (length - count)
