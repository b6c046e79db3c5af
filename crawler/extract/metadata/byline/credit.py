"""Reads a credit line: which names stand in it, without roles, towns and what introduces them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from crawler.enrich.place_names import place_words
from crawler.extract.markup.evidence import clean, comparable_line
from crawler.extract.metadata.byline import patterns
from crawler.extract.metadata.byline.person import (
    is_agency,
    is_full,
    is_office,
    is_office_line,
    is_person,
)

MAX_NAMES = 20
_MAX_LINE = 300
_EDGES = " ,;:|/–—[]「」【】"
_STROKE = re.compile(r"^-+\s*|\s+-+$")
_HAN_NAMES = re.compile(r"[\u4e00-\u9fff]{2,4}(?: [\u4e00-\u9fff]{2,4})+")
_TIGHT_STROKE = re.compile(r"[/／]")
_WAW = re.compile(r"\s+و(?=\S{2,} \S)")
_BRACKETS = ("()", "（）")


@dataclass(frozen=True, slots=True)
class PageNames:
    """What of the page decides how its credits are read: the names of its site, the language that
    it declares (ISO 639-1).
    """

    site_names: frozenset[str]
    language: str | None


def bare(line: str, page: PageNames, declared: bool = False) -> str:
    """A credit without addresses and without what introduces the names.

    Of a declared name a word like "Von" or "Par" is only taken away where it is one of the page's
    language and a full name follows.
    """
    line = clean(patterns.MAIL.sub(" ", unescape(line)))[:_MAX_LINE]
    return _without_introduction(line, page.language if declared else None)


@lru_cache(maxsize=1024)
def _without_introduction(line: str, language: str | None) -> str:
    """The same of a clean line; `language` is the page's where the name is declared."""
    if line.endswith((":", "：")) or patterns.other_work().match(line):
        return ""
    without_role = patterns.role_before().sub("", line)
    if without_role != line and is_full(without_role):
        return _trimmed(without_role)
    without_prefix = patterns.prefix().sub("", line)
    if without_prefix != line:
        return _trimmed(without_prefix)
    return _trimmed(_without_doubtful_prefix(line, language))


def _without_doubtful_prefix(line: str, language: str | None) -> str:
    match = patterns.doubtful_prefix(language).match(line)
    if not match:
        return line
    rest = line[match.end() :]
    name = patterns.between_names().split(patterns.after_name().sub("", rest))[0]
    begins_name = name[:1].isalpha() and not name[:1].islower()
    is_name = begins_name and (is_full(name) or patterns.INITIALS.match(name))
    return rest if is_name or is_office(name) else line


def _trimmed(words: str) -> str:
    """The words without signs at their edges, and without half a pair of brackets."""
    words = _STROKE.sub("", words.strip(_EDGES)).strip(_EDGES)
    for pair in _BRACKETS:
        if words.count(pair[0]) != words.count(pair[1]):
            words = words.strip(pair)
    return words.strip(_EDGES)


def persons(line: str, page: PageNames, declared: bool = False) -> Iterator[str]:
    """The persons that a bare credit names."""
    if not line or comparable_line(line) in page.site_names:
        return
    parts = _parts_of_credit(line, page, declared)
    alone = declared and len(parts) == 1
    for number, part in enumerate(parts):
        name = _name(part, page, declared)
        may_be_place = number > 0 or not declared
        if may_be_place and name in place_words(page.language or "en"):
            continue
        if is_person(name, page.site_names, alone):
            yield name


def _parts_of_credit(line: str, page: PageNames, declared: bool) -> list[str]:
    """What may be names; none where initials stand beside an agency: that is one credit."""
    line = patterns.other_work().sub("", line)
    if not declared:
        line = patterns.after_name().sub("", line)
    parts = list(filter(None, _parts(line, page)))[:MAX_NAMES]
    if len(parts) > 1 and all(map(_is_initials_or_office, parts)):
        return []
    return parts


def office_in(line: str, page: PageNames, declared: bool = False) -> Iterator[str]:
    """The office that a bare credit names, as it is printed."""
    words = _trimmed(patterns.after_name().sub("", line))
    if words and is_office_line(words, page.site_names, declared):
        yield words


