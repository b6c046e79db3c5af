"""Where on a page an element stands: in its main part, or in the frame around it.

A `header` or `footer` belongs to what it stands in (HTML, section 4.3.8): to the page, to a list of
stories, or to one story, as WordPress prints them. Which of these it is, is told by what else
stands there.
"""

from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean, weight

_MAX_LEVELS = 61
"""Elements around a link that are asked for its place on the page, the nearest first."""
_FRAME = frozenset(("nav", "header", "footer", "aside"))
_FRAME_ROLES = {
    "navigation": "nav",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
}
_FRAME_NAMES = {
    **dict.fromkeys(
        ("menu", "nav", "navbar", "navigation", "main-menu", "main-nav", "topbar"), "nav"
    ),
    **dict.fromkeys(("colophon", "footer", "site-footer", "page-footer"), "footer"),
}
"""What pages without such elements call their frame, as a class or id of its own."""
_NAMED = frozenset(("div", "ul", "ol", "table"))
_HOLDERS = ("article", "section", "main", "li")
"""Elements that a header or footer may belong to."""
_MOST_LINKS = 6
"""Links in the header or footer of one story: its headline, its section, its authors, "Read more".
"""
_LEAST_WORDS = 5
"""Words of a headline in the header of a list: the name of a section has fewer."""
_LEAST_WEIGHT = 40
"""What a headline weighs that has fewer words, or a script without spaces."""
_ANY_HEADING = "self::h1 or self::h2 or self::h3 or self::h4"
_INNER_ARTICLES = XPath("count(.//article | .//main)")
_INNER_STORIES = XPath(
    f"count(.//article | .//main | .//section | .//*[{_ANY_HEADING}][.//a or parent::a])"
)
_LINKS = XPath("count(.//a[@href])")
_TEXT = XPath("string-length(normalize-space(.))")
_IN_HEADING = XPath(f"boolean(ancestor::*[{_ANY_HEADING}] or .//*[{_ANY_HEADING}])")
_PICTURE = XPath("boolean(.//img or .//picture or .//video)")
_ABOUT = frozenset(("author", "tag", "category"))
"""Relations of links that lead to what a story is filed under (HTML, section 4.6.7)."""


class Frames:
    """The frames of one page. What was found out of an element is remembered, since thousands of
    links may stand in it.
    """

    def __init__(self) -> None:
        self._frames: dict[HtmlElement, str | None] = {}
        self._ranks: dict[HtmlElement, int] = {}
        self._counts: dict[tuple[XPath, HtmlElement], float] = {}

    def region(self, link: HtmlElement) -> str:
        """Where a link stands: "main", or "nav", "header", "footer" or "aside"."""
        for outer in islice(link.iterancestors(), _MAX_LEVELS):
            if outer.tag in ("article", "main"):
                return "main"
            if outer not in self._frames:
                self._frames[outer] = _frame_of(outer)
            frame = self._frames[outer]
            if frame is None or self._is_part_of_story(frame, outer, link):
                continue
            return frame
        return "main"

    def _is_part_of_story(self, kind: str, frame: HtmlElement, link: HtmlElement) -> bool:
        """Whether a link in a header or footer leads to a story, and is none of the page's, of a
        list's, or to what a story is filed under.
        """
        if kind not in ("header", "footer") or frame.get("role"):
            return False
        holder = _holder(frame)
        if holder is None:
            return False
        if self._is_of_one_story(frame, holder):
            return not _is_about(link) and _rank(link) >= self._best_rank(holder)
        return kind == "header" and _is_headline(link)

    def _is_of_one_story(self, frame: HtmlElement, holder: HtmlElement) -> bool:
        """Whether a header or footer is that of one story, and not of a list of stories."""
        if self._count(_LINKS, frame) > _MOST_LINKS:
            return False
        if holder.tag not in ("article", "section", "main"):
            return True
        stories = _INNER_ARTICLES if holder.tag == "article" else _INNER_STORIES
        if self._count(stories, holder) > self._count(stories, frame):
            return False
        return holder.tag == "article" or self._count(_TEXT, holder) > self._count(_TEXT, frame)

    def _best_rank(self, holder: HtmlElement) -> int:
        """How well a story is linked: beside its headline or picture, the other links in its header
        and footer lead to its authors, its section and its comments.
        """
        if holder not in self._ranks:
            links = islice(holder.iter("a"), _MOST_LINKS)
            self._ranks[holder] = max(map(_rank, links), default=0)
        return self._ranks[holder]

    def _count(self, path: XPath, element: HtmlElement) -> float:
        key = (path, element)
        if key not in self._counts:
            counted = path(element)
            self._counts[key] = counted if isinstance(counted, float) else 0.0
        return self._counts[key]


def _frame_of(element: HtmlElement) -> str | None:
    if element.tag in _FRAME:
        return str(element.tag)
    return _FRAME_ROLES.get(element.get("role") or "") or _named_frame(element)


def _named_frame(element: HtmlElement) -> str | None:
    if element.tag not in _NAMED:
        return None
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    for name in names[:10]:
        if name in _FRAME_NAMES:
            return _FRAME_NAMES[name]
    return None


def _holder(frame: HtmlElement) -> HtmlElement | None:
    """The element that a header or footer belongs to; None where that is the page."""
    holder = next(frame.iterancestors(*_HOLDERS), None)
    is_alone = holder is not None and holder.tag in ("article", "li")
    if not is_alone and _is_repeated(frame):
        return frame.getparent()
    return holder


def _is_repeated(frame: HtmlElement) -> bool:
    """Whether the element beside the one that holds a header or footer has one, too: both are
    stories.
    """
    around = frame.getparent()
    if around is None:
        return False
    for beside in (around.getprevious(), around.getnext()):
        is_alike = beside is not None and beside.tag == around.tag
        if is_alike and beside.find(str(frame.tag)) is not None:
            return True
    return False


def _is_about(link: HtmlElement) -> bool:
    return bool(_ABOUT & set((link.get("rel") or "").lower().split()))


def _rank(link: HtmlElement) -> int:
    """How surely a link in a story leads to it: most by the headline, then by a picture."""
    if not link.get("href"):
        return 0
    if _IN_HEADING(link):
        return 2
    return int(bool(_PICTURE(link)))


def _is_headline(link: HtmlElement) -> bool:
    """Whether a heading in the header of a list is that of a story: the name of a list is
    shorter.
    """
    words = clean(" ".join(link.itertext()))
    is_long = len(words.split()) >= _LEAST_WORDS or weight(words) >= _LEAST_WEIGHT
    return is_long and bool(_IN_HEADING(link))
