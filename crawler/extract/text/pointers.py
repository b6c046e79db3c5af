"""Pointers: lines between the paragraphs that name other articles, behind a label such as "Read
also" or as a link.
"""

import re
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean, weight, words_in
from crawler.extract.text import end_matter_patterns as patterns
from crawler.extract.text.blocks import HEADINGS, Block
from crawler.extract.text.noise import Trace

_LONGEST = 220
_LONGEST_LABEL = 60
_LEAST_HEADLINE = 12
_LONGEST_RUN = 3
"""Pointers in a row."""
_MOST_LINKS = 6
_DIGIT = re.compile(r"\d")
_FULL_STOPS = (".", "。", "।", "۔", ".”", ".»", '."')
_LABEL_ENDS = (":", "：", ">", "»", "→", "|", "–", "—", "-", "?", "]", "】", "］", "〕", "』")
_DASHES = ("-", "–", "—")
_OPENING_QUOTES = ("«", "“", "„", '"', "‘")


def without_pointers(blocks: list[Block], trace: Trace) -> list[Block]:
    """The blocks without those that are a label and, up to their end, a link behind it.

    A longer run of them is a list that the article gives.
    """
    text: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and _is_labelled_link(block):
            run.append(block)
            continue
        if len(run) > _LONGEST_RUN:
            text.extend(run)
        else:
            for pointer in run:
                trace("pointer", pointer.text)
        run.clear()
        if block is not None:
            text.append(block)
    return text


def without_labelled(lines: list[str], trace: Trace) -> list[str]:
    """The lines without those that a label marks as the headline of another article, whether their
    links are still there or not; and without a list of such headlines at the end.
    """
    text: list[str] = []
    for number, line in enumerate(lines):
        if patterns.bare_label().match(line) and not any(map(_is_prose, lines[number + 1 :])):
            for dropped in lines[number:]:
                trace("pointer", dropped)
            return text
        if _points_elsewhere(line):
            trace("pointer", line)
        else:
            text.append(line)
    return text


def _is_prose(line: str) -> bool:
    return len(line) > _LONGEST or line.endswith(_FULL_STOPS)


def sends_elsewhere(line: str) -> bool:
    """Whether a line tells readers where to read on: "More? Here is the story of the mill"."""
    return bool(patterns.sends().match(line))


def _points_elsewhere(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    if patterns.bare_label().match(line):
        return True
    is_sentence = line.endswith(_FULL_STOPS)
    if not is_sentence and sends_elsewhere(line):
        return True
    # A headline has no full stop: a sentence that runs into a label may be one of the article's.
    return not is_sentence and patterns.label().match(line) is not None


def _is_labelled_link(block: Block) -> bool:
    """Whether a short label stands in front of a link that goes to the block's end."""
    if block.linked <= 0.2 or block.tag in HEADINGS or _is_prose(block.text):
        return False
    link = _last_link(block.element)
    headline = clean(words_in(link)) if link is not None else ""
    if weight(headline) < _LEAST_HEADLINE or not block.text.endswith(headline):
        return False
    label = block.text[: -len(headline)].rstrip()
    if not 0 < len(label) <= _LONGEST_LABEL or not label.endswith(_LABEL_ENDS):
        return False
    is_date_or_quote = _DIGIT.search(label) or headline.startswith(_OPENING_QUOTES)
    return not is_date_or_quote


def _last_link(element: HtmlElement) -> HtmlElement | None:
    """The last link of an element; none where there are many, as in the list of a whole page."""
    links = list(islice(element.iter("a"), _MOST_LINKS))
    return links[-1] if 0 < len(links) < _MOST_LINKS else None
