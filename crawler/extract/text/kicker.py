"""The kicker: the section's name, printed at the head of an article as a line of its own."""

import re
from collections.abc import Callable

from crawler.enrich.fold import fold_phrase
from crawler.extract.markup.evidence import comparable_line
from crawler.extract.text.blocks import Block
from crawler.extract.text.main_content import LONGEST_LABEL, MainContent
from crawler.extract.text.noise import Trace

SectionNames = Callable[[], frozenset[str]]
"""Gives the folded names of the page's sections; called only where a line may be one of them."""
_DASHES = ("-", "–", "—")
_BETWEEN_NAMES = re.compile(r"[|/›>»·•]|\s[–—-]\s")


def without_kicker(content: MainContent, names: SectionNames, trace: Trace) -> list[Block]:
    """The blocks of the article without those that only repeat its section.

    A sentence that begins with a section's name stays, and so does a heading below the headline.
    """
    if not content.labels:
        return content.blocks
    section_names = names()
    kickers: set[int] = set()
    for block in content.labels:
        if is_kicker(block.text, section_names):
            kickers.add(id(block))
            trace("section", block.text)
    return [block for block in content.blocks if id(block) not in kickers]


def without_leading_kicker(lines: list[str], names: SectionNames, trace: Trace) -> list[str]:
    """The same for lines without markup: only those above the first long one."""
    text: list[str] = []
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LABEL:
            return text + lines[number:]
        if is_kicker(line, names()):
            trace("section", line)
        else:
            text.append(line)
    return text


def is_kicker(line: str, names: frozenset[str]) -> bool:
    """Whether a line is the name of a section, or several of them: "World › Europe".

    With a dash at its end it is a dateline, which local papers' sections are named like: "Köln –".
    """
    if line.endswith(_DASHES):
        return False
    if comparable_line(line) in names or comparable_line(fold_phrase(line)) in names:
        return True
    parts = list(filter(None, map(comparable_line, _BETWEEN_NAMES.split(line))))
    return bool(parts) and names.issuperset(parts)
