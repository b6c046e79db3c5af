"""The text that a feed carries of an article: it stands in where the page has none, or little of
it.
"""

from crawler.article import Hints
from crawler.extract.markup.evidence import weight
from crawler.extract.text import fragment
from crawler.extract.text.noise import Trace

_PART = 3
"""The feed's text is so many times the page's where the page shows a part."""
DOORS = frozenset(("empty", "shell", "blocked", "consent", "login", "maintenance", "unannounced"))
"""Reasons of a refusal that stand between readers and an article; others say that there is none."""


def lines(hints: Hints, trace: Trace) -> list[str]:
    """The feed's text line by line; none where it carries none."""
    if not hints.text:
        return []
    return fragment.lines(hints.text, hints.title or "", trace)


def may_be_fuller(hints: Hints, text: str) -> bool:
    """Whether the feed's text may be the whole of which the page shows a part, by its size; its
    markup counts as well, so that it is rarely read for nothing.
    """
    return bool(hints.text) and is_part(text, hints.text or "")


def is_part(text: str, whole: str) -> bool:
    """Whether one text is less than a third of the other."""
    return _PART * weight(text) < weight(whole)
