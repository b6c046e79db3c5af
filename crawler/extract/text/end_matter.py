"""End matter: lines below an article's last sentence that say who wrote it, where it first
appeared, who is not liable, what the site asks of its readers.

No word takes a line away alone. A line must stand at the text's end and show two signs: who speaks
in it (the author by name, the article, the site) and of what.
"""

import re
from collections.abc import Callable
from functools import cache

from crawler.enrich.agency_names import named_in
from crawler.extract.markup.evidence import weight
from crawler.extract.text import end_matter_patterns as patterns
from crawler.extract.text.biography import (
    begins_biography,
    continues_biography,
    is_biography,
    is_byline,
)
from crawler.extract.text.blocks import SENTENCE
from crawler.extract.text.last_line import QUOTES, SHORT, WORD, About, LastLine
from crawler.extract.text.noise import Trace
from crawler.extract.text.pointers import sends_elsewhere

_LAST_LINES = 10
_MOST_OF_TEXT = 0.6
"""Share of a text that may stand in its last lines."""
_MOST_DROPPED = 0.5
_MOST_PASSED = 3
"""Lines without a sentence's end that may stand among end matter and stay."""
_LONGEST = 900
_SHORT_LABEL = 40
_ENTRY = re.compile(r"[^:：.]{2,30}[:：]\s*\S")
"""A label and a value."""
_GOES_ON = re.compile(r",|\d{4} [^\W\d]")
"""What a note on rights doesn't have: a clause behind a comma or a year."""


def without_end_matter(lines: list[str], about: About, trace: Trace) -> list[str]:
    """The lines before the end matter, and those in it that are none; what is left out is told to
    `trace`.

    All lines where it would be most of the text: then it is the text.
    """
    first = _first_of_last(lines)
    kinds = _kinds_of_lines(lines, first, about)
    dropped = _closing(lines, kinds)
    if sum(weight(lines[number]) for number in dropped) > _MOST_DROPPED * sum(map(weight, lines)):
        return lines
    for number, kind in dropped.items():
        trace(kind, lines[number])
    return [line for number, line in enumerate(lines) if number not in dropped]


def _kinds_of_lines(lines: list[str], first: int, about: About) -> list[str]:
    """What kind of end matter each line is, empty for those that are none."""
    kinds = [""] * first
    above = "\n".join(lines[:first])
    for number in range(first, len(lines)):
        line = LastLine(lines[number], above, about)
        kind = _kind(line)
        if not kind and kinds[-1:] == ["biography"] and continues_biography(line):
            kind = "biography"
        elif kind == "biography" and number > first and not kinds[-1]:
            before = LastLine(lines[number - 1], "\n".join(lines[: number - 1]), about)
            kinds[-1] = "biography" if begins_biography(before) else ""
        if not kind:
            above = f"{above}\n{line.text}"
        kinds.append(kind)
    _keep_lists(lines, kinds)
    return kinds


def _keep_lists(lines: list[str], kinds: list[str]) -> None:
    """What looks like a credit beside another label and value is part of a list: the cast of a
    film, the facts of a match.
    """
    numbers = range(len(lines))
    for number in (*numbers, *reversed(numbers)):
        beside = [other for other in (number - 1, number + 1) if other in numbers]
        if kinds[number] == "credit" and any(_is_entry(lines[n], kinds[n]) for n in beside):
            kinds[number] = ""


def _is_entry(line: str, kind: str) -> bool:
    return not kind and len(line) <= SHORT and bool(_ENTRY.match(line))


def _first_of_last(lines: list[str]) -> int:
    """The number of the first line that may be end matter."""
    limit = _MOST_OF_TEXT * sum(map(weight, lines))
    size = 0
    first = len(lines)
    while first > max(1, len(lines) - _LAST_LINES):
        size += weight(lines[first - 1])
        if size > limit:
            break
        first -= 1
    return first


