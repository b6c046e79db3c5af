"""Who a text credits ("(AFP)", "Source: agences") and whom it cites ("a appris Sputnik"), with the
words that show it.

A credit says who wrote the article; an attribution says where a statement comes from. Pure; the
tables load once.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.article import Credit
from crawler.enrich.agency_names import AgencyName, closing_phrases, named_in, sources
from crawler.enrich.credit_words import credit_words
from crawler.enrich.cues import evidence_around

MOST_CREDITS = 20
# Beyond these (characters, names) a text is hostile or a list, and nothing is lost.
TEXT_ENDS = 100_000
MOST_NAMED = 300
EVIDENCE = 160
AUTHOR_ENDS = 200
# Characters: a dateline begins the text, a credit ends it.
DATELINE = 160
HEAD = 3_000
TAIL = 700
FIRST_LINES = 4
# Lines from the end among which a "Source: …" line is looked for: comment counters and tags may
# follow it.
LAST_LINES = 8
# Longer names in a source line are sentences.
LONGEST_NAME = 60
# Bylines are full of initials: a two-letter form must be one of these there.
_SHORT_BYLINES = frozenset({"AP", "PA", "أ ب"})

_BUREAU = re.compile(r"^[a-zäöü]{1,5}\d?$")
_PARENTHESES = re.compile(r"\(([^()\n]{2,60})\)")
_SENTENCE_END = re.compile(r"[.!?…»”\"'-]\s*$|[-–—]\s*$|^\s*$")
_DATELINE_DASH = re.compile(r"^\s{0,2}[.:]?\s{0,2}[-–—:]")
_CITY = re.compile(r"^[^\W\d_][^.!?():;]{1,40} $")
_SENTENCE_START = re.compile(r"^ [A-ZÀ-Þ«\"]")
_BARE_DATELINE = re.compile(
    r"^\s*([^\W\d_][\w .'،,-]{1,28}?\s?[-–—/]\s?)?([^\W\d_][\w .]{1,22}?)\s?(?:[-–—:/]|$)"
)
_COPYRIGHT = re.compile(
    r"(?:^|\n|\. )\W{0,3}(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*"
    r"(?:by |the |\d{4},? ?){0,3}([^\n.|,]{2,40})",
    re.IGNORECASE,
)
_COPYRIGHT_ENDS = re.compile(r"\. |All | - ")
_SENTENCE_BREAK = re.compile(r"[\n.] ?")
_DOMAIN = re.compile(r"//|\.[a-z]{2,4}$")

Evidence = tuple[AgencyName, str]
"""A source and the words that show it."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What `credits_of` finds; `text` is the article's text without its closing credit lines."""

    agencies: list[Credit]
    attributions: list[Credit]
    text: str


@dataclass(slots=True)
class _ClosingLines:
    """The credit lines at the end of a text: line numbers, whom they credit, whom they name."""

    numbers: set[int]
    credited: list[Evidence]
    cited: list[tuple[str, str]]


def credits_of(text: str, language: str | None = None, authors: Sequence[str] = ()) -> Credits:
    """The agencies that text and authors credit, the sources that the text cites, the text without
    its credit lines.

    Cues of all five languages are tried whatever `language` says: quotes and wire copy mix them.
    """
    straight = text.replace("’", "'").replace("\xa0", " ")
    closing = _closing_lines(straight)
    credited = [
        *closing.credited,
        *_bylines(authors),
        *_datelines(straight),
        *_closing_parentheses(straight),
        *_closing_notices(straight),
    ]
    agencies = _unique((source.name, words) for source, words in credited)
    cited = [*closing.cited, *_citations(text, straight)]
    return Credits(agencies, _unique(cited), _without_lines(text, closing.numbers))


def _unique(pairs: Iterable[tuple[str, str]]) -> list[Credit]:
    """The first evidence of each name, in the order of the page."""
    first: dict[str, str] = {}
    for name, words in pairs:
        first.setdefault(name, " ".join(words.split())[:EVIDENCE])
    return [Credit(name=name, evidence=words) for name, words in first.items()][:MOST_CREDITS]


def _bylines(authors: Sequence[str]) -> Iterator[Evidence]:
    """The agencies among the authors as printed."""
    words = credit_words()
    for author in authors[:MOST_CREDITS]:
        if words.picture.match(author):
            continue
        without_place = words.byline_place.sub("", author[:AUTHOR_ENDS].strip())
        for source in _credited(without_place, byline=True):
            yield source, author


def _citations(text: str, straight: str) -> Iterator[tuple[str, str]]:
    """The sources that sentences name as the source of a statement, with the words as printed."""
    for named in named_in(straight[:TEXT_ENDS])[:MOST_NAMED]:
        is_agency = named.source.kind == "agency"
        span = evidence_around(straight, named.start, named.end, is_agency)
        if span is not None:
            yield named.source.name, text[span[0] : span[1]]


