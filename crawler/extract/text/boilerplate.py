"""Lines that come back on page after page of one source: learned from its articles, removed at
extraction.

Pure: the counts are kept by the caller, `learn` folds one more article into them, `learned` reads
the lines off.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from crawler.extract.markup.evidence import comparable_line

LINES_VERSION = 1
"""Of `fold_line`: what was counted under another version is counted anew."""
LEAST_ARTICLES = 3
"""Articles on which boilerplate stands at least: two may be an article and its new edition."""
_MAX_LINES = 20_000
"""Lines that are counted for one source, so that an endless one doesn't fill the memory."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Learned:
    """What one source's articles have shown so far: distinct articles seen, and on how many each
    folded line stood.

    `version` is that of `fold_line`: counts of another version say nothing and are started anew.
    """

    articles: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    version: int = LINES_VERSION


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


def learn(so_far: Learned, articles: Iterable[frozenset[str]]) -> Learned:
    """The counts with these distinct articles added; an article that was counted before must not
    come again.
    """
    if so_far.version != LINES_VERSION:
        so_far = Learned()
    counts = dict(so_far.counts)
    seen = so_far.articles
    for lines in articles:
        seen += 1
        if _is_copy(lines, counts):
            continue
        for line in lines:
            counts[line] = counts.get(line, 0) + 1
    return Learned(seen, _bounded(counts))


def learned(so_far: Learned, least: int = LEAST_ARTICLES) -> frozenset[str]:
    """The lines that stood on at least `least` distinct articles: boilerplate."""
    if so_far.version != LINES_VERSION:
        return frozenset()
    return frozenset(line for line, count in so_far.counts.items() if count >= least)


def _is_copy(lines: frozenset[str], counts: Mapping[str, int]) -> bool:
    """Whether most of an article's lines stood on one or two before: a second edition of it, which
    teaches nothing.
    """
    rare = [line for line in lines if counts.get(line, 0) < LEAST_ARTICLES]
    return len(rare) >= 3 and 2 * sum(line in counts for line in rare) > len(rare)


def _bounded(counts: dict[str, int]) -> dict[str, int]:
    if len(counts) <= _MAX_LINES:
        return counts
    return dict(sorted(counts.items(), key=lambda item: -item[1])[: _MAX_LINES * 3 // 4])
