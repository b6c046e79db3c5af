"""The authors' names, without roles, offices or addresses."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line, selected, words_in

_MAX_NAMES = 20

_BY = (
    r"(?:by|par|von|por|da|di|av|af|przez|door|autor(?:in|a)?|author|auteur|autore|redactor|reporter|journalist|byline|"
    r"بقلم|كتب|كتبت|تقرير|إعداد)"
)
_PREFIX = re.compile(
    r"^(?:(?:article|texte|text|words|story|written|posted|reported|published|edited|escrito|geschrieben|ein artikel|"
    r"propos recueillis|rédigé|publié|mis en ligne|analyse|analysis|interview|reportage)\s+)*"
    rf"{_BY}(?:\s*:\s*|\s+)(?={_BY}\b)?(?:{_BY}\s*:?\s+)?",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    rf"^(?:(?:written|posted|reported|published|story|text|texte|article rédigé|publié|escrito)\s+)?{_BY}(?:\s*:\s*|"
    rf"\s+)(?=\S)"
    r"|^(?-i:B(?:y|Y)(?=[A-Z]))|^\W{0,2}(?:责编|责任编辑|编辑|记者|作者|文|撰文)\s*[:：]\s*",
    re.IGNORECASE,
)
_KOREAN = re.compile(r"^([가-힣]{2,4})\s?기자$")
_INSIDE = re.compile(r"^(?:\S+ ){1,3}(?:von|by|par|por) (?=[A-ZÀ-Þ])")
_ACCOUNT = re.compile(r"^[a-z]{2,}[._-][a-z._-]{2,}$")
_INITIALS = re.compile(r"^(?:[A-ZÀ-Þ]\.?[ -]?){1,3}$")
# What follows a name in a byline: a date, a place, a role, a link to follow.
_AFTER = re.compile(
    r"\s*(?:[|•·—–]|\s-\s|\bpublished\b|\bupdated\b|\bposted\b|\bpublié|\bmis à jour|\bveröffentlicht|\bpublicado|"
    r"\bactualizado|\bon \w+day|"
    r"\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|\ble \d|\bam \d|\bel \d|\b\d{1,2}[./ -]|"
    r"\b(?:19|20)\d\d\b|\bfollow\b|\bshare\b|\bin \w+$|\d).*$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:^|[\s,(/]+)(?:(?:\w+ )?staff(?: writer| reporter)?|(?:senior |chief |political |sports? |foreign |guest )?"
    r"(?:writer|reporter|correspondent|editor|columnist|contributor|journalist|producer|photographer)(?:\s.*)?|"
    r"journaliste(?:\s.*)?|correspondante?(?:\s.*)?|envoyée? spéciale?(?:\s.*)?|rédacteur.*|rédactrice.*|"
    r"chef de service|"
    r"redakteur(?:in)?.*|korrespondent(?:in)?.*|autor(?:in)?|auteur|periodista.*|corresponsal.*|redactora?.*|مراسل.*|"
    r"صحفي.*)$",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·、，\n]|,(?!\s*(?:jr|sr|phd|md)\b)|\s/\s|\s(?:and|et|und|y|e|och|og|en|with|avec|mit|con|و|&|\+)\s)\s*",
    re.IGNORECASE,
)
_MAIL = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\(@\w+\)")
_OFFICE = re.compile(
    r"(?:^|\b)(?:redaktion|rédaction|redacci[oó]n|redazione|redactie|staff|editorial|editors?|newsroom|admin|"
    r"administrator|team|"
    r"no author|agency|agencia|agence|agenc(?:es|ias|ies)|agenturen|agentur|press|presse|news|media|online|web ?desk|"
    r"desk|bureau|"
    r"service|unknown|anonymous|guest|contributor|webmaster|partenariat|avec agences|magazine|tv|radio|"
    r"afp|reuters|ap|dpa|efe|ansa|apa|upi|tass|xinhua|jiji|التحرير|وكالات)(?:\b|$)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[<>{}=*_|@#]|\d{2}|^\W*$|^no author|^(?:nom|name|auteur|author|autor|by|par|por|von|share|follow|date|"
    r"comments?)\b\W*$",
    re.IGNORECASE,
)

_DECLARED = XPath(
    "descendant::*[@rel or @itemprop][@rel='author' or @itemprop='author' or @itemprop='author name']"
)
_CLASS = re.compile(r"[Aa]uthor|[Bb]yline|auteur|autor|signature")
_BYLINE_TAGS = ("a", "span", "div", "p", "li", "address", "strong", "cite")
_OF_OTHERS = re.compile(r"omment|elated")
_MAX_ELEMENTS = 12


@dataclass(frozen=True, slots=True)
class AuthorMarkup:
    """The elements that a page's markup calls its author's: by relation or property, and by class."""

    declared: list[HtmlElement]
    classed: list[HtmlElement]


def marked(tree: HtmlElement) -> AuthorMarkup:
    """The page's author elements, those of comments and of other articles left out."""
    classed = (
        element
        for element in tree.iter(*_BYLINE_TAGS)
        if _is_byline(element.get("class", "")[:1000])
    )
    return AuthorMarkup(_own(selected(_DECLARED, tree, 60)), _own(islice(classed, 200)))


