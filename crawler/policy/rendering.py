"""When the plain answer of a site is not enough, so that its scripts are run. Pure."""

from collections.abc import Iterable

from crawler.extract import ExtractResult

_WITHOUT_TEXT = frozenset(("shell", "empty", "no-article", "unannounced"))
"""Refusals that scripts may change. A check for robots or a login is none: it is not evaded."""
_SHORT = 400
"""Characters of a text below which it may be a teaser before its scripts have run."""
_FEW = 5
"""Headlines below which a section or home page may be waiting for its scripts: its menu stands in
the plain answer, too.
"""
_WORDS = 4
"""Words of a link that may be a headline, and not an entry of a menu,"""
_LETTERS = 10
"""or letters, where words are written without spaces."""
RENDERED_KINDS = frozenset(("section", "older", "home"))
"""Kinds of entry points that people look at in a browser."""


def may_gain(result: ExtractResult | None, reason: str | None) -> bool:
    """Whether the scripts of a page may bring more than its plain answer, which was read to this
    result, or refused for this reason.
    """
    if reason:
        return reason in _WITHOUT_TEXT
    return result is not None and text_size(result) < _SHORT


def text_size(result: ExtractResult | None) -> int:
    """Characters of the article; 0 where there is none."""
    if result is None or result.article is None:
        return 0
    return len(result.article.text)


def lists_little(kind: str, titles: Iterable[str | None]) -> bool:
    """Whether an entry point lists so few headlines that its scripts may add to them; `titles` are
    the words of its links.
    """
    headlines = sum(_is_headline(title or "") for title in titles)
    return kind in RENDERED_KINDS and headlines < _FEW


def _is_headline(title: str) -> bool:
    words = title.split()
    if len(words) == 1 and not title.isascii():
        return len(title) >= _LETTERS
    return len(words) >= _WORDS
