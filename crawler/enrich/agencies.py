"""Who a text credits ("(AFP)", "Source: agences") and whom it cites ("a appris Sputnik"), with the
words that show it.

A credit says who wrote the article; an attribution says where a statement comes from. Pure; the
table loads once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.article import Credit
from crawler.enrich.agencies_cues import evidence_around
from crawler.enrich.agencies_names import AgencyName, closing_phrases, named_in, sources

MOST_CREDITS = 20
# Beyond these (characters, names) a text is hostile or a list, and nothing is lost.
TEXT_ENDS, MOST_NAMED = 100_000, 300
EVIDENCE = 160
# Characters: a dateline begins the text, a credit ends it.
DATELINE, TAIL = 160, 700
# Lines from the end among which a "Source: …" line is looked for: comment counters and tags may
# follow it.
LAST_LINES = 8
# Bylines are full of initials: a two-letter form must be one of these there.
_SHORT_BYLINES = frozenset({"AP", "PA", "أ ب"})

_JOINS = "et|and|und|y|e|avec|with|mit|con|via|from|von|par|by|with files from|مع|و"
_LEADS = "avec|with|mit|con|via|from|von|par|by|por|mit Material (?:von|der)|with files from|información de"
_SPLIT = re.compile(
    rf"\s*[/,;|+&،؛–—]\s*|\s+-\s+|\s*\n\s*|\s+(?:{_JOINS})\s+|^(?:{_LEADS}|source|quelle|fuente)\s*:?\s+",
    re.IGNORECASE,
)
_OPENING_WORDS = re.compile(
    r"^(?:l'|les |la |le |the |der |die |den |dem |des |de |d'|du |la agencia |agencia |agence |agency |وكالة )",
    re.I,
)
_BYLINE_PLACE = re.compile(r" (?:in|à|a|en|aus|from|at|فى|في) [A-ZÀ-Þ\u0600-\u06ff][\w .'-]{1,40}$")
_BUREAU = re.compile(r"^[a-zäöü]{1,5}\d?$")
_PARENTHESES = re.compile(r"\(([^()\n]{2,60})\)")
_SENTENCE_END = re.compile(r"[.!?…»”\"'-]\s*$|[-–—]\s*$|^\s*$")
_DATELINE_DASH = re.compile(r"^\s{0,2}[.:]?\s{0,2}[-–—:]")
_CITY = re.compile(r"^[^\W\d_][^.!?():;]{1,40} $")
_SENTENCE_START = re.compile(r"^ [A-ZÀ-Þ«\"]")
_BARE_DATELINE = re.compile(
    r"^\s*([^\W\d_][\w .'،,-]{1,28}?\s?[-–—/]\s?)?([^\W\d_][\w .]{1,22}?)\s?(?:[-–—:/]|$)"
)
_SOURCE_LINE = re.compile(
    r"^\W{0,4}(?:sources?|quellen?|fuentes?|المصدر|المصادر|مصدر|مصادر|crédits?|agences?|agencias?|via)\s{0,2}[:：]\s*(\S.{0,140})$",
    re.I,
)
_WITH = (
    "avec|with(?: files from| reporting by| reporting from)?|mit(?: Material| Agenturmaterial)?(?: von| der)?"
    "|con(?: información de| informaciones de| datos de)?|بالاشتراك مع|بالتعاون مع"
)
_WITH_LINE = re.compile(
    r"^\W{0,4}(?:(?:cet article|ce texte|article|diese meldung|dieser artikel|this article|this story)[^.:]{0,60} )?"
    rf"(?:{_WITH})\s+(?:l'|la |le |the |der )?(\S.{{0,70}}?)\.?$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:^|\n|\. )\W{0,3}(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:by |the |\d{4},? ?){0,3}([^\n.|,]{2,40})",
    re.I,
)
_CONTRIBUTED = re.compile(r" contributed\b| a contribué\b| contribuyó\b| contribuyeron\b")
_PICTURE = re.compile(
    r"\W{0,3}(?:photos?|fotos?|images?|bild(?:er)?|pictures?|crédit|illustration|صورة)\b", re.I
)
_BYLINE_JOB = re.compile(
    r"^(.{2,30}?) (?:[A-Z][\w&-]* ){0,3}(?:Writer|Correspondent|Reporter|Journalist|Editor|Staff|Editorial|News)s?$"
)
_DOMAIN = re.compile(r"//|\.[a-z]{2,4}$")


@dataclass(frozen=True, slots=True)
class Credits:
    """What `credits_of` found; `text` is the article's text without its closing credit lines."""

    agencies: list[Credit]
    attributions: list[Credit]
    text: str


def credits_of(text: str, language: str | None = None, authors: Sequence[str] = ()) -> Credits:
    """The agencies that text and authors credit, the sources that the text cites, the text without
    its credit lines.

    Cues of all five languages are tried whatever `language` says: quotes and wire copy mix them.
    """
    straight = text.replace("’", "'").replace("\xa0", " ")
    kept, credited, cited = _closing_lines(straight)
    for author in (author for author in authors[:MOST_CREDITS] if not _PICTURE.match(author)):
        credited += [
            (source, author) for source in _credited(_without_place(author[:200]), byline=True)
        ]
    credited += _datelines(straight) + _closing_parentheses(straight) + _closing_notices(straight)
    cited += [
        (named.source.name, text[span[0] : span[1]])
        for named in named_in(straight[:TEXT_ENDS])[:MOST_NAMED]
        if (
            span := evidence_around(straight, named.start, named.end, named.source.kind == "agency")
        )
    ]
    agencies = _unique((source.name, words) for source, words in credited)
    return Credits(agencies, _unique(cited), _without_lines(text, kept))


