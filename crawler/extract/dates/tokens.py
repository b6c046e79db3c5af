"""A folded text as tokens: whole numeric dates, times, offsets, numbers, words, marks."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from crawler.extract.dates.lexicon import Phrases

V = TypeVar("V")

# The Gregorian year of the first year of Japan's eras and of the Republic of China.
ERAS = {"令和": 2019, "平成": 1989, "昭和": 1926, "中華民國": 1912, "民國": 1912}
# No quantifier is nested and every one is bounded by a few digits or blanks: linear on any input.
_BEFORE = r"(?<!\d)(?<!\d[-./])"
_AFTER = r"(?!\d|[-./]\d(?!\d?[:h]))"
_NOTE = r" ?(?:\([^()]{1,12}\) ?)?"
_TOKEN = re.compile(
    rf"(?P<ymd>{_BEFORE}\d{{4}}(?:-\d{{1,2}}-|\.\d{{1,2}}\.|/\d{{1,2}}/)\d{{1,2}}{_AFTER})"
    rf"|(?P<cjk>(?<!\d)\d{{4}} ?[年년]{_NOTE}\d{{1,2}} ?[月월] ?\d{{1,2}} ?[日일])"
    rf"|(?P<era>(?:{'|'.join(ERAS)}) ?(?:\d{{1,3}}|元) ?年{_NOTE}\d{{1,2}} ?月 ?\d{{1,2}} ?日)"
    rf"|(?P<dmy>{_BEFORE}\d{{1,2}}(?:-\d{{1,2}}-\d{{4}}|/\d{{1,2}}/(?:\d{{4}}|\d{{2}})|\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}})"
    rf"| ?/ ?\d{{1,2}} ?/ ?\d{{4}}| - \d{{1,2}} - \d{{4}}|\. ?\d{{1,2}}\. ?\d{{4}}){_AFTER})"
    r"|(?P<time>(?<!\d)(?<!\d[.:])\d{1,2}"
    r"(?::\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?| ?h ?\d{2}(?!\d))(?!:?\d))"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<mark>[^\s\w]|_)",
)
_OFFSET = re.compile(r" ?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?![0-9:])")


@dataclass(frozen=True, slots=True)
class DateToken:
    kind: str
    text: str
    start: int
    end: int


def tokens(folded: str) -> list[DateToken]:
    """The tokens of a folded text; an offset such as +02:00 counts only right after a time or a
    word (GMT+2).
    """
    line: list[DateToken] = []
    position = 0
    while position < len(folded):
        offset = _OFFSET.match(folded, position) if line and _takes_offset(line) else None
        match = offset or _TOKEN.match(folded, position)
        if match is None:
            position += 1
            continue
        kind = "offset" if offset else match.lastgroup or ""
        line.append(DateToken(kind, match.group(), match.start(), match.end()))
        position = match.end()
    return line


def _takes_offset(line: list[DateToken]) -> bool:
    last = line[-1]
    if last.kind == "number":  # 20240309T120000+0200
        return len(line) >= 3 and line[-2].text == "t" and line[-3].kind in ("number", "ymd")
    return last.kind == "time" or (last.kind == "word" and last.text in ("gmt", "utc", "am", "pm"))


def phrase(line: list[DateToken], at: int, known: Phrases[V]) -> tuple[V, int] | None:
    """The value of the longest known phrase that starts at token `at`, and the token after it."""
    if not 0 <= at < len(line) or line[at].text not in known:
        return None
    for rest, value in known[line[at].text]:
        end = at + 1 + len(rest)
        if end <= len(line) and all(line[at + 1 + i].text == word for i, word in enumerate(rest)):
            return value, end
    return None


def starts(line: list[DateToken], at: int, known: Phrases[bool]) -> int | None:
    """The token after the longest known phrase that starts at token `at`."""
    found = phrase(line, at, known)
    return found[1] if found else None


def is_mark(line: list[DateToken], at: int, marks: str) -> bool:
    return 0 <= at < len(line) and line[at].kind == "mark" and line[at].text in marks


def is_word(line: list[DateToken], at: int, known: Collection[str]) -> bool:
    return 0 <= at < len(line) and line[at].kind == "word" and line[at].text in known


def number(line: list[DateToken], at: int) -> int | None:
    """The value of the number at token `at`, where it has at most four digits."""
    if 0 <= at < len(line) and line[at].kind == "number" and len(line[at].text) <= 4:
        return int(line[at].text)
    return None
