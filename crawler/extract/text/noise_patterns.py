"""Known forms of the lines that surround articles: icon names, prompts, labels, dates.

Their words are data (crawler/extract/words/noise.toml, icons.toml): each pattern is built of them
when it is first asked for.
"""

import re
from dataclasses import dataclass
from functools import cache

from crawler.extract.words.lists import any_word, joined, table, words
from crawler.tables import any_of

ICONIC = re.compile(r"_|[a-z](?=[A-ZÀ-ÝА-Я؀-ۿ]{2})")
"""What every match of `icons` holds: a cheap test before it."""
_WORD = re.compile(r"[^\W_]+")
_DAY_OR_CLOCK = re.compile(
    r"(?<!\d)(?:\d{1,2}[:h]\d\d|\d{1,4}([./ -])\d{1,2}\1\d{1,2})(?!\d)"
    r"|(?<!\d)\d{1,2}[./ -]{1,3}(?:\d{1,2}[./ -]{1,3})?(?:19|20)\d\d(?!\d)"
)
"""Numbers alone are as often a sum or a result: "1.204", "2:1"."""


@dataclass(frozen=True, slots=True)
class LineRule:
    """One form of lines that are no part of an article; `longest` is in characters."""

    name: str
    longest: int
    pattern: re.Pattern[str]


def rule_for(line: str) -> str:
    """The name of the first rule that a line fits, empty where it fits none."""
    for rule in _rules():
        if len(line) <= rule.longest and rule.pattern.search(line):
            return rule.name
    return ""


def is_date(line: str) -> bool:
    """Whether the line only dates the page.

    Checked word by word, since a pattern over all of them could backtrack.
    """
    line_words = _WORD.findall(line)
    if not 2 <= len(line_words) <= 16 or not any(word[0].isdigit() for word in line_words):
        return False
    if all(map(str.isdecimal, line_words)):
        return bool(_DAY_OR_CLOCK.search(line))
    return all(map(_date_word().fullmatch, line_words))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _rules() -> tuple[LineRule, ...]:
    rules = []
    for entry in table("noise")["rule"]:
        any_word_of_rule = "|".join(joined(entry.get("words", {})))
        form = entry["form"].replace("WORDS", any_word_of_rule)
        rules.append(LineRule(entry["name"], entry["longest"], _compiled(form)))
    return tuple(rules)


@cache
def _date_word() -> re.Pattern[str]:
    beginning = any_word("noise", "date_beginning")
    return _compiled(any_of([*words("noise", "date"), rf"{beginning}[a-zéûäà]{{0,8}}"]))


@cache
def icons() -> re.Pattern[str]:
    """The ligature names of icon fonts: those with an underscore, and words glued to capitals."""
    return re.compile(
        rf"(?<![_/.@-]){any_word('icons', 'ligatures')}(?![a-z_])"
        rf"|(?<![\w/.@-]){any_word('icons', 'words')}(?=[A-ZÀ-ÝА-Я؀-ۿ]{{2}})"
    )


@cache
def clock() -> re.Pattern[str]:
    """A clock or calendar of an icon font, and what stands behind it up to the next picture."""
    return re.compile(
        rf"(?<![_/.@-]){any_word('icons', 'clock')}\s*([^_]{{3,80}}?)"
        rf"\s*(?:$|{any_word('icons', 'ligatures')})"
    )


@cache
def source() -> re.Pattern[str]:
    """A line that names a source: who wrote it is read off it later, however often it comes."""
    introduction = any_of([*words("noise", "source"), *words("noise", "source_with")])
    return _compiled(rf"\W{{0,3}}{introduction}\b\s*[:：]?\s*\S.{{1,60}}$")


@cache
def comments() -> re.Pattern[str]:
    """The heading of readers' comments."""
    return _compiled(rf"^\W*(?:\d+\s*)?{any_word('noise', 'comments')}[\s:()\d]*$")


@cache
def related() -> re.Pattern[str]:
    """The heading of a closing list of other articles."""
    return _compiled(rf"^\W*{any_word('noise', 'related')}\W*$")
