"""The article's text in the data that a page holds for its scripts: what stands beside its headline
and holds most prose.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, pairwise
from typing import Any

from lxml.html import HtmlElement

from crawler.extract.markup import page_data
from crawler.extract.markup.evidence import comparable_line, weight
from crawler.extract.text import fragment
from crawler.extract.text.blocks import SENTENCE
from crawler.extract.text.noise import Trace

_LEAST = 200
"""Weight of a text: a lighter one is a summary."""
_LEAST_TITLE = 8
"""Letters and digits of a headline by which an article is found."""
_TELLING_TITLE = 25
"""Letters and digits of a part of a headline that is no other article's."""
_LONGEST_TITLE = 400
_ASCII_PART = re.compile(r"[a-z]{4,}")
_MOST_VALUES = 50_000
"""Values of a page's data that are looked at."""
_DEEPEST = 40
_LEVELS = 3
"""Levels above its headline at which an article's text may stand."""
_MOST_TITLED = 20
_BETWEEN = 12
"""Strings of a script between two paragraphs of one text."""
_SENTENCE = 60
"""Characters of a string that may be a paragraph."""
_TEXT_KEYS = frozenset(("text", "value", "content", "html", "body", "children", "paragraph"))
_ADDRESS_KEYS = ("url", "href", "link", "slug", "path", "canonical", "permalink", "uri")
_TITLE_KEYS = ("title", "headline", "heading")
_CUT = ("…", "...")
_NO_TEXT = ("http://", "https://", "/", "{", "function", "data:", "#", ".")
"""How strings begin that are addresses, code and styles."""


def lines(tree: HtmlElement, titles: Iterable[str], trace: Trace) -> list[str]:
    """The text line by line; none where the data names no article with one of these headlines."""
    named = list(filter(None, titles))
    folded = set(map(comparable_line, named))
    wanted = {key for key in folded if len(key) >= _LEAST_TITLE}
    if not wanted:
        return []
    texts = (_article_text(value, wanted) for value in page_data.values(tree, _telling(named)))
    best = max(texts, key=_weight, default=[])
    printed = [line for piece in best for line in fragment.lines(piece, named[0], trace)]
    text = list(_whole(printed))
    return text if _weight(text) >= _LEAST else []


def _telling(titles: Iterable[str]) -> list[str]:
    """The parts of words in ASCII of the headlines, which data write in one way only, in small
    letters: data without any of them name no such article. None where a headline has none.
    """
    parts = [_ASCII_PART.findall(title.lower()) for title in titles]
    return list(chain.from_iterable(parts)) if all(parts) else []


def _whole(text: list[str]) -> Iterator[str]:
    """The lines but for those that are cut short and stand whole in another one: summaries."""
    folded = comparable_line("".join(text))
    for line in text:
        beginning = comparable_line(line)[:_SENTENCE]
        if not line.endswith(_CUT) or folded.count(beginning) < 2:
            yield line


def _article_text(value: Any, wanted: Collection[str]) -> list[str]:
    """The pieces of the text with most prose near a headline."""
    best: list[str] = []
    for titled, ancestors in _titled(value, wanted):
        for node in (titled, *reversed(ancestors[-_LEVELS:])):
            pieces = _behind_title(node, wanted) or _Pieces(wanted).of(node)
            if _weight(pieces) >= _LEAST:
                best = max(best, pieces, key=_weight)
                break
    return best


def _titled(value: Any, wanted: Collection[str]) -> Iterator[tuple[Any, list[Any]]]:
    """The objects and lists that hold one of the headlines, each with what is around it, the
    outermost first.
    """
    waiting: list[tuple[Any, list[Any]]] = [(value, [])]
    found = 0
    for _ in range(_MOST_VALUES):
        if not waiting or found == _MOST_TITLED:
            return
        node, ancestors = waiting.pop()
        children = _children(node)
        if any(_is_title(child, wanted) for child in children):
            found += 1
            yield node, ancestors
        if len(ancestors) < _DEEPEST:
            around = [*ancestors, node]
            waiting += [(child, around) for child in reversed(children)]


def _children(node: Any) -> list[Any]:
    children = node.values() if isinstance(node, dict) else node
    return list(children)[:_MOST_VALUES] if isinstance(node, dict | list) else []


def _is_title(text: Any, wanted: Collection[str]) -> bool:
    """Whether a value is one of the headlines, or one without the kicker or the site's name."""
    if not isinstance(text, str) or not _LEAST_TITLE <= len(text) <= _LONGEST_TITLE:
        return False
    key = comparable_line(text)
    if len(key) < _TELLING_TITLE:
        return key in wanted
    return any(key in title for title in wanted)


