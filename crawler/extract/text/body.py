"""The article's text, chosen among what the page's structure, its embedded text and a general
extractor show.
"""

from copy import copy
from dataclasses import dataclass

from lxml.html import HtmlElement
from trafilatura.core import trafilatura_sequence
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line
from crawler.extract.text import embedded
from crawler.extract.text import main_content as structure
from crawler.extract.text.blocks import Segmentation, weight
from crawler.extract.text.noise import Trace

_GENERAL = Extractor(comments=False)
_SHORT = (
    250  # below this, structure has likely missed the article: the general extractor is asked too
)

_LARGE = 5_000  # blocks, from which the general extractor would cost seconds
_MANY = 30_000  # elements, of which it would make several copies
_MAX_LINES = 4_000


@dataclass(frozen=True, slots=True)
class Body:
    """The text line by line; `standfirst` is what the page prints above it to sum it up, empty
    where it prints none.

    `frame` holds the short lines around headline and text: bylines, dates, labels.
    """

    lines: list[str]
    standfirst: str = ""
    frame: tuple[str, ...] = ()


def body(evidence: PageEvidence, title: str, trace: Trace) -> Body:
    """The article's text, its standfirst first."""
    description = evidence.meta("og:description", "description", "twitter:description")
    witness = embedded.lines(evidence)
    whole = comparable_line("".join(witness))
    segmentation = Segmentation(evidence.tree)
    chosen = structure.select(segmentation, title, description, whole, trace)
    printed = [block.text for block in chosen.blocks]
    standfirst = printed[: chosen.standfirst]
    if witness and embedded.continues(printed, whole):
        printed = [line for line in standfirst if comparable_line(line) not in whole] + witness
    elif witness:
        for number in sorted(embedded.strangers(printed[len(standfirst) :], whole), reverse=True):
            block = chosen.blocks[number + len(standfirst)]
            if block.tag not in structure.HEADINGS and block.tag != "li":
                trace("not embedded", printed.pop(number + len(standfirst)))
    if sum(map(weight, printed)) < _SHORT and not _large(evidence, segmentation):
        general = _general(evidence.tree, evidence.url)
        if sum(map(len, general)) > 1.5 * sum(map(len, printed)):
            printed = general
    return Body(printed[:_MAX_LINES], " ".join(standfirst), chosen.frame)


def _large(evidence: PageEvidence, segmentation: Segmentation) -> bool:
    return len(segmentation.blocks) >= _LARGE or evidence.tree.xpath("count(.//*)") >= _MANY


def _general(tree: HtmlElement, url: str) -> list[str]:
    found, _, _, _ = trafilatura_sequence(copy(tree), _GENERAL, url)
    return [line for line in map(clean, xmltotxt(found, False).split("\n")) if line]
