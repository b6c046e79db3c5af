"""Why an article matches: snippets of its title and text, HTML-escaped, with <mark> around what was found.

One highlighter serves every backend, so that they all show the same. A door module.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indexer import analysis, folding, query
from indexer.terms import And, Close, Exact, Node, Or, Start, Stem, analysed

SNIPPETS = 3
SNIPPET_LENGTH = 200
"""Characters around a match, about."""
MAX_TEXT = 200_000
"""Characters of a text that are looked through."""

Span = tuple[int, int]
Marked = Stem | Exact | Start


def highlights(article: Mapping[str, Any], tree: Node) -> dict[str, list[str]]:
    """The marked title, and up to three snippets of the text; a field without a match is left out."""
    found: dict[str, list[str]] = {}
    wanted = list(_wanted(tree))
    language = analysis.language_of(article.get("language"))
    for field in ("title", "text"):
        leaves = [leaf for leaf in wanted if leaf.field in (None, field)]
        shown = str(article.get(field) or "")[:MAX_TEXT]
        if leaves and (spans := _matches(shown, leaves, language)):
            found[field] = [_marked(shown, spans, 0, len(shown))] if field == "title" else _snippets(shown, spans)
    return found


def marked(article: Mapping[str, Any], field: str, tree: query.Node) -> str:
    """The whole title or text of an article, HTML-escaped, with <mark> around what the query finds in it.

    Raises `QueryError` for a query that no index would take.
    """
    shown = str(article.get(field) or "")
    leaves = [leaf for leaf in _wanted(analysed(tree)) if leaf.field in (None, field)]
    spans = _matches(shown[:MAX_TEXT], leaves, analysis.language_of(article.get("language"))) if leaves else []
    return _marked(shown, spans, 0, len(shown))


def _wanted(node: Node) -> Iterator[Marked]:
    match node:
        case Stem() | Exact() | Start():
            yield node
        case Close(left, right, _, field):
            for side in (left, right):
                yield type(side)(side.words, field)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _wanted(part)
        case _:
            return


def _matches(text: str, leaves: Sequence[Marked], language: str) -> list[Span]:
    """The places in the text, in order, without overlap."""
    aligned = folding.Aligned(text)
    exact = sorted(set(folding.divided(aligned.folded)))
    stemmed = dict(zip(exact, analysis.stems(exact, language), strict=True))
    found: set[Span] = set()
    for leaf in leaves:
        for choices in _choices(leaf, exact, stemmed, language):
            places = folding.occurrences(aligned.folded, choices, prefix=isinstance(leaf, Start))
            found.update(aligned.original(*place) for place in places)
    return _disjoint(sorted(found))


def _choices(leaf: Marked, exact: Sequence[str], stemmed: Mapping[str, str], language: str) -> list[list[list[str]]]:
    """The runs of words to mark for a leaf in a text of these words, each word with its alternatives."""
    if isinstance(leaf, Stem):
        wanted = analysis.stems(leaf.words, language)
        run = [[word for word in exact if stemmed[word] == stem] for stem in wanted]
    else:
        run = [[word] for word in leaf.words]
    if not all(run):
        return []
    return [[words] for words in run] if isinstance(leaf, Exact) and leaf.slop else [run]


def _disjoint(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _snippets(text: str, spans: list[Span]) -> list[str]:
    shown: list[str] = []
    done = 0
    for at, (start, _) in enumerate(spans):
        if start < done or len(shown) == SNIPPETS:
            continue
        first = min(start - SNIPPET_LENGTH // 3, len(text) - SNIPPET_LENGTH)
        begin = _word_start(text, max(done, first), start)
        end = _word_end(text, begin + SNIPPET_LENGTH, spans[at][1])
        inside = [span for span in spans[at:] if span[1] <= end]
        ends = "…" if end < len(text) else ""
        shown.append(f"{'…' if begin else ''}{_marked(text, inside, begin, end).strip()}{ends}")
        done = end
    return shown


def _word_start(text: str, place: int, latest: int) -> int:
    if place == 0:
        return 0
    space = text.find(" ", place, latest)
    return space + 1 if space >= 0 else place


def _word_end(text: str, place: int, earliest: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", earliest, place)
    return space if space >= 0 else max(place, earliest)


def _marked(text: str, spans: Sequence[Span], begin: int, end: int) -> str:
    pieces: list[str] = []
    for start, stop in spans:
        pieces += [html.escape(text[begin:start]), "<mark>", html.escape(text[start:stop]), "</mark>"]
        begin = stop
    return "".join([*pieces, html.escape(text[begin:end])])
