"""The dates printed around an article's title: `<time>` elements and lines such as "Publié le 3
mars 2024 à 14h30".
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from crawler.extract.dates.calendars import BUDDHIST_ERA
from crawler.extract.dates.candidates import DateCandidate
from crawler.extract.dates.claim import GREGORIAN, DateClaim, Role
from crawler.extract.dates.languages import languages_tried
from crawler.extract.dates.lexicon import fold_date_text, without_number_marks
from crawler.extract.dates.lines import (
    LINE,
    PARAGRAPH,
    Line,
    after,
    before,
    names,
    text_of,
)
from crawler.extract.dates.read import ReadingContext, chosen, claims_in
from crawler.extract.dates.roles import label, role_of
from crawler.extract.dates.stamps import MAYBE, marked, stamp
from crawler.extract.dates.teasers import DatePlace, OwnTitle, is_in_teaser
from crawler.extract.dates.tokens import tokens

FIRST_ONLINE = 1994  # older days are told of: no newspaper was on the web
# Lines that are read.
AFTER = 120
BEFORE = 30
# Weights: a <time> near the title, a line near it.
TIME = 5.0
TEXT = 3.0
# More where words or a class say that it is the publication, or a date.
LABELLED = 3.0
DATED = 1.0
# Of a date that only a class calls an update.
UNSAID = 2.0
# Shares of a weight: right beside the title, further on, before it, and after the article's first
# paragraphs.
NEAR = 1.0
FAR = 0.9
ABOVE = 0.6
BELOW = 0.5
STANDFIRST = 500  # characters of prose that may stand between a title and its date
SPACED = 20  # characters from one space to the next, at the most, where words are parted
SENTENCE = 80  # characters: what is shorter may be a label
_ENDS = (".", "!", "?", "…", "»", "“", "”", '"', "。", "！", "？", "।", "؟", "۔")
REPEATED = (
    0.9  # what another calendar says is repeated in the Gregorian one, where both are printed
)
NEAREST = 6  # lines that stand right beside the title
LONGEST_CONTEXT = 60
# Words of a line that prints a date with its year, of one that a class or its place shows to be a
# date, and of any other: longer lines speak of a date rather than stating their own.
MOST_WORDS_WITH_YEAR = 14
MOST_WORDS_IN_PLACE = 9
MOST_WORDS = 4
_CLASS_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "modified",
        re.compile(
            r"(?<!published )(?<!entry-date )updat|modif|moddate|lastmod|aktualisier|\bmaj\b"
        ),
    ),
    ("published", re.compile(r"publi|pubdate|posted|created")),
)
_DATE_CLASS = re.compile(
    r"(?<![a-z])(?:date|datum|fecha|time|timestamp|dateline|datetime|stand)(?![a-z])"
)
# "The gate broke 3 days ago" is a standfirst.
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_SENTENCE = re.compile(r"[«»“”„\"?]|[，。；、]|[^\W\d_]{3,}[.!…](?:\s|$)(?!\s*\d)")


def header_evidence(
    tree: Any, title: OwnTitle, setting: ReadingContext, language: str | None
) -> list[DateCandidate]:
    """What microdata marks, and what is printed before and after the title.

    Where the language finds no publication, the lines are read again in any: templates declare
    "en" for all.
    """
    below: list[Line] = []
    above: list[Line] = []
    if title.element is not None:
        below = list(islice(after(title.element), AFTER))
        above = list(islice(before(title.element), BEFORE))
    for tried in languages_tried(language):
        evidence = [
            *marked(tree, title, setting, tried),
            *_below(below, title, setting, tried),
            *_above(above, title, setting, tried),
        ]
        if any(item.claim.role != "modified" for item in evidence):
            return evidence
    return [*evidence, *_unsaid_updates(evidence)]


def _unsaid_updates(evidence: list[DateCandidate]) -> list[DateCandidate]:
    """The first date beside the title that only its class calls an update, as a publication: where
    no other is printed, readers take it for that. Themes use one class for both.
    """
    for item in evidence:
        if item.by_name:
            return [DateCandidate(replace(item.claim, role="published"), UNSAID)]
    return []


def _below(
    lines: list[Line], title: OwnTitle, setting: ReadingContext, language: str | None
) -> Iterator[DateCandidate]:
    prose = 0
    for place, line in enumerate(lines):
        if _is_prose_line(line):
            prose += len(line.text)
        share = NEAR if place < NEAREST else FAR
        if prose > STANDFIRST:
            share = BELOW
        candidates = _read(line, setting, language, share)
        if candidates and not is_in_teaser(line.element, title, _place(prose)):
            yield from candidates


def _place(prose: int) -> DatePlace:
    """The place after so many characters of prose."""
    if prose > STANDFIRST:
        return DatePlace.BELOW
    return DatePlace.BEGINNING if prose else DatePlace.ABOVE


def _is_prose_line(line: Line) -> bool:
    """Whether a line is long, or of some length and a paragraph or a sentence."""
    length = len(line.text)
    if length > SPACED * line.text.count(" "):
        length *= 2  # Chinese and Japanese say as much in half of the letters
    if length > PARAGRAPH:
        return True
    return length > SENTENCE and (line.element.tag == "p" or line.text.endswith(_ENDS))


def _above(
    lines: list[Line], title: OwnTitle, setting: ReadingContext, language: str | None
) -> Iterator[DateCandidate]:
    for line in lines:
        for item in _read(line, setting, language, ABOVE):
            if _may_be_today(item.claim, setting):
                continue
            if not is_in_teaser(line.element, title, DatePlace.ABOVE):
                yield item


def _read(
    line: Line, setting: ReadingContext, language: str | None, share: float
) -> list[DateCandidate]:
    element = line.element
    if element.tag == "time" or (element.tag == "abbr" and element.get("title")):
        claim = stamp(element, setting, language)
        return [] if claim is None else _weighed(line, claim, TIME, share)
    if len(line.text) > LINE or not MAYBE.search(line.text) or _is_link(line):
        return []
    candidates: list[DateCandidate] = []
    for claim in _stated(line, setting, language, share):
        candidates += _weighed(line, claim, TEXT, share)
    return candidates


def _stated(
    line: Line, setting: ReadingContext, language: str | None, share: float
) -> list[DateClaim]:
    """What the words of a line state: its updates, then the date that it agrees on."""
    claims = claims_in(line.text, language, setting)
    has_label = any(claim.role for claim in claims)
    if not has_label and _is_prose(line, claims, share):
        return []
    agreed = chosen(claims) or _first_of_day(claims)
    stated = [claim for claim in claims if claim.role == "modified" and claim is not agreed]
    if agreed is not None:
        stated.append(agreed)
    return stated


def _first_of_day(claims: list[DateClaim]) -> DateClaim | None:
    """The first of several times of one day, in a language whose labels are not known: the
    publication comes before the update.
    """
    first = min(claims, key=lambda claim: claim.value, default=None)
    if first is None or any(claim.value.date() != first.value.date() for claim in claims):
        return None
    return None if first.role else first


def _is_link(line: Line) -> bool:
    """Whether the line leads elsewhere: it stands in a link, or a link makes up most of it."""
    element = line.element
    if element.tag == "a" or next(element.iterancestors("a"), None) is not None:
        return True
    inner = element.find(".//a")
    return inner is not None and 2 * len(text_of(inner)) > len(line.text)


def _is_prose(line: Line, claims: list[DateClaim], share: float) -> bool:
    """Whether a line without a label speaks of a date rather than stating its own."""
    if _is_sentence(line) or any(claim.value.year < FIRST_ONLINE for claim in claims):
        return True
    count = len(line.text.split())
    if any(_prints_year(claim, line.text) for claim in claims):
        return count > MOST_WORDS_WITH_YEAR
    if line.element.tag in _HEADINGS and count > MOST_WORDS:
        return True
    has_date_class = _DATE_CLASS.search(names(line.element)) is not None
    most = MOST_WORDS_IN_PLACE if has_date_class or share == NEAR else MOST_WORDS
    if count > most:
        return True
    has_digit = any(character.isdigit() for character in line.text)
    return not (has_date_class or has_digit)


def _is_sentence(line: Line) -> bool:
    """Whether a line is a sentence, or words of one between its links."""
    if line.is_piece and any(map(str.isalpha, line.text)):
        return True
    return _SENTENCE.search(without_number_marks(line.text)) is not None


def _prints_year(claim: DateClaim, text: str) -> bool:
    """Whether the text has the year; other calendars are read with theirs only."""
    years = (claim.value.year, claim.value.year + BUDDHIST_ERA)
    return claim.calendar != GREGORIAN or any(str(year)[2:] in text for year in years)


def _weighed(line: Line, claim: DateClaim, weight: float, share: float) -> list[DateCandidate]:
    """A label, in the words before it or its element's class, counts; below the article's start
    only a label does.
    """
    marks = f"{names(line.element)} {line.element.get('itemprop') or ''}".casefold()
    said = claim.role or _role_before(line)
    role = said or _role_of_class(marks)
    if role is not None:
        by_name = said is None and share >= FAR
        return [DateCandidate(replace(claim, role=role), (weight + LABELLED) * share, by_name)]
    has_date_class = _DATE_CLASS.search(marks) is not None
    if share <= BELOW and not has_date_class:
        return []
    if claim.calendar != GREGORIAN:
        share *= REPEATED
    return [DateCandidate(claim, (weight + DATED * has_date_class) * share)]


def _role_before(line: Line) -> Role | None:
    """What the words right before the line say."""
    if not line.context or len(line.context) > LONGEST_CONTEXT:
        return None
    words = tokens(fold_date_text(line.context))
    return role_of(label(words, 0, len(words)))


def _role_of_class(marks: str) -> Role | None:
    for role, pattern in _CLASS_ROLES:
        if pattern.search(marks):
            return role
    return None


def _may_be_today(claim: DateClaim, setting: ReadingContext) -> bool:
    """Whether it may be the day of the capture, as sites print it above everything."""
    return claim.role is None and claim.precision == "day" and claim.value.date() == setting.today
