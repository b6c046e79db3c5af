"""Lines that come back on page after page of one source: the store counts them, extraction removes
them. Pure.
"""

import re
from hashlib import blake2b

from crawler.extract.markup.evidence import comparable_line

LINES_VERSION = 1
"""Of `fold_line`: what was counted under another version is counted anew."""
LEAST_ARTICLES = 3
"""Articles on which boilerplate stands at least: two may be an article and its new edition."""
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


def remove_lines(text: str, boilerplate: frozenset[str]) -> str:
    """The text without its lines that are boilerplate.

    Unchanged where that would take most of it: a text that is published again and again is no
    furniture.
    """
    if not boilerplate:
        return text
    own_lines = [line for line in text.split("\n") if fold_line(line) not in boilerplate]
    takes_most = 2 * sum(map(len, own_lines)) < len(text)
    return text if takes_most else "\n".join(own_lines)
