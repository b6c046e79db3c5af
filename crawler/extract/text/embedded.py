"""The text that a page embeds as JSON-LD articleBody: a witness of what is printed, its stand-in
where little is.
"""

import re
from html import unescape

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line
from crawler.extract.text import sentences
from crawler.extract.text.full_sentence import is_sentence

_TAG = re.compile(r"<[^<>]{1,500}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/h\d|/li)\b[^<>]{0,100}>|\r\n?|\n", re.IGNORECASE)
_ESCAPED = re.compile(r"&(?:lt|amp|nbsp|quot);|&#")
_LONGEST = 200_000
"""Characters of an embedded text that are read."""
_LEAST = 200
"""Characters of an embedded text: a shorter one is a summary."""
_SIGNIFICANT = 30
"""Letters and digits of a line from which its place in another text is no chance."""
_SCRAP = 80
"""Letters and digits below which a line between embedded ones is a caption, a label or a link."""
_TAIL = 0.15
"""Share of what is printed that may follow the embedded text and be none of the article: more of it
shows that only the beginning is embedded.
"""


def lines(evidence: PageEvidence) -> list[str]:
    """The embedded text line by line; none where it is too short to be a text."""
    text = jsonld.text(evidence.node.get("articleBody") or evidence.node.get("text"))[:_LONGEST]
    if _ESCAPED.search(text):
        text = unescape(unescape(text))  # some sites escape the escaped
    cleaned = [clean(_TAG.sub(" ", part)) for part in _BREAK.split(text)]
    if sum(map(len, cleaned)) < _LEAST:
        return []
    return sentences.once(sentences.apart(filter(None, cleaned)))


def continues(printed: list[str], whole: str) -> bool:
    """Whether the embedded text is the printed one and goes on much longer: the page shows only a
    part.
    """
    keys = [key for key in map(comparable_line, printed) if len(key) > _SIGNIFICANT]
    size = sum(map(len, keys))
    inside = sum(len(key) for key in keys if key in whole)
    return len(whole) > 1.3 * size and inside >= 0.5 * size


def completed(printed: list[str], embedded: list[str]) -> list[str]:
    """The embedded lines, with the printed ones where both have the same: a page keeps its breaks
    where the embedded text runs together.
    """
    keys = [(line, comparable_line(line)) for line in printed]
    significant = [(line, key) for line, key in keys if len(key) > _SIGNIFICANT]
    whole = comparable_line("".join(printed))
    lines: list[str] = []
    for line in embedded:
        folded = comparable_line(line)
        inside = [words for words, key in significant if key in folded]
        rest = sentences.without(line, whole) if inside else line
        lines += filter(None, [*inside, rest])
    return lines


def unembedded_lines(printed: list[str], whole: str) -> set[int]:
    """The printed lines that the embedded text leaves out, where it is complete: what follows its
    end, and scraps.
    """
    keys = list(map(comparable_line, printed))
    outside = [number for number, key in enumerate(keys) if key not in whole]
    inside = sorted(set(range(len(keys))).difference(outside))
    size = sum(map(len, keys))
    missing = sum(len(keys[number]) for number in outside)
    if not inside or not _is_complete(size, missing, len(whole)):
        return set()
    last = inside[-1]
    scraps = {n for n in outside if inside[0] < n < last and _is_scrap(printed[n], keys[n])}
    return scraps.union(_tail(keys, last + 1, whole))


def _tail(keys: list[str], end: int, whole: str) -> range:
    """The lines behind the embedded text, whose last line ends at `end`; none where there are so
    many that only the beginning is embedded, or where it is cut.
    """
    is_short = sum(map(len, keys[end:])) <= _TAIL * sum(map(len, keys))
    return range(end, len(keys) if is_short and whole.endswith(keys[end - 1]) else end)


def _is_scrap(line: str, key: str) -> bool:
    return len(key) < _SCRAP and not is_sentence(line)


def _is_complete(printed: int, missing: int, embedded: int) -> bool:
    """Whether an embedded text of this size has what is printed, but for a part that is missing."""
    return missing <= 0.3 * printed and embedded >= 0.7 * (printed - missing)
