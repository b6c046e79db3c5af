"""The standfirst: what a page prints between its headline and its text to sum the article up."""

import re

from crawler.extract.markup.evidence import comparable_line
from crawler.extract.text.blocks import SENTENCE, Block, weight

_STANDFIRST = re.compile(
    r"stand-?first|chapo|chapeau|(?:^|[\s_-])(?:lead|lede|intro|abstract|summary|excerpt|dek|deck|kicker-?text|"
    r"description|vorspann|"
    r"entradilla|bajada|copete|subtitle|sub-?title|sub-?head\w*|sous-?titre|subtitulo|sommaire|teaser-?text|resume|"
    r"preamble|ingress)",
    re.IGNORECASE,
)


def above(
    blocks: list[Block], titles: list[int], body: int, title: str, description: str
) -> list[Block]:
    """What is printed between the headline and the body's first paragraph to sum the article up."""
    before = [n for n in titles if n < body]
    start = before[-1] + 1 if before else max(0, body - 30)
    found = []
    for block in blocks[start:body]:
        folded = comparable_line(block.text)
        if folded == title:
            continue
        declared = (
            len(folded) > 30
            and bool(description)
            and (folded in description or description[:80] in folded)
        )
        if declared or (before and _sums_up(block)):
            found.append(block)
    return found if len(found) <= 6 else []


def opening_of(blocks: list[Block], solid: list[int], title: str) -> list[Block]:
    """The body's first paragraph where it is the standfirst: by its class, or as the headline comes
    again below.
    """
    if len(solid) < 2:
        return []
    first = blocks[solid[0]]
    repeated = any(
        comparable_line(block.text) == title for block in blocks[solid[0] + 1 : solid[1]]
    )
    return [first] if repeated or _STANDFIRST.search(_named(first)) else []


def _named(block: Block) -> str:
    parent = block.element.getparent()
    names = [
        block.element.get("class"),
        block.element.get("itemprop"),
        parent.get("class") if parent is not None else "",
    ]
    return " ".join(filter(None, names))


def _sums_up(block: Block) -> bool:
    if block.noise or block.linked > 0.3 or weight(block.text) < 40:
        return False
    printed = block.tag == "h2" or (block.tag in ("p", "li") and bool(SENTENCE.search(block.text)))
    return printed or bool(_STANDFIRST.search(_named(block)))
