"""Dates in elements that bear them for machines: microdata, `<time>`, `<abbr>`."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from lxml import etree

from crawler.extract.dates.candidates import DateCandidate, machine
from crawler.extract.dates.claim import DateClaim, Role
from crawler.extract.dates.languages import DATE_HINTS
from crawler.extract.dates.lines import LINE, elements, is_elsewhere, text_of
from crawler.extract.dates.read import ReadingContext, chosen, claims_in
from crawler.extract.dates.teasers import DatePlace, OwnTitle, is_in_teaser

SAME_DAY = timedelta(days=2)  # a day may be printed in another zone than the attribute's
MARKED = 6.0  # weight of microdata
# What a line with a date has at least: a cheap test before the grammar.
MAYBE = re.compile(rf"\d|{DATE_HINTS}|[א-ת][\"״][א-ת]", re.IGNORECASE)
_MICRODATA = etree.XPath(
    "(/descendant::*[@itemprop='datePublished' or @itemprop='dateModified' or @pubdate])"
    "[position() <= 20]"
)


def marked(
    tree: Any, title: OwnTitle, setting: ReadingContext, language: str | None
) -> list[DateCandidate]:
    """Microdata's datePublished and dateModified: the first of each outside comments and lists of
    others.
    """
    first: dict[Role, DateCandidate] = {}
    for element in elements(_MICRODATA, tree):
        role: Role = "modified" if element.get("itemprop") == "dateModified" else "published"
        if role in first or element.tag == "meta" or is_elsewhere(element):
            continue
        claim = stamp(element, setting, language)
        if claim is None or is_in_teaser(element, title, DatePlace.ABOVE):
            continue
        first[role] = DateCandidate(replace(claim, role=role), MARKED)
    return list(first.values())


def stamp(element: Any, setting: ReadingContext, language: str | None) -> DateClaim | None:
    """The claim of an element's datetime, content or title, or of its text where that prints
    another day.
    """
    text = text_of(element)[:LINE]
    shown = chosen(claims_in(text, language, setting)) if MAYBE.search(text) else None
    for attribute in ("datetime", "content", "title"):
        claim = machine(element.get(attribute), setting, "time", None, language)
        if claim is None:
            continue
        if shown is None:
            return claim
        if _agree(claim, shown, text):
            return replace(claim, role=shown.role)
        break  # what readers see counts: such an attribute is a template's
    return replace(shown, origin="time") if shown is not None else None


def _agree(claim: DateClaim, shown: DateClaim, text: str) -> bool:
    """Whether an attribute's date can be what the text shows; one without a year may be read
    wrongly.
    """
    if shown.overlaps(claim) or str(shown.value.year) not in text:
        return True
    return abs(shown.value - claim.value) < SAME_DAY
