"""The text that a page embeds as JSON-LD articleBody: a witness of what is printed, its stand-in
where little is.
"""

import re
from html import unescape

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line

_TAG = re.compile(r"<[^<>]{1,500}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/h\d|/li)\b[^<>]{0,100}>|\r\n?|\n", re.IGNORECASE)
_LEAST = 200


def lines(evidence: PageEvidence) -> list[str]:
    """The embedded text line by line; none where it is too short to be a text."""
    value = jsonld.text(evidence.node.get("articleBody") or evidence.node.get("text"))
    if (
        "&lt;" in value
        or "&#" in value
        or "&amp;" in value
        or "&nbsp;" in value
        or "&quot;" in value
    ):
        value = unescape(unescape(value))
    found = [line for line in (clean(_TAG.sub(" ", part)) for part in _BREAK.split(value)) if line]
    return found if sum(map(len, found)) >= _LEAST else []


def continues(printed: list[str], whole: str) -> bool:
    """Whether the embedded text is the printed one and goes on much longer: the page shows only a part."""
    known = [folded for folded in map(comparable_line, printed) if len(folded) > 30]
    size = sum(map(len, known))
    inside = sum(len(folded) for folded in known if folded in whole)
    return len(whole) > 1.3 * size and inside >= 0.5 * size


def strangers(printed: list[str], whole: str) -> set[int]:
    """The printed lines that the embedded text leaves out, where it is complete: what follows its
    end, and scraps.
    """
    folded = [comparable_line(line) for line in printed]
    size = sum(map(len, folded)) or 1
    outside = {number for number, line in enumerate(folded) if line and line not in whole}
    inside = [number for number in range(len(folded)) if number not in outside]
    missing = sum(len(folded[number]) for number in outside)
    if not inside or missing > 0.3 * size or len(whole) < 0.7 * (size - missing):
        return set()
    return {
        number
        for number in outside
        if number > inside[-1] or (number > inside[0] and len(folded[number]) < 80)
    }