def _credited(words: str, byline: bool = False) -> list[AgencyName]:
    """The agencies in words that hold nothing else but desks and bureaus; a byline may name people
    too.
    """
    credited: list[AgencyName] = []
    for part in _name_parts(words, " .:()[]"):
        source = _source(_without_job(part) if byline else part)
        if source is not None:
            if not (byline and _may_be_initials(part, source)):
                credited.append(source)
        elif not (byline or _DOMAIN.search(part) or (credited and _BUREAU.match(part))):
            # Something else is said: these words are no credit.
            return []
    return [source for source in credited if source.kind in {"agency", "generic"}]


def _name_parts(words: str, edges: str) -> list[str]:
    """The names between separators and joining words, without the characters of `edges` around."""
    parts = [part.strip(edges) for part in credit_words().separator.split(words) if part]
    return [part for part in parts if part]


def _without_job(part: str) -> str:
    job = credit_words().byline_job.match(part)
    return job[1] if job else part


def _may_be_initials(part: str, source: AgencyName) -> bool:
    return not source.sure and len(part) < 3 and part not in _SHORT_BYLINES


def _source(form: str) -> AgencyName | None:
    known = sources()
    return known.get(form) or known.get(credit_words().opening.sub("", form))


def _datelines(text: str) -> Iterator[Evidence]:
    """ "PARIS (AP) —", "Hamburg (dpa/lno) –", "(Reuters) -", "دمشق-سانا" at the start of one of the
    first lines.
    """
    lines = [line for line in text[:HEAD].split("\n") if line.strip()]
    for line in lines[:FIRST_LINES]:
        start = line[:DATELINE]
        yield from _agencies_in_parentheses(start)
        bare = _BARE_DATELINE.match(start)
        source = sources().get(bare[2].strip()) if bare else None
        if not bare or not source or source.kind != "agency":
            continue
        # Without a town before it, only a sure form is a dateline.
        if source.sure or bare[1]:
            yield source, bare[0]


def _agencies_in_parentheses(start: str) -> Iterator[Evidence]:
    for match in _PARENTHESES.finditer(start):
        if not _is_dateline(start[: match.start()], start[match.end() :]):
            continue
        for source in _credited(match[1]):
            yield source, start[: match.end()]


def _is_dateline(before: str, after: str) -> bool:
    """Whether parentheses between these words of a first line may name the agency of a dateline."""
    if not before.strip() or _DATELINE_DASH.match(after):
        return True
    return bool(_CITY.match(before) and _SENTENCE_START.match(after))


def _closing_parentheses(text: str) -> Iterator[Evidence]:
    """ "(AFP)", "(dpa/lno)", "--(بترا)" at the end of a paragraph near the text's end."""
    tail = text[-TAIL:]
    for match in _PARENTHESES.finditer(tail):
        credited = _credited(match[1])
        if not credited:
            continue
        ends_sentence = _SENTENCE_END.search(tail[: match.start()]) is not None
        after = tail[match.end() :].split("\n", 1)[0].strip(" .")
        all_sure = all(source.sure for source in credited)
        if ends_sentence or (not after and all_sure):
            for source in credited:
                yield source, match[0]


def _closing_notices(text: str) -> Iterator[Evidence]:
    """Copyright lines, contributions and phrases at the end that only one agency's texts have."""
    tail = text[-TAIL:]
    for phrase, name in closing_phrases().items():
        if phrase in tail:
            yield sources()[name], phrase
    for match in _COPYRIGHT.finditer(tail):
        owner = _COPYRIGHT_ENDS.split(match[1])[0]
        for source in _credited(owner):
            yield source, match[0]
    for match in credit_words().contributed.finditer(tail):
        sentence = _SENTENCE_BREAK.split(tail[: match.start()])[-1] + match[0]
        for named in named_in(sentence):
            if named.source.kind == "agency":
                yield named.source, sentence


def _closing_lines(text: str) -> _ClosingLines:
    """Which lines at the end are credits, whom they credit, and which other sources they name."""
    lines = text.split("\n")
    written = [number for number, line in enumerate(lines) if line.strip()]
    closing = _ClosingLines(set(), [], [])
    for number in written[-LAST_LINES:]:
        line = lines[number].strip()
        source_line = credit_words().source_line.match(line)
        if source_line:
            closing.numbers.add(number)
            names = source_line[1]
            closing.credited += [(source, line) for source in _credited(names, byline=True)]
            closing.cited += [(name, line) for name in _others(names)]
            continue
        with_line = credit_words().with_line.match(line)
        credited = _credited(with_line[1]) if with_line else []
        if credited:
            closing.numbers.add(number)
            closing.credited += [(source, line) for source in credited]
    return closing


def _others(words: str) -> list[str]:
    """The names in a source line that are no agency: media by their canonical name, then the rest
    as printed.
    """
    media: list[str] = []
    unknown: list[str] = []
    for part in _name_parts(words, " .()"):
        source = _source(part)
        if source is not None:
            if source.kind == "media":
                media.append(source.name)
        elif not (len(part) > LONGEST_NAME or _DOMAIN.search(part) or _BUREAU.match(part)):
            unknown.append(part)
    return media + unknown


def _without_lines(text: str, numbers: set[int]) -> str:
    if not numbers:
        return text
    lines = [line for number, line in enumerate(text.split("\n")) if number not in numbers]
    return "\n".join(lines).strip()
