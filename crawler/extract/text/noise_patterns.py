"""Known forms of the lines that surround articles: icon names, prompts, labels, dates.

Their words are data (crawler/extract/words/noise.toml, icons.toml): each pattern is built of them
when it is first asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from crawler.extract.text.full_sentence import is_sentence
from crawler.extract.words.lists import any_word, table, words
from crawler.extract.words.phrases import Phrases, phrases
from crawler.tables import any_of

_GLUED = re.compile(r"[A-ZÀ-ÝА-Я؀-ۿ]{2}(?<=[a-z]..)")
"""Two capitals behind a small letter; capitals first, since they are rarer."""
_WORD = re.compile(r"[^\W_]+")
_DAY_OR_CLOCK = re.compile(
    r"(?<!\d)(?:\d{1,2}[:h]\d\d|\d{1,4}([./ -])\d{1,2}\1\d{1,2})(?!\d)"
    r"|(?<!\d)\d{1,2}[./ -]{1,3}(?:\d{1,2}[./ -]{1,3})?(?:19|20)\d\d(?!\d)"
)
"""Numbers alone are as often a sum or a result: "1.204", "2:1"."""


@dataclass(frozen=True, slots=True)
class LineRule:
    """One form of lines that are no part of an article; `longest` is in characters.

    `about` must be found in the line, too, where it is given, beside what `pattern` takes. A full
    sentence needs `signs` of its place besides its words: None keeps every sentence. Behind a label
    stands a `headline`, which may ask or exclaim and is no sentence.
    """

    name: str
    longest: int
    pattern: Phrases
    about: Phrases | None
    signs: int | None
    headline: bool

    def fits(self, line: str, *, sentence: bool, signs: int) -> bool:
        """Whether the line is of this form, and its place speaks against it as far as it must:
        `sentence` says whether it is one, `signs` counts what its place says against it.
        """
        # The words come last: most lines are sentences that no word may take.
        if len(line) > self.longest or not self._may_take(line, sentence=sentence, signs=signs):
            return False
        match = self.pattern.search(line)
        return match is not None and self._says_what(line, match)

    def _may_take(self, line: str, *, sentence: bool, signs: int) -> bool:
        if not sentence or (self.headline and line.endswith(("?", "!"))):
            return True
        return self.signs is not None and signs >= self.signs

    def _says_what(self, line: str, match: re.Match[str]) -> bool:
        if self.about is None:
            return True
        behind = self.about.search(line, match.end())
        return bool(behind or self.about.search(line[: match.start()]))


def rule_for(line: str, *, at_edge: bool, has_link: bool) -> str:
    """The name of the first rule that a line fits, empty where it fits none."""
    sentence = is_sentence(line)
    signs = at_edge + has_link
    for rule in _rules():
        if rule.fits(line, sentence=sentence, signs=signs):
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
    return tuple(_rule(number, entry) for number, entry in enumerate(table("noise")["rule"]))


def _rule(number: int, entry: Mapping[str, Any]) -> LineRule:
    words = [f"noise.rule.{number}.words"] if "words" in entry else []
    has_about = "about" in entry
    return LineRule(
        entry["name"],
        entry["longest"],
        phrases(entry["form"], *words, whole=True),
        phrases("WORDS", f"noise.rule.{number}.about", whole=True) if has_about else None,
        entry.get("signs"),
        entry.get("headline", False),
    )


@cache
def _date_word() -> re.Pattern[str]:
    beginning = any_word("noise", "date_beginning")
    return _compiled(any_of([*words("noise", "date"), rf"{beginning}[a-zéûäà]{{0,8}}"]))


def may_hold_icons(line: str) -> bool:
    """A cheap test before `icons`, whose matches all pass it."""
    return "_" in line or _GLUED.search(line) is not None


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
def comments() -> Phrases:
    """The heading of readers' comments."""
    return phrases(r"^\W*(?:\d+\s*)?WORDS[\s:()\d]*$", "noise.comments")


@cache
def related() -> Phrases:
    """The heading of a closing list of other articles."""
    return phrases(r"^\W*WORDS\W*$", "noise.related")