def _behind_title(node: Any, wanted: Collection[str]) -> list[str]:
    """The pieces of a list of strings, as scripts pack the data of a page: the whole text nearest
    to the headline, else the paragraphs right behind it. Empty for other values.
    """
    if not isinstance(node, list):
        return []
    strings = [item for item in node if isinstance(item, str)]
    titles = [number for number, text in enumerate(strings) if _is_title(text, wanted)]
    return _pieces_near(strings, titles[0]) if titles else []


def _pieces_near(strings: list[str], first: int) -> list[str]:
    """The pieces that stand near the headline, which is the string of this number."""
    prose = [number for number, text in enumerate(strings) if _is_prose(text)]
    whole = [number for number in prose if weight(strings[number]) >= _LEAST]
    near = [number for number in whole if abs(number - first) <= _BETWEEN]
    if near:
        return [strings[min(near, key=lambda number: (abs(number - first), -number))]]
    return [strings[number] for number in _in_a_row(prose, first)]


def _in_a_row(numbers: Iterable[int], first: int) -> Iterator[int]:
    """The numbers behind the first one that follow each other with few between them."""
    last = first
    for number in numbers:
        if first < number <= last + _BETWEEN:
            yield number
            last = number


def _is_prose(text: str) -> bool:
    return len(text) > _SENTENCE and " " in text and bool(SENTENCE.search(text) or "</p>" in text)


class _Pieces:
    """Reads pieces of text off a value, within a bound on what is looked at; articles with another
    headline than the wanted ones are left out.
    """

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._left = _MOST_VALUES

    def of(self, value: Any, key: str = "", depth: int = 0) -> list[str]:
        """The pieces of a value: of an object those of its member with most prose, of a list those
        of all its members, but for other articles.
        """
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            return []
        if isinstance(value, str):
            return [value] if _is_text(value, key) else []
        if isinstance(value, list):
            return self._of_list(value, key, depth)
        if isinstance(value, dict):
            readings = [self.of(item, name, depth + 1) for name, item in value.items()]
            return max(readings, key=_rank, default=[])
        return []

    def _of_list(self, members: list[Any], key: str, depth: int) -> list[str]:
        own = [member for member in members if not _is_other_article(member, self._wanted)]
        return _joined([self.of(member, key, depth + 1) for member in own])


def _is_text(text: str, key: str) -> bool:
    """Whether a string may be words of a text: a name of one word may only where its key says
    that.
    """
    stripped = text.strip()
    if not stripped or stripped.startswith(_NO_TEXT):
        return False
    spaced = " " in stripped or weight(stripped) > len(stripped)
    return spaced or key.lower() in _TEXT_KEYS


def _is_other_article(item: Any, wanted: Collection[str]) -> bool:
    """Whether a member of a list, or what it wraps, has an address and a headline of its own."""
    if not isinstance(item, dict):
        return False
    wrapped = [inner for inner in item.values() if isinstance(inner, dict)]
    return any(_is_named_otherwise(holder, wanted) for holder in (item, *wrapped))


def _is_named_otherwise(holder: dict[str, Any], wanted: Collection[str]) -> bool:
    members = {str(name).lower(): value for name, value in holder.items()}
    if members.keys().isdisjoint(_ADDRESS_KEYS):
        return False
    titles = [members[name] for name in _TITLE_KEYS if isinstance(members.get(name), str)]
    return bool(titles) and not any(_is_title(title, wanted) for title in titles)


def _joined(members: list[list[str]]) -> list[str]:
    """The pieces of a list: one piece where its members are parts of one line, as the words in bold
    of a paragraph are.
    """
    pieces = list(_each_once(piece for member in members for piece in member))
    single = all(len(member) <= 1 for member in members)
    inline = any(_runs_on(piece, following) for piece, following in pairwise(pieces))
    return ["".join(pieces).strip()] if single and inline else pieces


def _each_once(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without those paragraphs that stood before."""
    seen: set[str] = set()
    for piece in pieces:
        if piece not in seen or len(piece) <= _SENTENCE:
            seen.add(piece)
            yield piece


def _runs_on(piece: str, following: str) -> bool:
    """Whether a piece that ends no sentence goes on in the next: a space stands between them, or
    the next begins small.
    """
    if "<" in piece or "\n" in piece or SENTENCE.search(piece):
        return False
    return piece[-1:] == " " or following[:1] == " " or following[:1].islower()


def _rank(pieces: list[str]) -> tuple[int, int]:
    """How much prose the pieces hold, then how much at all: words in bold are no sentence."""
    return _weight(pieces), sum(map(len, pieces))


def _weight(pieces: list[str]) -> int:
    """What the pieces weigh that may be prose."""
    return sum(
        weight(piece) for piece in pieces if len(piece) > _SENTENCE or SENTENCE.search(piece)
    )
