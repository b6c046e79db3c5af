"""Did you mean: where nothing matches, the words of the index that are one edit away from a word
that it does not have.

All candidates are asked for in one call. An edit is a letter left out, added, replaced, or swapped
with the next (Damerau, 1964): four of five misspellings are one of these.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from indexer.analysis import folding
from indexer.analysis.alphabets import alphabet_of
from indexer.backend import Backend
from indexer.query import (
    All,
    And,
    Near,
    NearSide,
    Node,
    Or,
    Phrase,
    QueryError,
    Search,
    Word,
)

MAX_SUGGESTIONS = 3
MAX_CANDIDATES = 2_000
"""Words of one call; a word of ten letters has about 550."""
SHORTEST = 4
"""Letters: of shorter words, most are one edit away from some other word."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word where it stands in the query."""

    word: str
    start: int
    end: int


def other_spellings(backend: Backend, query: str, search: Search) -> list[dict[str, Any]]:
    """`{query, total}` of each query in other spellings that finds articles with the same filters,
    the most frequent spelling first.
    """
    typed = _searched_words(query, search.tree)
    words = list(dict.fromkeys(place.word for place in typed))
    edits = {word: _edits(word) for word in words}
    within = replace(search, tree=All(), facets=(), limit=0)
    counts = _frequencies(backend, within, words, edits)
    unknown = [word for word in words if not counts.get(word)]
    found = {word: _known(edits[word], counts) for word in unknown}
    if not any(found.values()):
        return []
    suggestions = []
    for spelled in _combinations(found):
        suggestion = _tried(backend, query, typed, spelled, search)
        if suggestion is not None:
            suggestions.append(suggestion)
    return suggestions


def _frequencies(
    backend: Backend, within: Search, words: Sequence[str], edits: dict[str, list[str]]
) -> dict[str, int]:
    """How many articles have each word and each of its edits, within the bound of one call."""
    asked = list(dict.fromkeys([*words, *(edit for word in words for edit in edits[word])]))
    asked = asked[:MAX_CANDIDATES]
    if not asked:
        return {}
    return dict(zip(asked, backend.frequencies(within, asked), strict=True))


def _searched_words(query: str, tree: Node) -> list[_Typed]:
    """The words of a query that are looked for in title or text, long enough to be misspelt."""
    wanted = {word for text in _texts(tree) for word in folding.words(text)}
    places = zip(folding.words(query), folding.spans(query), strict=True)
    return [
        _Typed(word, start, end)
        for word, (start, end) in places
        if word in wanted and len(word) >= SHORTEST and alphabet_of(word)
    ]


def _texts(tree: Node) -> Iterable[str]:
    """What is asked for, as typed; neither what is excluded nor authors."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _texts(part)
        case Near(left, right):
            yield from (*_texts(left), *_texts(right))
        case Word(text, field) | Phrase(text, _, field) if field != "author":
            yield text


def _edits(word: str) -> list[str]:
    """The words one edit away, over the alphabet of the word."""
    letters = alphabet_of(word)
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    edits: list[str] = []
    for head, tail in halves:
        if tail:
            edits.append(head + tail[1:])
            edits += [head + letter + tail[1:] for letter in letters]
        edits += [head + letter + tail for letter in letters]
    for at, (first, second) in enumerate(pairwise(word)):
        edits.append(word[:at] + second + first + word[at + 2 :])
    return [edit for edit in dict.fromkeys(edits) if edit != word]


def _known(edits: Sequence[str], counts: dict[str, int]) -> list[str]:
    """Those that articles have, the most frequent first."""
    known = [edit for edit in edits if counts.get(edit)]
    known.sort(key=lambda edit: -counts[edit])
    return known[:MAX_SUGGESTIONS]


def _combinations(found: dict[str, list[str]]) -> list[dict[str, str]]:
    """Which words are replaced by what: the best of each, then others for the first."""
    best = {word: spellings[0] for word, spellings in found.items() if spellings}
    first = next(iter(best))
    return [{**best, first: spelling} for spelling in found[first]]


def _tried(
    backend: Backend, query: str, typed: Sequence[_Typed], spelled: dict[str, str], search: Search
) -> dict[str, Any] | None:
    """The query in this spelling and what it finds; None where that is nothing."""
    # The parser stands on a higher floor of a query: what it reads is the same tree, respelt.
    tree = _respelt(search.tree, spelled)
    try:
        found = backend.search(replace(search, tree=tree, facets=(), limit=1))
    except QueryError:
        return None
    if not found.total:
        return None
    article = found.hits[0].article
    text = f"{article.get('title') or ''} {article.get('text') or ''}"
    written = {word: _as_written(text, spelling) for word, spelling in spelled.items()}
    for place in reversed(typed):
        if place.word in written:
            query = query[: place.start] + written[place.word] + query[place.end :]
    return {"query": query, "total": found.total}


def _respelt(tree: Node, spelled: dict[str, str]) -> Node:
    match tree:
        case And(parts):
            return And(tuple(_respelt(part, spelled) for part in parts))
        case Or(parts):
            return Or(tuple(_respelt(part, spelled) for part in parts))
        case Near(left, right, distance):
            return Near(_side(left, spelled), _side(right, spelled), distance)
        case Word() | Phrase():
            return _leaf(tree, spelled)
    return tree


def _side(side: NearSide, spelled: dict[str, str]) -> NearSide:
    if isinstance(side, Or):
        return Or(tuple(_respelt(part, spelled) for part in side.parts))
    return _leaf(side, spelled) if isinstance(side, Word | Phrase) else side


def _leaf(leaf: Word | Phrase, spelled: dict[str, str]) -> Word | Phrase:
    text = leaf.text
    places = list(zip(folding.words(text), folding.spans(text), strict=True))
    for word, (start, end) in reversed(places):
        if word in spelled:
            text = text[:start] + spelled[word] + text[end:]
    return replace(leaf, text=text)


def _as_written(text: str, spelling: str) -> str:
    """A folded word as an article has it, with its accents and capitals."""
    for piece in text.split():
        if spelling in folding.words(piece):
            start, end = folding.spans(piece)[folding.words(piece).index(spelling)]
            return piece[start:end]
    return spelling