@lru_cache(maxsize=4096)
def _is_byline(classes: str) -> bool:
    return _CLASS.search(classes) is not None


def _own(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    found = []
    for element in elements:
        if not any(
            _OF_OTHERS.search(above.get("class") or "") for above in element.iterancestors()
        ):
            found.append(element)
        if len(found) == _MAX_ELEMENTS:
            break
    return found


def authors(
    evidence: PageEvidence,
    elements: AuthorMarkup,
    frame: Iterable[str] = (),
    chosen: Iterable[str] = (),
) -> list[str]:
    """Names in the page's order; an office ("Rédaction", an agency) as it is printed, only where no
    person is named.

    `frame` holds the lines printed around headline and text, `chosen` what the source's selectors
    find.
    """
    office: list[str] = []
    readers: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: iter(chosen),
        lambda: _of_jsonld(evidence),
        lambda: _of_metas(evidence),
        lambda: _of_page(elements),
        lambda: _of_lines(frame),
        lambda: iter(evidence.hints.authors),
    )
    for reader in readers:
        lines = [line for line in map(_bare, reader()) if line]
        persons = _unique(name for line in lines for name in _persons(line, evidence))
        if persons:
            return persons
        office = office or _unique(line for line in lines if _is_office(line, evidence))
    return office


def printed(evidence: PageEvidence, elements: AuthorMarkup, frame: Iterable[str] = ()) -> list[str]:
    """The bylines as they are printed, agencies included ("A.G avec AFP"): who the article credits."""
    shown = (
        words_in(element)
        for element in (*elements.declared, *elements.classed)
        if not any(above.tag in ("figure", "figcaption") for above in element.iterancestors())
    )
    lines = (
        *_of_jsonld(evidence),
        *_of_metas(evidence),
        *shown,
        *_of_lines(frame),
        *evidence.hints.authors,
    )
    return _unique(line for line in map(_bare, lines) if 2 < len(line) <= 120)


def _is_office(line: str, evidence: PageEvidence) -> bool:
    if len(line) > 60 or _NO_NAME.search(line):
        return False
    return (
        bool(_OFFICE.search(line))
        or comparable_line(line) in evidence.site_names
        or line[0].isupper()
        or "." in line
    )


def _of_jsonld(evidence: PageEvidence) -> Iterator[str]:
    for author in jsonld.aslist(evidence.node.get("author")) or jsonld.aslist(
        evidence.node.get("creator")
    ):
        yield _person(author, evidence.graph) if isinstance(author, dict) else jsonld.text(author)


def _person(author: dict[str, Any], graph: list[jsonld.Node]) -> str:
    if not author.get("name") and author.get("@id"):
        author = next(
            (node for node in graph if node.get("@id") == author["@id"] and node.get("name")),
            author,
        )
    given = " ".join(
        filter(None, (jsonld.text(author.get(part)) for part in ("givenName", "familyName")))
    )
    return ", ".join(map(jsonld.text, jsonld.aslist(author.get("name")))) or given


