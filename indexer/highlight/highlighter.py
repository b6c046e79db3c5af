"""Why an article matches: snippets of its title and text, HTML-escaped, with <mark> around what was
found.

One highlighter serves every backend, so that they all show the same. A door module.
"""

import html
from collections.abc import Iterator, Mapping
from typing import Any

from indexer import query
from indexer.analysis import analyzers as analysis
from indexer.analysis.vocabulary import Span
from indexer.highlight.positions import ShownLeaf, TermLocator
from indexer.query.analyzed import AllOf, AnyOf, Close, Exact, Node, Start, Stem, analyse

SNIPPETS = 3
SNIPPET_LENGTH = 200
"""Characters around a match, about."""
MAX_TEXT = 200_000
"""Characters of a text that are looked through."""

_FIELDS = ("title", "text")


class Highlighter:
    """Shows why articles match one query."""

    def __init__(self, tree: Node) -> None:
        self._leaves = list(_shown_leaves(tree))
        self._finders: dict[tuple[str, str], TermLocator] = {}

    def of(self, article: Mapping[str, Any]) -> dict[str, list[str]]:
        """The marked title, and up to three snippets of the text; a field without a match is left out."""
        if not self._leaves:
            return {}
        language = analysis.language_of(article.get("language"))
        found = {}
        for field in _FIELDS:
            text = str(article.get(field) or "")[:MAX_TEXT]
            spans = self._finder(field, language).spans(text)
            if shown := _title(text, spans) if field == "title" else _snippets(text, spans):
                found[field] = shown
        return found

    def _finder(self, field: str, language: str) -> TermLocator:
        known = self._finders.get((field, language))
        if known is None:
            leaves = [leaf for leaf in self._leaves if leaf.field in (None, field)]
            known = self._finders[field, language] = TermLocator(leaves, language)
        return known


def mark_matches(article: Mapping[str, Any], field: str, tree: query.Node) -> str:
    """The whole title or text of an article, HTML-escaped, with <mark> around what the query finds
    in it.

    Raises `QueryError` for a query that no index would take.
    """
    shown = str(article.get(field) or "")
    leaves = [leaf for leaf in _shown_leaves(analyse(tree)) if leaf.field in (None, field)]
    finder = TermLocator(leaves, analysis.language_of(article.get("language")))
    return _mark(shown, list(finder.spans(shown[:MAX_TEXT])), 0, len(shown))


def _shown_leaves(node: Node) -> Iterator[ShownLeaf]:
    match node:
        case Stem() | Exact() | Start():
            yield node
        case Close(left, right, _, field):
            for side in (left, right):
                yield type(side)(side.words, field)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _shown_leaves(part)
        case _:
            return


def _title(text: str, spans: Iterator[Span]) -> list[str]:
    found = list(spans)
    return [_mark(text, found, 0, len(text))] if found else []


def _snippets(text: str, spans: Iterator[Span]) -> list[str]:
    """Each snippet begins shortly before the first match behind the one before."""
    shown: list[str] = []
    done = 0
    span = next(spans, None)
    while span is not None and len(shown) < SNIPPETS:
        if span[0] < done:
            span = next(spans, None)
            continue
        first = min(span[0] - SNIPPET_LENGTH // 3, len(text) - SNIPPET_LENGTH)
        begin = _word_start(text, max(done, first), span[0])
        done = _word_end(text, begin + SNIPPET_LENGTH, span[1])
        inside = []
        while span is not None and span[1] <= done:
            inside.append(span)
            span = next(spans, None)
        ends = "…" if done < len(text) else ""
        shown.append(f"{'…' if begin else ''}{_mark(text, inside, begin, done).strip()}{ends}")
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


def _mark(text: str, spans: list[Span], begin: int, end: int) -> str:
    pieces: list[str] = []
    for start, stop in spans:
        pieces += [
            html.escape(text[begin:start]),
            "<mark>",
            html.escape(text[start:stop]),
            "</mark>",
        ]
        begin = stop
    return "".join([*pieces, html.escape(text[begin:end])])
