"""Lines that come back on page after page of one source: the store counts them, extraction removes
them. Pure.
"""

import re
from hashlib import blake2b

from crawler.extract.markup.evidence import comparable_line

LINES_VERSION = 1
"""The version of `fold_line`: counts of another version say nothing."""
LEAST_ARTICLES = 3
"""Articles of a source on which a line must have stood to be boilerplate."""
_DIGIT = re.compile(r"\d")


def fold_line(line: str) -> str:
    """The line's key: a short hash of its letters, digits masked: counters and dates do not tell
    lines apart.
    """
    folded = _DIGIT.sub("0", comparable_line(line))
    return blake2b(folded.encode(), digest_size=8).hexdigest() if folded else ""


def lines_of(text: str) -> frozenset[str]:
    """The distinct folded lines of one article's text, to learn from."""
    return frozenset(filter(None, map(fold_line, text.split("\n"))))


def without(text: str, boilerplate: frozenset[str]) -> str:
    """The text without its lines that are boilerplate.

    Unchanged where that would take most of it: a text that is published again and again is no
    furniture.
    """
    kept = (
        [line for line in text.split("\n") if fold_line(line) not in boilerplate]
        if boilerplate
        else []
    )
    return "\n".join(kept) if 2 * sum(map(len, kept)) >= len(text) else text
