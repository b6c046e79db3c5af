"""The table of agencies and media as lookups: which name a printed form stands for."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from ahocorasick_rs import AhoCorasick

from crawler.enrich.tables import table

# What a credit that names nobody is called ("Source: agences").
GENERIC = "agences"
_JOINS_WORDS = frozenset("'-_&@.")
_NAME_CONTINUES = frozenset("-_@#")
# Arabic writes "to", "by" and "and" in one word with the name.
_ARABIC_PREFIXES = frozenset("لبو")


@dataclass(frozen=True, slots=True)
class AgencyName:
    """A source by its canonical name; `sure` forms mean nothing else, others count in credits
    only.
    """

    name: str
    kind: Literal["agency", "media", "generic", "desk"]
    sure: bool = True


@cache
def sources() -> dict[str, AgencyName]:
    """Every printed form of the table, apostrophes straight."""
    known = table("agencies")
    by_form: dict[str, AgencyName] = {}
    for name, entry in known["media"].items():
        for form in entry["forms"]:
            by_form[form] = AgencyName(name, "media")
    for name, entry in known["agency"].items():
        for form in entry.get("credit", ()):
            by_form[form] = AgencyName(name, "agency", sure=False)
        for form in (name, *entry["forms"]):
            by_form.setdefault(form, AgencyName(name, "agency"))
    for form in known["generic"]:
        by_form[form] = AgencyName(GENERIC, "generic")
    for form in known["desk"]:
        by_form[form] = AgencyName("", "desk")
    return {form.replace("’", "'"): source for form, source in by_form.items()}


@cache
def closing_phrases() -> dict[str, str]:
    """Phrases that end every text of one agency, to that agency's name."""
    phrases: dict[str, str] = {}
    for name, entry in table("agencies")["agency"].items():
        for phrase in entry.get("closing", ()):
            phrases[phrase] = name
    return phrases


@dataclass(frozen=True, slots=True)
class Named:
    """A source named in a text, from `start` to `end`."""

    source: AgencyName
    start: int
    end: int


def named_in(text: str) -> list[Named]:
    """The surely named agencies and media in the text, as whole words, the longest where several
    overlap.
    """
    forms, machine = _machine()
    matches = [
        (start, -end, forms[index])
        for index, start, end in machine.find_matches_as_indexes(text, overlapping=True)
        if _is_whole(text, start, end)
    ]
    named: list[Named] = []
    for start, minus_end, form in sorted(matches):
        if not named or start >= named[-1].end:
            named.append(Named(sources()[form], start, -minus_end))
    return named


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the form stands as a word of its own, or behind a one-letter Arabic prefix."""
    before = text[start - 1 : start]
    if before.isalnum() or before in _NAME_CONTINUES:
        return before in _ARABIC_PREFIXES and not text[start - 2 : start - 1].isalnum()
    after = text[end : end + 2]
    joined = after[:1] in _JOINS_WORDS and after[1:].isalnum()
    return not (after[:1].isalnum() or joined)


@cache
def _machine() -> tuple[list[str], AhoCorasick]:
    forms: list[str] = []
    for form, source in sources().items():
        if source.sure and source.kind in {"agency", "media"}:
            forms.append(form)
    return forms, AhoCorasick(forms)
