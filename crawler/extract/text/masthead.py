"""The names under which a site publishes, as words that a line of text may hold."""

import re
from collections.abc import Iterable
from functools import cache

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line
from crawler.extract.words.lists import words

_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+")
_SEPARATOR = re.compile(r"\s[|•·»›>–—-]\s|[|｜]")
_LEAST = 4
"""Letters of a word that may name a site; in scripts that write no vowels, or ideographs, fewer."""
_LEAST_DENSE = 2
_ENDING = 3
"""Letters that a language may put behind a name: "des Boten", "Fanalin"."""
_PREFIX = 3
"""Letters that Arabic and Hebrew put in front of one."""
_LONGEST_NAME = 60


def site_words(evidence: PageEvidence, title: str) -> frozenset[str]:
    """The words, in small letters, of the names that the site gives itself: in its metas, as its
    article's publisher, behind the headline in the page's own title, in its host.
    """
    names = [
        evidence.meta("og:site_name", "application-name"),
        jsonld.text(evidence.node.get("publisher")),
        _behind_headline(evidence, title),
        *(name for name in evidence.site_names if len(name) <= _LONGEST_NAME),
    ]
    return frozenset(word for name in names for word in _name_words(name))


def names_site(line: str, site: frozenset[str]) -> bool:
    """Whether a line holds a word of the site's name, inflected or not."""
    folded = line.casefold()
    # Every form of a name holds its stem: nearly all names are ruled out without their words.
    likely = [name for name in site if _stem(name) in folded]
    words_of_line = _words(folded) if likely else []
    return any(_is_among(words_of_line, name) for name in likely)


def _is_among(words_of_line: list[str], name: str) -> bool:
    if _IDEOGRAPHS.match(name):
        return any(name in word for word in words_of_line)
    return any(_is_form_of(word, name) for word in words_of_line)


def _behind_headline(evidence: PageEvidence, title: str) -> str:
    """The last part of the page's own title, where it isn't the headline."""
    element = evidence.tree.find(".//title")
    parts = _SEPARATOR.split(clean(element.text or "") if element is not None else "")
    last = parts[-1]
    is_other = len(parts) > 1 and comparable_line(last) not in comparable_line(title)
    return last if is_other and len(last) <= _LONGEST_NAME else ""


def _name_words(name: str) -> Iterable[str]:
    for word in _words(name):
        least = _LEAST if word.isascii() else _LEAST_DENSE
        if len(word) >= least and word not in _common():
            yield word


def _words(line: str) -> list[str]:
    return _WORD.findall(line.casefold())


def _is_form_of(word: str, name: str) -> bool:
    if word == name:
        return True
    stem = _stem(name)
    if word.startswith(stem):
        return len(stem) >= _LEAST and len(word) - len(stem) <= _ENDING
    is_prefixed = not name.isascii() and word.endswith(name)
    return is_prefixed and len(word) - len(name) <= _PREFIX


def _stem(name: str) -> str:
    return name[:-1] if len(name) > _LEAST else name


@cache
def _common() -> frozenset[str]:
    return frozenset(words("end_matter", "common"))