def _unique(found: Iterable[tuple[str, str]]) -> list[Credit]:
    """The first evidence of each name, in the order of the page."""
    first: dict[str, str] = {}
    for name, words in found:
        first.setdefault(name, " ".join(words.split())[:EVIDENCE])
    return [Credit(name=name, evidence=words) for name, words in first.items()][:MOST_CREDITS]


def _credited(words: str, byline: bool = False) -> list[AgencyName]:
    """The agencies in words that hold nothing else but desks and bureaus; a byline may name people too."""
    parts = [
        part.strip(" .:()[]") for part in _SPLIT.split(words) if part and part.strip(" .:()[]")
    ]
    found: list[AgencyName] = []
    for part in parts:
        job = _BYLINE_JOB.match(part) if byline else None
        source = _source(job[1] if job else part)
        if (
            source is None
            and not byline
            and not (found and _BUREAU.match(part))
            and not _DOMAIN.search(part)
        ):
            return []
        if source and not (
            byline and not source.sure and len(part) < 3 and part not in _SHORT_BYLINES
        ):
            found.append(source)
    return [source for source in found if source.kind in {"agency", "generic"}]


def _source(form: str) -> AgencyName | None:
    return sources().get(form) or sources().get(_OPENING_WORDS.sub("", form))


def _without_place(author: str) -> str:
    return _BYLINE_PLACE.sub("", author.strip())


def _datelines(text: str) -> list[tuple[AgencyName, str]]:
    """ "PARIS (AP) —", "Hamburg (dpa/lno) –", "(Reuters) -", "دمشق-سانا" at the start of one of the
    first lines.
    """
    found: list[tuple[AgencyName, str]] = []
    for line in [line for line in text[:3_000].split("\n") if line.strip()][:4]:
        start = line[:DATELINE]
        for match in _PARENTHESES.finditer(start):
            before, after = start[: match.start()], start[match.end() :]
            if (
                _DATELINE_DASH.match(after)
                or not before.strip()
                or (_CITY.match(before) and _SENTENCE_START.match(after))
            ):
                found += [(source, start[: match.end()]) for source in _credited(match[1])]
        bare = _BARE_DATELINE.match(start)
        source = sources().get(bare[2].strip()) if bare else None
        if bare and source and source.kind == "agency" and (source.sure or bare[1]):
            found.append((source, bare[0]))
    return found


def _closing_parentheses(text: str) -> list[tuple[AgencyName, str]]:
    """ "(AFP)", "(dpa/lno)", "--(بترا)" at the end of a paragraph near the text's end."""
    tail = text[-TAIL:]
    found = []
    for match in _PARENTHESES.finditer(tail):
        after = tail[match.end() :].split("\n", 1)[0].strip(" .")
        credited = _credited(match[1])
        ends_sentence = _SENTENCE_END.search(tail[: match.start()]) is not None
        if credited and (ends_sentence or (not after and all(source.sure for source in credited))):
            found += [(source, match[0]) for source in credited]
    return found


def _closing_notices(text: str) -> list[tuple[AgencyName, str]]:
    """Copyright lines, contributions and phrases at the end that only one agency's texts have."""
    tail = text[-TAIL:]
    found = [
        (sources()[name], phrase) for phrase, name in closing_phrases().items() if phrase in tail
    ]
    for match in _COPYRIGHT.finditer(tail):
        found += [
            (source, match[0]) for source in _credited(re.split(r"\. |All | - ", match[1])[0])
        ]
    for match in _CONTRIBUTED.finditer(tail):
        sentence = re.split(r"[\n.] ?", tail[: match.start()])[-1] + match[0]
        found += [
            (named.source, sentence)
            for named in named_in(sentence)
            if named.source.kind == "agency"
        ]
    return found


def _closing_lines(
    text: str,
) -> tuple[set[int], list[tuple[AgencyName, str]], list[tuple[str, str]]]:
    """Which lines at the end are credits (by line number), whom they credit, and which other
    sources they name.
    """
    lines = text.split("\n")
    last = [number for number, line in enumerate(lines) if line.strip()][-LAST_LINES:]
    dropped: set[int] = set()
    credited: list[tuple[AgencyName, str]] = []
    cited: list[tuple[str, str]] = []
    for number in last:
        line = lines[number].strip()
        if source_line := _SOURCE_LINE.match(line):
            dropped.add(number)
            credited += [(source, line) for source in _credited(source_line[1], byline=True)]
            cited += [(name, line) for name in _others(source_line[1])]
        elif (with_line := _WITH_LINE.match(line)) and (found := _credited(with_line[1])):
            dropped.add(number)
            credited += [(source, line) for source in found]
    return dropped, credited, cited


def _others(words: str) -> list[str]:
    """The names in a source line that are no agency: media by their canonical name, the rest as
    printed.
    """
    parts = [part.strip(" .()") for part in _SPLIT.split(words) if part and part.strip(" .()")]
    names = [(part, _source(part)) for part in parts]
    unknown = [
        part
        for part, source in names
        if not (source or len(part) > 60 or _DOMAIN.search(part) or _BUREAU.match(part))
    ]
    return [source.name for _, source in names if source and source.kind == "media"] + unknown


def _without_lines(text: str, dropped: set[int]) -> str:
    if not dropped:
        return text
    return "\n".join(
        line for number, line in enumerate(text.split("\n")) if number not in dropped
    ).strip()
