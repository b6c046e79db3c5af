"""Patterns of listed words, with a cheap test before them.

A pattern of hundreds of expressions costs tens of microseconds a line, and nearly no line has one.
So a line is looked over once for the letters that the expressions need (`literals`), all lists in
one Aho-Corasick automaton; a pattern is searched only where its lists have some in the line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from ahocorasick_rs import AhoCorasick

from crawler.extract.words.lists import joined, table, whole_words
from crawler.extract.words.literals import literals
from crawler.tables import any_of

_FILES = ("end_matter", "live", "noise", "paywall", "site_voice")
"""Files whose words are searched in every line."""
_PARTS_OF_RULE = frozenset(("words", "about"))
_WORDS = "WORDS"
"""What stands in a form for any word of a list."""
_MARK = 99 * "\ufffd"
"""The same where it is only asked whether a form needs a word."""
_SHORT = 300
"""Characters of a text whose lists are remembered: labels and menus come again on every page."""
_REMEMBERED = 4096
_ANY = 1
"""The bit of what may match any text."""
_SAME = str.maketrans("ſµϐϵϑ\u0345\u1fbeϰϖϱϕᲀᲁᲂᲃᲄᲅᲆ", "sμβεθιικπρφвдосттъ")
_RARE = re.compile("[ſµ\u0345\u1fbe\u03d0-\u03f5\u1c80-\u1c86]")
"""Other forms of letters, as Python's `re` knows them (its table of equivalent cases)."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """A pattern in which capitals don't matter, and the lists (bits, as in `lists_in`) of which
    each of its matches has a word.
    """

    pattern: re.Pattern[str]
    lists: int

    def may_match(self, text: str) -> bool:
        """Whether a part of the text may match: never False where one does."""
        return bool(self.lists & lists_in(text))

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match in the text."""
        return self.pattern.search(text, start) if self.may_match(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        """The match at the text's beginning."""
        return self.pattern.match(text) if self.may_match(text) else None


def phrases(form: str, *lists: str, whole: bool = False) -> Phrases:
    """The pattern of a form, in which each WORDS stands for any word of the list that is named at
    its place ("paywall.who", "noise.rule.3.words"); as `whole_words` where it says so.

    Raises KeyError for a list that is none.
    """
    known = _lists()
    pattern = form
    for name in lists:
        pattern = pattern.replace(_WORDS, _any_word(known.groups[name], whole), 1)
    bits = _ANY
    if _needs_words(form):
        bits = sum({known.bits[name] for name in lists})
    return Phrases(re.compile(pattern, re.IGNORECASE), bits)


def _any_word(group: Mapping[str, list[str]], whole: bool) -> str:
    return whole_words(group) if whole else any_of(joined(group))


def _needs_words(form: str) -> bool:
    needed = literals(form.replace(_WORDS, _MARK))
    return bool(needed) and all(_MARK in string for string in needed)


def lists_in(text: str) -> int:
    """The lists of which the text may hold a word, each as its bit."""
    return _remembered(text) if len(text) <= _SHORT else _looked_for(text)


def _looked_for(text: str) -> int:
    known = _lists()
    found = known.everywhere
    for number, _, _ in known.machine.find_matches_as_indexes(folded(text), overlapping=True):
        found |= known.holders[number]
    return found


_remembered = lru_cache(_REMEMBERED)(_looked_for)


def folded(text: str) -> str:
    """The text in small letters, where all are one that a pattern takes for the same when capitals
    don't matter: i and the dotless ı (İ becomes i and a dot), the forms of sigma, of s and others.
    """
    text = text.lower()
    if text.isascii():
        return text
    text = text.replace("\u0307", "").replace("ı", "i").replace("ς", "σ")
    return text.translate(_SAME) if _RARE.search(text) else text


@dataclass(frozen=True, slots=True)
class _Lists:
    """All lists: the words of each by language, and its bit; the automaton of what the words need,
    with the lists that hold each of its strings; the lists of which any text may hold a word.
    """

    groups: Mapping[str, Mapping[str, list[str]]]
    bits: Mapping[str, int]
    machine: AhoCorasick
    holders: list[int]
    everywhere: int


@cache
def _lists() -> _Lists:
    groups = dict(_groups())
    bits = {name: _ANY << number for number, name in enumerate(groups, 1)}
    holders: dict[str, int] = {}
    everywhere = _ANY
    for name, group in groups.items():
        needed = list(map(literals, joined(group)))
        if not all(needed):
            everywhere |= bits[name]
            continue
        for string in set(map(folded, chain.from_iterable(needed))):
            holders[string] = holders.get(string, 0) | bits[name]
    return _Lists(groups, bits, AhoCorasick(list(holders)), list(holders.values()), everywhere)


def _groups() -> Iterator[tuple[str, Mapping[str, list[str]]]]:
    """The groups of each file and of each of its rules, by name."""
    for file in _FILES:
        content = dict(table(file))
        for number, rule in enumerate(content.pop("rule", [])):
            parts = _PARTS_OF_RULE.intersection(rule)
            yield from ((f"{file}.rule.{number}.{part}", rule[part]) for part in parts)
        yield from ((f"{file}.{group}", lists) for group, lists in content.items())
