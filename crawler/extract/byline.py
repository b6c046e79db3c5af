"""The authors' names, without roles, agencies' desks or addresses."""

import re
from collections.abc import Iterator
from typing import Any

from crawler.extract import jsonld
from crawler.extract.evidence import Evidence, clean, fold, words_in

_PREFIX = re.compile(
    r"^(?:(?:written|posted|reported|edited|published|story|text|words|texte|propos recueillis|article|redaction)\s+)?"
    r"(?:by|par|von|por|da|di|av|af|przez|autor|author|auteur|autore|redacción|بقلم|كتب|كتبت|من)\b\s*:?\s+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:[,;/|•·&+\n]|\s(?:and|et|und|y|e|och|og|with|avec|mit|con|و)\s)\s*")
_MAIL = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\(@?\w+\)")
_NO_NAME = re.compile(
    r"\d|[<>{}=]|^(?:staff|admin|editor|redaktion|rédaction|la rédaction|redacción|online|team)$", re.IGNORECASE
)
_MAX_NAMES = 20


def authors(evidence: Evidence) -> list[str]:
    """Names in the page's order; an office ("Rédaction", an agency) only where no person is named."""
    for source in (_from_jsonld, _from_metas, _from_page):
        names = _unique(source(evidence))
        if names:
            return names
    return _unique(iter(evidence.hints.authors))


def _from_jsonld(evidence: Evidence) -> Iterator[str]:
    for author in jsonld.aslist(evidence.node.get("author")) or jsonld.aslist(evidence.node.get("creator")):
        yield from _names(jsonld.text(author) if not isinstance(author, dict) else _person(author))


def _person(author: dict[str, Any]) -> str:
    return jsonld.text(author.get("name")) or " ".join(
        jsonld.text(author.get(part)) for part in ("givenName", "familyName")
    )


def _from_metas(evidence: Evidence) -> Iterator[str]:
    for name in (
        "author",
        "article:author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "byl",
        "authors",
    ):
        for content in evidence.metas.get(name, ()):
            if not content.startswith(("http:", "https:", "//")):
                yield from _names(content)


_BYLINES = (
    './/*[@rel="author" or contains(@itemprop, "author")]',
    './/*[contains(@class, "author") or contains(@class, "byline") or contains(@class, "Byline") or contains(@class, "auteur")'
    ' or contains(@class, "autor") or contains(@class, "signature")]',
)


def _from_page(evidence: Evidence) -> Iterator[str]:
    for path in _BYLINES:
        found = [name for element in evidence.tree.xpath(path)[:5] for name in _names(words_in(element)[:200])]
        if found:
            yield from found
            return


def _names(line: str) -> Iterator[str]:
    line = _PREFIX.sub("", clean(_MAIL.sub(" ", line)))
    for part in _SPLIT.split(line)[:_MAX_NAMES]:
        name = _PREFIX.sub("", clean(part)).strip(" .,:;-–|")
        if 2 < len(name) <= 60 and not _NO_NAME.search(name) and len(name.split()) <= 6:
            yield name


def _unique(names: Iterator[str]) -> list[str]:
    return list({fold(name): name for name in reversed(list(names))}.values())[::-1][:_MAX_NAMES]
