"""Highlighting: snippets of a title and text, HTML-escaped, with <mark> around the matches.

One highlighter serves every backend, so that they all show the same. A door module.
"""

import html
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from indexer import query
from indexer.analysis import analyzers
from indexer.analysis.vocabulary import Span
from indexer.highlight.positions import ShownLeaf, TermLocator
from indexer.query.analyzed import (
    AllOf,
    AnyOf,
    AsTyped,
    Close,
    Exact,
    MostOf,
    Node,
    Start,
    Stem,
    analyse,
)

SNIPPETS = 3
SNIPPET_LENGTH = 200
"""Characters around a match, about."""
MAX_TEXT = 200_000
"""Characters of a text that are looked through."""

_FIELDS = ("title", "text")


class Highlighter:
    """Marks in articles what one query matches."""

    def __init__(self, tree: Node) -> None:
        self._leaves = list(_shown_leaves(tree))
        self._locators: dict[tuple[str, str], TermLocator] = {}

    def of(self, article: Mapping[str, Any]) -> dict[str, list[str]]:
        """The marked title, and up to three snippets of the text; only fields with a match."""
        if not self._leaves:
            return {}
        language = analyzers.language_of(article.get("language"))
        highlights = {}
        for field in _FIELDS:
            text = str(article.get(field) or "")[:MAX_TEXT]
            spans = self._locator(field, language).spans(text)
            snippets = _title(text, spans) if field == "title" else _snippets(text, spans)
            if snippets:
                highlights[field] = snippets
        return highlights

    def _locator(self, field: str, language: str) -> TermLocator:
        locator = self._locators.get((field, language))
        if locator is None:
            leaves = [leaf for leaf in self._leaves if leaf.field in (None, field)]
            locator = self._locators[field, language] = TermLocator(leaves, language)
        return locator


def mark_matches(article: Mapping[str, Any], field: str, tree: query.Node) -> str:
    """The whole title or text of an article, HTML-escaped, with <mark> around what the query finds
    in it.

    Raises `QueryError` for a query that no index would take.
    """
    text = str(article.get(field) or "")
    leaves = [leaf for leaf in _shown_leaves(analyse(tree)) if leaf.field in (None, field)]
    locator = TermLocator(leaves, analyzers.language_of(article.get("language")))
    return _mark(text, list(locator.spans(text[:MAX_TEXT])), 0, len(text))


def _shown_leaves(node: Node) -> Iterator[ShownLeaf]:
    match node:
        case Stem() | Exact() | AsTyped() | Start():
            yield node
        case Close(left, right, _, field):
            for side in (*left, *right):
                yield replace(side, field=field)
        case AllOf(parts) | AnyOf(parts) | MostOf(parts):
            for part in parts:
                yield from _shown_leaves(part)
        case _:
            return


def _title(text: str, spans: Iterator[Span]) -> list[str]:
    matches = list(spans)
    return [_mark(text, matches, 0, len(text))] if matches else []


def _snippets(text: str, spans: Iterator[Span]) -> list[str]:
    """Each snippet begins shortly before the first match behind the one before."""
    snippets: list[str] = []
    end = 0  # of the snippet before
    span = next(spans, None)
    while span is not None and len(snippets) < SNIPPETS:
        if span[0] < end:
            span = next(spans, None)
            continue
        # A third of a snippet stands before its first match, more at the end of the text.
        earliest = min(span[0] - SNIPPET_LENGTH // 3, len(text) - SNIPPET_LENGTH)
        begin = _word_start(text, max(end, earliest), span[0])
        end = _word_end(text, begin + SNIPPET_LENGTH, span[1])
        matches = []
        while span is not None and span[1] <= end:
            matches.append(span)
            span = next(spans, None)
        before = "…" if begin else ""
        after = "…" if end < len(text) else ""
        snippets.append(f"{before}{_mark(text, matches, begin, end).strip()}{after}")
    return snippets


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