def _closing(lines: list[str], kinds: list[str]) -> dict[int, str]:
    """From the last line up those that are end matter, with the labels above them, until prose."""
    dropped: dict[int, str] = {}
    passed = 0
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        is_label = len(line) <= _SHORT_LABEL and line.endswith((":", "："))
        if kinds[number]:
            dropped[number] = kinds[number]
        elif is_label and number + 1 in dropped:
            dropped[number] = dropped[number + 1]
        elif SENTENCE.search(line) or passed == _MOST_PASSED:
            break
        else:
            passed += 1
    return dropped


def _kind(line: LastLine) -> str:
    """What kind of end matter a line is, empty where it is none."""
    if len(line.text) > _LONGEST:
        return ""
    kind = next((name for name, test in _kinds() if test(line)), "")
    # Whom an article credits is read off its last lines later.
    return "" if kind and _credits_agency(line.text) else kind


@cache
def _kinds() -> tuple[tuple[str, Callable[[LastLine], bool]], ...]:
    return (
        ("byline", is_byline),
        ("biography", is_biography),
        ("credit", _is_credit),
        ("provenance", _is_provenance),
        ("disclaimer", _is_disclaimer),
        ("call", _is_call),
        ("pointer", _is_pointer),
        ("set apart", _is_set_apart),
    )


def _credits_agency(line: str) -> bool:
    return any(named.source.kind == "agency" for named in named_in(line))


def _is_credit(line: LastLine) -> bool:
    """Whether names stand behind a label for work on the page."""
    match = patterns.credit().match(line.text)
    if match is None or len(line.text) > SHORT:
        return False
    value = line.text[match.end() :]
    words = WORD.findall(value)
    if not patterns.CASED.search(value):
        return len(value) <= _SHORT_LABEL
    capitals = sum(word[0].isupper() or not word[0].islower() for word in words)
    return len(words) <= 14 and capitals >= 0.6 * len(words)


def _is_provenance(line: LastLine) -> bool:
    """Whether a line says how the article came into print."""
    text = line.text
    if len(text) <= SHORT and patterns.reprint().match(text):
        # "Originally published in 1925, the novel …" is a sentence on something else.
        is_note = not _GOES_ON.search(text)
        return is_note or line.is_apart or bool(patterns.here().search(text))
    return bool(patterns.provenance().search(line.opening)) and line.speaks_of_article


def _is_disclaimer(line: LastLine) -> bool:
    text = line.text
    if QUOTES.search(text):
        return False
    opening = line.opening
    speaks_of_site = bool(patterns.site().search(text))
    if patterns.disclaimer().match(text):
        return speaks_of_site or line.names_site or _disclaims(text) or line.speaks_of_article
    if patterns.views().search(opening):
        return True
    if not _disclaims(opening):
        return False
    return bool(patterns.site().search(opening)) or line.speaks_of_article


def _disclaims(text: str) -> bool:
    return bool(patterns.disclaims().search(text) or patterns.views().search(text))


def _is_call(line: LastLine) -> bool:
    """Whether a line asks readers for a gift, a subscription, their opinion, or to follow."""
    text = line.text
    if QUOTES.search(text):
        return False
    links = text in line.about.channels
    if not _asks(line):
        return links and line.names_site and len(text) <= 2 * SHORT
    speaks = bool(patterns.we().search(text)) or line.names_site
    return links or (speaks and bool(patterns.favour().search(text)))


def _asks(line: LastLine) -> bool:
    """Whether a line begins to ask something of readers, at once or behind a question."""
    if patterns.asks().match(line.text):
        return True
    rest = line.text[len(line.opening) :].lstrip()
    is_question = line.opening.endswith(("?", "!", "؟", "？"))
    return is_question and bool(patterns.asks_anywhere().search(rest))


def _is_pointer(line: LastLine) -> bool:
    return len(line.text) <= SHORT and sends_elsewhere(line.text)


def _is_set_apart(line: LastLine) -> bool:
    """Whether a line that the markup sets apart speaks of the author, of the site to its readers,
    or of the article.
    """
    if not line.is_apart or QUOTES.search(line.text):
        return False
    names_author = any(author in line.text for author in line.about.authors)
    if names_author or "@" in line.text:
        return True
    speaks = line.names_site or bool(patterns.we().search(line.text))
    if speaks and (line.text in line.about.channels or _asks(line)):
        return True
    return bool(patterns.article().match(line.text))
