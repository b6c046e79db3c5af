"""The text of an article that stands on several pages."""

from crawler.extract.markup.evidence import comparable_line
from crawler.extract.refusal.announced import beginnings, share

_SAME = 0.5
"""Share of a headline's words that the headline of a further page has."""
_NEW = 0.3
"""Share of a further page's text that is new: others are pages of comments or pictures."""
_WHOLE = 0.8
"""Share of a text that another one holds which is the whole of it."""
_ECHO = 40
"""Letters and digits of a line from which it is no chance that it comes again."""


def joined(title: str, text: str, part_title: str, part: str) -> str:
    """The text with that of a further page; empty where that page is none of this article: it has
    another headline, or next to nothing new.
    """
    if not _is_same_title(title, part_title):
        return ""
    before = set(map(comparable_line, text.split("\n")))
    lines = part.split("\n")
    keys = list(map(comparable_line, lines))
    new = [line for line, key in zip(lines, keys, strict=True) if key not in before]
    if sum(map(len, new)) < _NEW * len(part):
        return ""
    if _holds(set(keys), text):
        return part
    fresh = [line for line in lines if _is_fresh(comparable_line(line), before)]
    return "\n".join([text, *fresh])


def _is_fresh(key: str, before: set[str]) -> bool:
    return len(key) < _ECHO or key not in before


def _holds(keys: set[str], text: str) -> bool:
    """Whether a page with these lines shows the whole text."""
    lines = text.split("\n")
    held = sum(len(line) for line in lines if comparable_line(line) in keys)
    return held >= _WHOLE * len(text)


def _is_same_title(title: str, other: str) -> bool:
    one = comparable_line(title)
    two = comparable_line(other)
    if one in two or two in one:
        return bool(one and two)
    return share([beginnings(title)] if beginnings(title) else [], other) >= _SAME