def _of_metas(evidence: PageEvidence) -> Iterator[str]:
    for name in (
        "author", "article:author", "og:article:author", "article:author_name", "parsely-author", "sailthru.author",
        "dc.creator", "dcterms.creator", "byl", "authors", "cxenseparse:author", "twitter:data1",
    ):  # fmt: skip
        for content in evidence.metas.get(name, ()):
            if not content.startswith(("http:", "https:", "//")) and (
                name != "twitter:data1" or _written_by(evidence)
            ):
                yield content


def _written_by(evidence: PageEvidence) -> bool:
    return (
        evidence.meta("twitter:label1")
        .lower()
        .startswith(("written by", "écrit par", "verfasst von", "escrito por"))
    )


def _of_page(elements: AuthorMarkup) -> Iterator[str]:
    for group in (elements.declared, elements.classed):
        for element in group:
            linked = [words_in(anchor) for anchor in element.iter("a") if anchor is not element]
            words = words_in(element) or element.get("content") or ""
            if any(linked) and not _SPLIT.search(words):
                words = ", ".join(filter(None, linked[:6]))
            if 2 < len(words) <= 120:
                yield _AFTER.sub("", _PREFIX.sub("", words))
                for twin in element.itersiblings():
                    if twin.tag == element.tag and twin.get("class") == element.get("class"):
                        yield _AFTER.sub("", words_in(twin)[:120])
                return


def _of_lines(frame: Iterable[str]) -> Iterator[str]:
    for line in frame:
        korean = _KOREAN.match(line)
        if korean:
            yield line
        elif _PRINTED.match(line) and len(line) <= 160:
            name = _AFTER.sub("", _PRINTED.sub("", line, count=1))
            if name and (name[0].isupper() or not name[0].isascii()):
                yield name.rstrip("）)")


def _bare(line: str) -> str:
    line = clean(_MAIL.sub(" ", unescape(line)))[:300]
    return _INSIDE.sub("", _PREFIX.sub("", line)).strip(" ,;:|/–—-")


def _persons(line: str, evidence: PageEvidence) -> Iterator[str]:
    parts = _SPLIT.split(line)[:_MAX_NAMES]
    if all(_INITIALS.match(part) or _OFFICE.search(part) for part in parts) and len(parts) > 1:
        return  # initials beside an agency are printed as one credit
    for part in parts:
        name = clean(_ROLE.sub("", _PREFIX.sub("", clean(part)))).strip(" ,;:|/–—-()")
        name = _without_site(name, evidence)
        if name.endswith(".") and len(name.rsplit(" ", 1)[-1].rsplit(".", 2)[-2]) > 2:
            name = name[:-1]
        if _is_person(name, evidence):
            yield name


def _without_site(name: str, evidence: PageEvidence) -> str:
    words = name.split()
    for cut in range(1, len(words)):
        if comparable_line(" ".join(words[cut:])) in evidence.site_names:
            return " ".join(words[:cut])
    return name


def _is_person(name: str, evidence: PageEvidence) -> bool:
    if not 3 < len(name) <= 50 and not (len(name) > 1 and not name.isascii()):
        return False
    folded = comparable_line(name)
    if not folded or _NO_NAME.search(name) or _OFFICE.search(name) or folded in evidence.site_names:
        return False
    if any(len(site) > 3 and site in folded for site in evidence.site_names):
        return False
    if name.isascii() and " " not in name:
        return False  # one plain word is an account, an acronym or a brand
    if (
        ":" in name
        or _ACCOUNT.match(name)
        or (name[0].isascii() and name[0].islower() and name.rsplit(maxsplit=1)[-1][0].islower())
    ):
        return False
    return len(name.split()) <= 6 and not name.endswith((".com", ".de", ".fr", ".net", ".org"))


def _unique(names: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(comparable_line(name), name)
    return list(found.values())[:_MAX_NAMES]
