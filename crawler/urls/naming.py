"""What in an address names its article: a number, or the words of its headline. Pure.

Sections, hosts and parameters change between two addresses of one article; what names it stays.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crawler.urls.addresses import canonical_key, parameters

_ENDING = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)\d{4,}(?!\d)")
_DATE = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?$")
"""A year, a month of it, or a day."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"[^\W\d_]{0,8}(\d{4,})")
"""A number, or one behind a word. A number in the middle of letters is a part of an identifier that
many articles may share: "CNT000001rio2S".
"""
_MIXED_LENGTH = range(8, 41)
"""Letters and digits together may be an identifier."""
_BARE_NUMBER = re.compile(r"[a-z]{0,8}\d{4,}$", re.IGNORECASE)
"""A part of a path that is a number, with a word before it: "article48213"."""
_PARTED = re.compile(r"[-_+ .,]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_WORDS = 3
"""Words from which a part of a path reads like a headline: sections have one or two."""
_LEAST_LETTERS = 12
"""The same in letters where no word is parted from the next, as in Chinese."""
_SHORT_WORD = 6
"""Letters of the last part of a path that only says in which form the article is shown: "amp"."""
_LONGEST = 300
"""Characters of a part of a path that are looked at."""


@dataclass(frozen=True, slots=True)
class Name:
    """What names an article in its address: a number or another identifier, and two and more words
    of a headline, folded; each empty where there is none.
    """

    number: str = ""
    slug: str = ""

    def __bool__(self) -> bool:
        """Whether it is surely one of an article: sections may have two words, and a query without
        a digit may say anything.
        """
        words = self.slug.split()
        is_headline = len(words) >= _LEAST_WORDS or _is_unparted(words)
        return is_headline or any(map(str.isdigit, self.number))


@lru_cache(maxsize=256)
def name_of(url: str) -> Name:
    """What names the article in its address; nothing where the address names none."""
    parts = urlsplit(url)
    segments = [_segment(part) for part in reversed(parts.path.split("/")[-4:]) if part][:2]
    slugs = list(filter(None, map(_slug, segments)))
    slug = next((slug for slug in slugs if Name(slug=slug)), "".join(slugs[:1]))
    number = _number_of(segments)
    if number or slug:
        return Name(number, slug)
    return Name(_named_in_query(parts.query))


def agree(one: Name, other: Name) -> bool:
    """Whether two addresses name the same article: they have a number or a headline in common, and
    none that differs.
    """
    common = False
    for first, second in ((one.number, other.number), (one.slug, other.slug)):
        if first and second:
            if first != second:
                return False
            common = True
    return common


def is_left_out(own: str, claimed: str) -> bool:
    """Whether the address that a page claims lacks what names the article in its own address: it is
    the one of a section, or of a template.
    """
    if canonical_key(own) == canonical_key(claimed):
        return False
    return bool(name_of(own)) and not name_of(claimed)


def _segment(part: str) -> str:
    return _ENDING.sub("", unquote(part[:_LONGEST]))


def _number_of(segments: list[str]) -> str:
    """The number in the last part of a path; in the part before, where that is a number alone or
    the last part is only a word.
    """
    if not segments:
        return ""
    last = _identifier(segments[0])
    if last or len(segments) == 1:
        return last
    before = segments[1]
    if _BARE_NUMBER.match(before):
        return _identifier(before)
    is_form = segments[0].isalpha() and len(segments[0]) <= _SHORT_WORD
    return _identifier(before) if is_form else ""


def _identifier(segment: str) -> str:
    """The longest number in a part of a path that is no date, or another identifier."""
    if uuid := _UUID.search(segment):
        return uuid[0].casefold()
    tokens = _TOKEN.findall(segment)
    numbered = filter(None, map(_NUMBERED.fullmatch, tokens))
    numbers = [match[1] for match in numbered if not _DATE.match(match[1])]
    if numbers:
        return str(max(numbers, key=len))
    return next((token.casefold() for token in tokens if _is_mixed(token)), "")


def _is_mixed(token: str) -> bool:
    if len(token) not in _MIXED_LENGTH or not token.isascii():
        return False
    return any(map(str.isdigit, token)) and any(map(str.isalpha, token))


def _slug(segment: str) -> str:
    """The words of a part of a path; none where it has only one."""
    parts = [part for part in _PARTED.split(segment.casefold()) if _WORD.search(part)]
    return " ".join(parts) if len(parts) > 1 or _is_unparted(parts) else ""


def _is_unparted(words: list[str]) -> bool:
    """Whether it is a headline in a script that parts no words."""
    return any(not word.isascii() and len(word) >= _LEAST_LETTERS for word in words)


def _named_in_query(query: str) -> str:
    """What in a query may name an article: its longest number, or all that it says."""
    pairs = parameters(query)
    numbers: list[str] = []
    for _, value in pairs:
        numbers += (number for number in _NUMBER.findall(value) if not _DATE.match(number))
    if numbers:
        return max(numbers, key=len)
    return "&".join(sorted(f"{name}={value}" for name, value in pairs))
