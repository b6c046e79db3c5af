"""Lines that are printed around an article and are none of it: known forms and echoes.

No word alone takes a sentence: what a line is shows by its form, its place and its links.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from crawler.extract.markup.evidence import clean, comparable_line
from crawler.extract.text import noise_patterns
from crawler.extract.text.full_sentence import is_sentence

Trace = Callable[[str, str], None]
"""Called with (rule, text) for whatever is left out of an article."""

_SUMMARIES = 8
"""Lines at the beginning of a text that may be its summary, printed again further below."""
_ECHO = 40
"""Letters and digits of a line from which it is no chance that it comes again."""
_DATE_LINE = 90
_QUOTED = re.compile(r"[«»„“”\"]")
_RUN_IN = re.compile(r"\s*[|–—]|\s-\s|[A-ZÀ-Þ«„“]")
_RELATED_HEADING = 60
_BEFORE_COMMENTS = 200
"""Characters of text before a line that may head readers' comments: a menu has it further above."""
_BEFORE_RELATED = 0.7
"""Share of the text before a line that may head a closing list of other articles."""
_LABELS_OF = {"comments": 0.25, "related": 0.5}
"""Share of short lines (names, days, headlines) below such a heading: below a heading of the
article stand its sentences.
"""
_OPENING = 3
"""Sentences above a line that dates the page: headline, lead and summary."""


def without_icons(line: str) -> str:
    """The line without the ligature names that an icon font would draw as pictures."""
    if not noise_patterns.may_hold_icons(line):
        return line
    return clean(noise_patterns.icons().sub(" ", line))


def behind_clock(lines: Iterable[str]) -> Iterator[str]:
    """What stands behind a clock or calendar of an icon font, up to the next picture."""
    for line in lines:
        match = noise_patterns.clock().search(line)
        if match:
            yield clean(match[1])


@dataclass(frozen=True, slots=True)
class _PrintedLine:
    """A line with what its place says of it: no sentence parts it from the text's beginning or end;
    it stands so far up that it may date the page; it holds a link.
    """

    text: str
    at_edge: bool
    may_date: bool
    has_link: bool


def tidy(
    lines: Iterable[str], title: str, trace: Trace, links: frozenset[str] = frozenset()
) -> list[str]:
    """The lines that belong to the article, in order; what is left out is told to `trace`.

    `links` are the lines that hold a link.
    """
    folded_title = comparable_line(title)
    printed = _placed(_until_the_end(list(lines), trace), title, links)
    keys = [comparable_line(line.text) for line in printed]
    text: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(printed):
        rule = _rule(line, keys[number], folded_title)
        if not rule and _comes_again(number, keys, seen):
            rule = "repeated"
        if rule:
            trace(rule, line.text)
        else:
            text.append(line.text)
            seen.add(keys[number])
    return text


def _placed(lines: list[str], title: str, links: frozenset[str]) -> list[_PrintedLine]:
    # A line that quotes somebody reports it, whatever it asks for and wherever it stands.
    linked = [line in links and not _QUOTED.search(line) for line in lines]
    texts = list(map(without_icons, lines))
    if texts:
        texts[0] = _without_title(texts[0], title)
    edges = _edge(texts, linked, range(len(texts)))
    edges |= _edge(texts, linked, reversed(range(len(texts))))
    opening = _opening(texts)
    return [
        _PrintedLine(text, number in edges, number < opening or number in edges, linked[number])
        for number, text in enumerate(texts)
    ]


def _edge(lines: list[str], linked: list[bool], numbers: Iterable[int]) -> set[int]:
    """Of these numbers of lines those before the first sentence of the article."""
    edge: set[int] = set()
    for number in numbers:
        line = lines[number]
        if is_sentence(line):
            is_prompt = noise_patterns.rule_for(line, at_edge=True, has_link=linked[number])
            if not is_prompt or _QUOTED.search(line):
                break
        edge.add(number)
    return edge


def _opening(lines: list[str]) -> int:
    """The number of lines up to the last sentence below which the page may still be dated."""
    sentences = 0
    for number, line in enumerate(lines):
        sentences += is_sentence(line)
        if sentences > _OPENING:
            return number
    return len(lines)


def _rule(line: _PrintedLine, key: str, title: str) -> str:
    """Why a line is left out, empty where it belongs to the text; `key` and `title` are folded."""
    if not key:
        return "symbols"
    if key == title:
        return "title"
    if line.may_date and len(line.text) <= _DATE_LINE and noise_patterns.is_date(line.text):
        return "date"
    return noise_patterns.rule_for(line.text, at_edge=line.at_edge, has_link=line.has_link)


def _comes_again(number: int, keys: list[str], seen: set[str]) -> bool:
    """Whether a line stood above, or is a summary near the top that stands word for word in a later
    line.
    """
    key = keys[number]
    if len(key) <= _ECHO:
        return False
    if key in seen:
        return True
    return number < _SUMMARIES and any(key in later for later in keys[number + 1 : number + 60])


def _without_title(line: str, title: str) -> str:
    # A reading that lost the page's breaks runs the headline into the first line. A sentence that
    # begins like the headline goes on behind a space.
    if len(title) <= 20 or not line.startswith(title):
        return line
    rest = line[len(title) :]
    return rest.lstrip(" |–—-") if _RUN_IN.match(rest) else line


def _until_the_end(lines: list[str], trace: Trace) -> list[str]:
    """The lines before readers' comments, and before a closing list of other articles."""
    least_before = {"comments": _BEFORE_COMMENTS, "related": _BEFORE_RELATED * sum(map(len, lines))}
    before = 0
    for number, line in enumerate(lines):
        closing = _closing(line)
        if closing and before >= least_before[closing] and _heads(closing, lines[number + 1 :]):
            for dropped in lines[number:]:
                trace(closing, dropped)
            return lines[:number]
        before += len(line)
    return lines


def _heads(closing: str, below: list[str]) -> bool:
    """Whether the lines below such a heading are what it announces."""
    labels = sum(not is_sentence(line) for line in below)
    return labels >= _LABELS_OF[closing] * len(below)


def _closing(line: str) -> str:
    """What a line heads at the end of a page: "comments", "related", or nothing."""
    if noise_patterns.comments().match(line):
        return "comments"
    if len(line) < _RELATED_HEADING and noise_patterns.related().match(line):
        return "related"
    return ""
