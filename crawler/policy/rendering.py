"""When the plain answer of a site is not enough, so that its scripts are run. Pure."""

from crawler.extract import ExtractResult

_WITHOUT_TEXT = frozenset(("shell", "empty", "no-article", "unannounced"))
"""Refusals that scripts may change. A check for robots or a login is none: it is not evaded."""
_SHORT = 400
"""Characters of a text below which it may be a teaser before its scripts have run."""
_FEW = 5
"""Links below which a section or home page may be waiting for its scripts."""
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


def lists_little(kind: str, links: int) -> bool:
    """Whether an entry point lists so few links that its scripts may add to them."""
    return kind in RENDERED_KINDS and links < _FEW
