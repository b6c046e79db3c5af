"""Whether an element is the article's own, or belongs to a teaser, a comment or a menu."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import PageEvidence, comparable_line, words_in
from crawler.extract.words.lists import any_word

_MAX_HEADINGS = 30
_MAX_DEPTH = 60
_CARD = 80
"""Elements from which on a container is a part of the page and no card with one story."""
_PROSE = 300
"""Characters beside the links of a container from which on it holds text and is no card."""
_HEADLINE_WORDS = 4
_HEADLINE_LETTERS = 20
_HEADLINE_SIGNS = 10
"""The letters of a headline in scripts without spaces."""
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_MENUS = ("menu", "dialog", "form", "select")
_MENU_LINKS = 4
"""Links from which on a navigation element is a menu."""


@dataclass(frozen=True, slots=True)
class _Container:
    """What an element is that stands around others: whether it is of something else whatever they
    say, and the links in it where it is as small as a card.
    """

    is_strange: bool
    card_links: tuple[HtmlElement, ...]


class Ownership:
    """Tells the article's own elements from those of other stories, by where they stand."""

    def __init__(self, evidence: PageEvidence, title: str) -> None:
        self._url = evidence.url
        self._title = comparable_line(title)
        self.heading = self._heading(evidence.tree)
        above = self.heading.iterancestors() if self.heading is not None else ()
        self._above_headline = frozenset(above)
        self._owned: dict[HtmlElement, bool] = {}
        self._looked_at: dict[HtmlElement, _Container] = {}

    def owns(self, element: HtmlElement) -> bool:
        """Whether the element belongs to the article and not to something else on its page.

        What stands in a menu, in a list of other stories, or in a card that has another headline
        of its own does not.
        """
        if element not in self._owned:
            self._owned[element] = self._stands_in_article(element)
        return self._owned[element]

    def _stands_in_article(self, element: HtmlElement) -> bool:
        words = comparable_line(words_in(element)[:_PROSE])
        if _of_others(element):
            return False
        return not any(self._is_strange(outer, words) for outer in self._around(element))

    def _heading(self, tree: HtmlElement) -> HtmlElement | None:
        """The article's headline as it is printed."""
        for heading in islice(tree.iter("h1", "h2"), _MAX_HEADINGS):
            key = comparable_line(words_in(heading))
            if key and (key in self._title or self._title in key):
                return heading
        return None

    def _around(self, element: HtmlElement) -> Iterator[HtmlElement]:
        """The elements around this one, from within, up to those that hold the headline, too."""
        for outer in islice(element.iterancestors(), _MAX_DEPTH):
            if outer in self._above_headline or outer.tag in ("body", "html"):
                return
            yield outer

    def _is_strange(self, outer: HtmlElement, words: str) -> bool:
        """Whether an element around these words is something else: many elements stand in it."""
        container = self._looked_at.get(outer)
        if container is None:
            container = self._look_at(outer)
            self._looked_at[outer] = container
        if container.is_strange:
            return True
        # A small container with the headline of another story, as a link, is the card of that one.
        return any(self._leads_elsewhere(anchor, words) for anchor in container.card_links)

    def _look_at(self, outer: HtmlElement) -> "_Container":
        is_strange = outer.tag in _MENUS or _of_others(outer) or _is_menu(outer)
        if not is_strange and outer.tag == "article":
            is_strange = self._begins_another(outer)
        return _Container(is_strange, () if is_strange else _card_links(outer))

    def _begins_another(self, article: HtmlElement) -> bool:
        """Whether an article element without the headline has a headline of the first rank."""
        return bool(self._above_headline) and article.find(".//h1") is not None

    def _leads_elsewhere(self, anchor: HtmlElement, words: str) -> bool:
        """Whether a link with a headline's length leads to another page of the site."""
        label = words_in(anchor)
        if not _is_long(label) or "tag" in (anchor.get("rel") or ""):
            return False
        key = comparable_line(label)
        is_longer_credit = words in key and len(key) < 2 * len(words) + _HEADLINE_LETTERS
        if key in words or is_longer_credit or key == self._title:
            return False
        return self._is_other_page(anchor.get("href") or "")

    def _is_other_page(self, href: str) -> bool:
        if not href or href[0] == "#":
            return False
        try:
            target = urlsplit(urljoin(self._url, href))
        except ValueError:
            return False
        own = urlsplit(self._url)
        same_site = target.netloc.removeprefix("www.") == own.netloc.removeprefix("www.")
        return same_site and target.path.rstrip("/") != own.path.rstrip("/")


def _card_links(outer: HtmlElement) -> tuple[HtmlElement, ...]:
    """The links of a container that is small and holds no text beside them."""
    inner = list(islice(outer.iter(), _CARD + 1))
    if len(inner) > _CARD:
        return ()
    anchors = tuple(part for part in inner if part.tag == "a")
    linked = sum(len(words_in(anchor)) for anchor in anchors)
    if outer.tag != "a" and len(words_in(outer)) - linked > _PROSE:
        return ()
    return anchors


def _is_long(label: str) -> bool:
    """Whether a link's words are as long as a headline."""
    if _SIGNS.search(label):
        return len(label) >= _HEADLINE_SIGNS
    return len(label) >= _HEADLINE_LETTERS and len(label.split()) >= _HEADLINE_WORDS


def _is_menu(element: HtmlElement) -> bool:
    if element.tag != "nav":
        return False
    return len(list(islice(element.iter("a"), _MENU_LINKS))) == _MENU_LINKS


def _of_others(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:1000]
    return len(names) > 1 and _others().search(names) is not None


@cache
def _others() -> re.Pattern[str]:
    return re.compile(any_word("classes", "others"))
