"""The article's text, chosen among what the page's structure, its embedded text and a general
extractor show.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crawler.article import TextOrigin
from crawler.extract.markup.evidence import PageEvidence, comparable_line, weight
from crawler.extract.text import embedded, main_content, page_data
from crawler.extract.text.blocks import HEADINGS, Segmentation, texts
from crawler.extract.text.general import fuller
from crawler.extract.text.kicker import SectionNames, without_kicker, without_leading_kicker
from crawler.extract.text.main_content import Known, MainContent
from crawler.extract.text.noise import Trace
from crawler.extract.text.pointers import without_pointers
from crawler.extract.text.set_apart import channel_links, set_apart

_SHORT = 250
"""Weight below which structure has likely missed the article: the general extractor reads too."""
_PART = 1_500
"""Weight below which the page may show a part of its article only: its data is read too."""
_LARGE = 5_000
"""Blocks from which the general extractor would cost seconds."""
_MANY = 30_000
"""Elements from which it would cost too much memory: it makes several copies of them."""
_MAX_LINES = 4_000


@dataclass(frozen=True, slots=True)
class Body:
    """The text line by line; `standfirst` is what the page prints above it to sum it up, empty
    where it prints none.

    `frame` holds the short lines around headline and text: bylines, dates, labels. `origin` says
    where the text stands. `apart` and `channels` are those of the last lines that the markup sets
    apart from the prose, and that link to a channel of the site; `links` are all lines that hold a
    link.
    """

    lines: list[str]
    standfirst: str = ""
    frame: tuple[str, ...] = ()
    origin: TextOrigin = "page"
    apart: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()


def body(evidence: PageEvidence, title: str, section_names: SectionNames, trace: Trace) -> Body:
    """The article's text, its standfirst first; a line at its head that only names its section is
    left out.
    """
    description = evidence.meta("og:description", "description", "twitter:description")
    embedded_lines = embedded.lines(evidence)
    embedded_text = comparable_line("".join(embedded_lines))
    segmentation = Segmentation(evidence.tree, evidence.attributes)
    known = Known(evidence.url, title, description, embedded_text)
    content = main_content.select(segmentation, known, trace)
    content = replace(content, blocks=without_kicker(content, section_names, trace))
    content = _without_pointers(content, trace)
    origin: TextOrigin = "page"
    printed = texts(content.blocks)
    standfirst = printed[: content.standfirst]
    lines = printed
    if embedded_lines and embedded.continues(printed, embedded_text):
        unembedded = [line for line in standfirst if comparable_line(line) not in embedded_text]
        lines = unembedded + embedded.completed(printed, embedded_lines)
        origin = "embedded"
    elif embedded_lines:
        lines = _embedded_only(content, embedded_text, trace)
    if _size(lines) < _SHORT and not _is_large(evidence, segmentation):
        lines = _fuller(lines, evidence, segmentation, section_names, trace)
    read = Body(
        lines[:_MAX_LINES],
        " ".join(standfirst),
        content.frame,
        origin,
        apart=set_apart(content.blocks),
        channels=channel_links(content.blocks),
        links=_with_link(content),
    )
    return _completed(read, evidence, title, trace) if _size(lines) < _PART else read


def _with_link(content: MainContent) -> frozenset[str]:
    """The lines of the article that hold a link."""
    return frozenset(block.text for block in content.blocks if block.linked)


def _fuller(
    lines: list[str],
    evidence: PageEvidence,
    segmentation: Segmentation,
    section_names: SectionNames,
    trace: Trace,
) -> list[str]:
    """The lines, or what the general extractor reads where that is much more."""
    general = fuller(lines, evidence.tree, segmentation.blocks, evidence.url)
    return without_leading_kicker(general, section_names, trace) if general else lines


def _completed(read: Body, evidence: PageEvidence, title: str, trace: Trace) -> Body:
    """What was read of the page, or the text in the data that the page holds for its scripts: where
    it goes on behind what is printed, or where next to nothing is.
    """
    declared = (evidence.meta("og:title"), evidence.tree.findtext(".//title"), evidence.hints.title)
    data = page_data.lines(evidence.tree, [title, *filter(None, declared)], trace)
    whole = comparable_line("".join(data))
    size = _size(read.lines)
    if embedded.continues(read.lines, whole):
        own_standfirst = read.standfirst and comparable_line(read.standfirst) not in whole
        lines = [read.standfirst] if own_standfirst else []
        lines += embedded.completed(read.lines, data)
    elif size < _SHORT and _size(data) > 3 * size:
        lines = data
    else:
        return read
    return replace(read, lines=lines[:_MAX_LINES], origin="embedded")


def _size(lines: Iterable[str]) -> int:
    return sum(map(weight, lines))


def _without_pointers(content: MainContent, trace: Trace) -> MainContent:
    """The article without links to others between its paragraphs; its standfirst stays as it is."""
    opening = content.blocks[: content.standfirst]
    rest = content.blocks[content.standfirst :]
    return replace(content, blocks=[*opening, *without_pointers(rest, trace)])


def _embedded_only(content: MainContent, embedded_text: str, trace: Trace) -> list[str]:
    """The printed lines without those that the embedded text, where it is complete, leaves out.

    Headings and items of lists stay: many sites embed their paragraphs only.
    """
    lines = texts(content.blocks)
    strangers = embedded.unembedded_lines(lines[content.standfirst :], embedded_text)
    # from the last to the first, so that the numbers of those before it stay right
    for number in sorted(strangers, reverse=True):
        position = number + content.standfirst
        tag = content.blocks[position].tag
        if tag not in HEADINGS and tag != "li":
            trace("not embedded", lines.pop(position))
    return lines


def _is_large(evidence: PageEvidence, segmentation: Segmentation) -> bool:
    if len(segmentation.blocks) >= _LARGE:
        return True
    return bool(evidence.tree.xpath("count(.//*)") >= _MANY)