def _parts(line: str, page: PageNames) -> Iterator[str]:
    """What stands between commas and joining words; a surname before a comma joins the given name
    behind it.
    """
    for group in patterns.strong_break().split(line):
        inverted = _inverted(group)
        if inverted:
            yield inverted
            continue
        for part in patterns.between_names().split(group):
            yield from _split_at_doubtful(part, page)


def _split_at_doubtful(part: str, page: PageNames) -> list[str]:
    """The names around what parts names or stands inside one: several where each is full."""
    if page.language == "zh" and _HAN_NAMES.fullmatch(part):
        return part.split()
    for pattern in (patterns.joined_names(), _TIGHT_STROKE):
        names = pattern.split(part)
        if len(names) > 1 and all(is_full(name) or is_agency(name) for name in names):
            return names
    return _split_at_waw(part)


def _split_at_waw(part: str) -> list[str]:
    """Two Arabic names around an "and" that is written in one word with the second."""
    for match in _WAW.finditer(part):
        second = part[match.end() :]
        is_name = f"و{second.split()[0]}" in patterns.waw_names()
        if not is_name and is_full(part[: match.start()]) and " " in part[: match.start()]:
            return [part[: match.start()], second]
    return [part]


def _inverted(group: str) -> str:
    """ "Lovelace, Ada" as "Ada Lovelace"; empty where the group has another form."""
    names = list(map(str.strip, group.split(",")))
    if len(names) != 2 or not all(names) or any(map(_says_something_else, names)):
        return ""
    surname, given = names
    if not (_is_surname(surname) and _is_given_name(given)):
        return ""
    return f"{given}{'' if given.endswith('-') else ' '}{surname}"


def _is_surname(words: str) -> bool:
    return not is_full(words) or (words.isupper() and len(words.split()) < 4)


def _is_given_name(words: str) -> bool:
    """Whether words may be a given name, maybe with particles of the surname behind it."""
    if "." in words and patterns.INITIALS.match(words):
        return True
    first = words.split(maxsplit=1)[0]
    has_form = first[0].isupper() and not words.isupper() and not is_full(first)
    return has_form and len(words.split()) <= 4


def _says_something_else(words: str) -> bool:
    """Whether words are an office, a job or a domain and no part of a name."""
    return bool(is_office(words) or patterns.role().search(words) or "." in words[1:-1].strip("."))


def _name(part: str, page: PageNames, declared: bool) -> str:
    """The name in a part of a credit."""
    name = _without_site(_bare_name(part, declared), page.site_names)
    if name.endswith(".") and not _ends_in_initial(name):
        name = name[:-1]
    return _once(name)


@lru_cache(maxsize=1024)
def _bare_name(part: str, declared: bool) -> str:
    """The name without what introduces it, and without the role and the place behind it."""
    name = patterns.prefix().sub("", clean(part))
    without_role = patterns.role_before().sub("", name)
    name = without_role if is_full(without_role) else name
    if not declared:
        name = patterns.role_behind().sub("", name)
    name = patterns.place().sub("", patterns.role().sub("", name))
    return _trimmed(clean(name))


def _once(name: str) -> str:
    """A name that is printed twice in a row, or behind its initials, once."""
    words = name.split()
    initials = "".join(word[0] for word in words[1:])
    if len(initials) > 1 and initials == words[0]:
        return " ".join(words[1:])
    half = len(words) // 2
    return " ".join(words[:half]) if half > 1 and words[:half] == words[half:] else name


def _is_initials_or_office(part: str) -> bool:
    return bool(patterns.INITIALS.match(part) or is_office(part) or is_agency(part))


def _ends_in_initial(name: str) -> bool:
    """Whether the full stop at the end abbreviates a name of one or two letters."""
    last_word = name.rsplit(" ", 1)[-1]
    return len(last_word.rsplit(".", 2)[-2]) <= 2


def _without_site(name: str, site_names: frozenset[str]) -> str:
    words = name.split()
    for cut in range(1, len(words)):
        if comparable_line(" ".join(words[cut:])) in site_names:
            return " ".join(words[:cut])
    return name
