"""The table of agencies and media as lookups: which name a printed form stands for."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from ahocorasick_rs import AhoCorasick

from crawler.enrich.tables import table

# What a credit that names nobody is called ("Source: agences").
GENERIC = "agences"
_JOINS_WORDS = frozenset("'-_&@.")


@dataclass(frozen=True, slots=True)
class AgencyName:
    """A source by its canonical name; `sure` forms mean nothing else, others count in credits only."""

    name: str
    kind: Literal["agency", "media", "generic", "desk"]
    sure: bool = True


@cache
def sources() -> dict[str, AgencyName]:
    """Every printed form of the table, apostrophes straight."""
    known = table("agencies")
    found = {
        form: AgencyName(name, "media")
        for name, entry in known["media"].items()
        for form in entry["forms"]
    }
    for name, entry in known["agency"].items():
        found |= {form: AgencyName(name, "agency", sure=False) for form in entry.get("credit", ())}
        found |= {
            form: AgencyName(name, "agency")
            for form in (name, *entry["forms"])
            if form not in found
        }
    found |= {form: AgencyName(GENERIC, "generic") for form in known["generic"]}
    found |= {form: AgencyName("", "desk") for form in known["desk"]}
    return {form.replace("’", "'"): source for form, source in found.items()}


@cache
def closing_phrases() -> dict[str, str]:
    """Phrases that end every text of one agency, to that agency's name."""
    known = table("agencies")["agency"]
    return {phrase: name for name, entry in known.items() for phrase in entry.get("closing", ())}


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
    found = [
        (start, -end, forms[index])
        for index, start, end in machine.find_matches_as_indexes(text, overlapping=True)
        if _whole(text, start, end)
    ]
    named: list[Named] = []
    for start, minus_end, form in sorted(found):
        if not named or start >= named[-1].end:
            named.append(Named(sources()[form], start, -minus_end))
    return named


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 2]
    if before.isalnum() or before in {"-", "_", "@", "#"}:
        return before in {"ل", "ب", "و"} and not text[start - 2 : start - 1].isalnum()
    return not (after[:1].isalnum() or (after[:1] in _JOINS_WORDS and after[1:].isalnum()))


@cache
def _machine() -> tuple[list[str], AhoCorasick]:
    forms = [
        form
        for form, source in sources().items()
        if source.sure and source.kind in {"agency", "media"}
    ]
    return forms, AhoCorasick(forms)
