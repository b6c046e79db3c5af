"""Whether the page shows only a part of its article, and the lines that say so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, select_elements, words_in
from crawler.extract.words.phrases import Phrases, phrases

_LONGEST_PROMPT = 200
"""Characters of a line that asks readers to subscribe: a longer one is prose about paywalls."""
_LONGEST_SENTENCE = 90
"""Characters of its sentences: calls are short, and prose about paywalls seldom is."""
_LONGEST_LABEL = 45
"""Characters of a label beside the headline ("for subscribers only")."""
_LAST_LINES = 4
"""Lines at the end of a text that may be prompts."""
_BEGINNING = 1_500
"""Characters of a text that may be only the beginning of an article."""
_NOT_FREE = frozenset(("false", "no", "0"))
_PAID = frozenset(("true", "yes", "1", "locked", "metered", "premium", "paid", "subscriber"))
_PAID_METAS = frozenset(("paywall", "ispremium", "ispaid", "islocked", "tier"))
"""Words in the names of metas that say whether an article is paid for."""
_PAGE_TYPES = frozenset(("WebPage", "WebPageElement", "CreativeWork"))
_SENTENCES = re.compile(r"(?<=[.!?؟。！？])\s*")
_QUOTES = re.compile('["«»“”„「『]')
_META_WORD = re.compile(r"[a-z]+")
_BOXES = ("div", "section", "aside", "p")
_FREE_MARKUP = XPath(".//meta[@itemprop='isAccessibleForFree']")
_OFFERS = re.compile(
    r"/(?:abo|abos|abonn\w*|subscri\w*|suscri\w*|abbona\w*|assin\w*|prenum\w*|offers?|offres?|plus|premium|login|register)\b"
)
"""Paths of addresses where a subscription is sold, whatever the language of the page."""
_MOST_WALLS = 20
_GROUPS = ("who", "on", "this", "only")
"""The lists of words that speak of a paywall."""


def paywalled(evidence: PageEvidence, frame: Iterable[str] = (), text: str = "") -> bool:
    """Whether the page declares it (isAccessibleForFree, a content tier), prints a prompt beside
    its text, or shows a box of a paywall under a text that may be a beginning.

    `frame` holds the lines printed around headline and text.
    """
    around = list(frame)
    if _declares_payment(evidence) or any(map(is_prompt, around)):
        return True
    labels = list(filter(_is_label, around))
    # Where several are printed, they are labels of other articles.
    if len(labels) == 1:
        return True
    return len(text) < _BEGINNING and _shows_wall(evidence)


def without_prompts(
    lines: Sequence[str], printed: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """The lines of a text without the prompts at its end, and these prompts. A text of nothing else
    keeps them. `printed` are the lines before others were left out: prompts among their last ones
    are told as well.
    """
    kept, prompts = _split(lines)
    left_out = set(printed).difference(lines)
    last = printed[-2 * _LAST_LINES :]
    return kept, [*prompts, *(line for line in last if line in left_out and is_prompt(line))]


def _split(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    end = len(lines)
    first = max(1, end - _LAST_LINES)
    while end > first and _asks(lines[end - 1]):
        end -= 1
    prompts = list(lines[end:])
    if not any(map(is_prompt, prompts)):
        return list(lines), []
    return list(lines[:end]), prompts


def is_prompt(line: str) -> bool:
    """Whether a line says that the rest of the article is for subscribers: one of its sentences
    speaks of reading on, and of subscribers or of this article, or of subscribers and this article.
    """
    if not _asks(line):
        return False
    return any(_speaks_of_paywall(sentence) for sentence in _SENTENCES.split(line))


def _asks(line: str) -> bool:
    """Whether a line speaks of reading on or of who may, its sentences are short, and half of them
    or more have a word of a paywall's prompts.
    """
    if len(line) > _LONGEST_PROMPT or not _reading_on().may_match(line):
        return False
    if _QUOTES.search(line) or _pattern("other").search(line):
        return False
    sentences = list(filter(None, _SENTENCES.split(line)))
    if any(len(sentence) > _LONGEST_SENTENCE for sentence in sentences):
        return False
    asking = sum(map(_has_prompt_word, sentences))
    return 2 * asking >= len(sentences) > 0


def _has_prompt_word(sentence: str) -> bool:
    return any(_pattern(group).search(sentence) for group in _GROUPS)


def _is_label(line: str) -> bool:
    """Whether a short line says that something is for subscribers only."""
    if len(line) > _LONGEST_LABEL or not _asks(line):
        return False
    return bool(_pattern("who").search(line) and _pattern("only").search(line))


def _speaks_of_paywall(sentence: str) -> bool:
    who = bool(_pattern("who").search(sentence))
    on = bool(_pattern("on").search(sentence))
    this = bool(_pattern("this").search(sentence))
    return who + on + this >= 2


def _declares_payment(evidence: PageEvidence) -> bool:
    nodes = [evidence.node, *jsonld.aslist(evidence.node.get("hasPart"))]
    nodes += [node for node in evidence.graph if jsonld.types(node) & _PAGE_TYPES]
    if any(
        _is_not_free(node.get("isAccessibleForFree")) for node in nodes if isinstance(node, dict)
    ):
        return True
    if any(_is_paid(name, values) for name, values in evidence.metas.items()):
        return True
    marked = select_elements(_FREE_MARKUP, evidence.tree, _MOST_WALLS)
    return any(_is_not_free(element.get("content") or element.text) for element in marked)


def _is_not_free(value: object) -> bool:
    return str(value if value is not None else "").strip().lower() in _NOT_FREE


def _is_paid(name: str, values: Sequence[str]) -> bool:
    about_payment = _PAID_METAS.intersection(_META_WORD.findall(name.lower()))
    return bool(about_payment) and any(value.strip().lower() in _PAID for value in values)


def _shows_wall(evidence: PageEvidence) -> bool:
    """Whether a box that the markup calls a paywall leads to where a subscription is sold."""
    for box in islice(_walls(evidence), _MOST_WALLS):
        printed = words_in(box)
        addresses = " ".join(link.get("href") or "" for link in box.iter("a"))
        if printed and len(printed) <= 5 * _LONGEST_PROMPT and _OFFERS.search(addresses):
            return True
    return False


def _walls(evidence: PageEvidence) -> Iterator[HtmlElement]:
    for element, values in evidence.attributes.items():
        names = f"{values.get('class', '')} {values.get('id', '')}" if values else ""
        if "paywall" in names.lower() and element.tag in _BOXES:
            yield element


@cache
def _pattern(group: str) -> Phrases:
    return phrases("WORDS", f"paywall.{group}")


@cache
def _reading_on() -> Phrases:
    """Reading on, or who may: every prompt speaks of one of them."""
    return phrases("WORDS|WORDS", "paywall.who", "paywall.on")
