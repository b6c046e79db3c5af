"""A page cut into blocks: runs of text between two breaks, with what the markup says about each."""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean

_BLOCK = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
        "td", "tfoot", "th", "thead", "tr", "ul",
    ]
)  # fmt: skip
_SKIPPED = frozenset(
    [
        "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "input", "textarea",
        "head", "canvas", "object", "embed", "math", "audio", "video", "map", "dialog", "datalist", "meter",
        "progress", "link", "meta", "amp-ad", "amp-iframe", "amp-video", "amp-analytics",
    ]
)  # fmt: skip
MAX_BLOCKS = 10_000
_NOISY_TAGS = frozenset(
    [
        "aside",
        "figure",
        "figcaption",
        "form",
        "address",
        "menu",
        "label",
        "fieldset",
        "nav",
        "footer",
    ]
)


def _tokens(words: str) -> re.Pattern[str]:
    """Any of these as a whole token of a class or id: between separators, or capitals in the middle."""
    return re.compile(
        rf"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?i:{'|'.join(words.split()).replace('-?', '[-_]?')})(?=$|[\s_-]|[A-Z0-9])"
    )


# What no article has in its prose, whatever the site.
_STRONG = _tokens(
    r"share|sharing|shares|sharebar|social\w*|addthis|partage\w*|teilen|compartir|"
    r"related\w*|recommend\w*|recirc\w*|read-?(?:more|next|also)|lire-?aussi|alire|more-?(?:from|stories|news|"
    r"articles)|also-?read|"
    r"voir-?aussi|see-?also|most-?(?:read|popular|viewed)|mostpop\w*|trending|popular|top-?stories|(?:last|latest|"
    r"other)-?(?:news|articles|stories|posts)|outbrain|taboola|"
    r"newsletters?|comments|comment-?(?:list|section|form|area)|kommentare?|commentaires|comentarios|disqus|respond|"
    r"breadcrumbs?|fil-?ariane|ariane|nav|navbar|navigation|menu|submenu|footer|"
    r"caption|captions|figcaption|"
    r"ads?|adv|advert\w*|adslot|dfp|sponsor\w*|publicite|pub|anzeige|publicidad|affiliate\w*|"
    r"cookies?|\w*consent\w*|gdpr|rgpd|popup|tooltip|"
    r"copyright|donat\w*|follow-?\w*|pagination|pager|tags?|taglist|keywords|hashtags|"
    r"sr-?only|screen-?reader\w*|visually-?hidden|player|jw\w*|weather|meteo|cross-?links?|voting|poll".replace(
        "|", " "
    )
)
# What is often around an article, but is also what some sites call the column that holds it.
_WEAK = _tokens(
    r"sidebar|side-?bar|widgets?|rail|teasers?|promo|promos|promotion\w*|subscri\w*|abonn\w*|abo|\w*werbung|suscri\w*|"
    r"signup|sign-?up|register|registration|login|toolbar|tools|byline|authors?|auteurs?|autor\w*|bio|biography|"
    r"signature|"
    r"credits?|legend\w*|gallery|slideshow|carousel|slider|diaporama|topics?|categor\w+|banner\w*|commercial|"
    r"privacy|modal|overlay|lightbox|dropdown|disclaimer|colophon|print-?only|print-?warning|hidden|hide|invisible|"
    r"latest|"
    r"rating|votes?|quiz|survey|support-?us|prev|next|time-?stamp|dates?|metadata|meta|infos?|infobar|infobox|factbox|"
    r"video-?\w*|audio|podcast|embed\w*|instagram|facebook|tweets?|twitter\w*|youtube|whatsapp|telegram|"
    r"search|stock\w*|ticker|live-?ticker|alert\w*|notification\w*|jobs?|shop\w*|toc|sommaire|inhaltsverzeichnis|"
    r"comment|reactions|reply".replace("|", " ")
)
_BODY = re.compile(
    r"(?:^|\s)(?:article|entry|post|story|content|text|node|news)(?:[-_]{1,2}|(?=[A-Z]))(?i:body|content|text)(?=$|"
    r"[\s_-])|articleBody|"
    r"(?:^|\s)body-?(?:text|copy)(?=$|\s)"
)
_NOISY_ROLES = frozenset(["navigation", "complementary", "contentinfo", "dialog", "search"])
_WORDED = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "span", "body"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
SENTENCE = re.compile(r"[.!?…。！？।؟:;»”\"')\]’]\s*$")


@dataclass(slots=True)
class Block:
    """One run of text; `noise` names the mark of the nearest marked ancestor, `linked` is its share
    inside links.
    """

    text: str
    tag: str
    element: HtmlElement
    linked: float = 0.0
    noise: str = ""
    start: bool = True


@dataclass(slots=True)
class NoiseElement:
    """An element that its markup calls noise, and the blocks [first, last) in it."""

    mark: str
    strong: bool
    first: int
    last: int


class Segmentation:
    """The blocks of a tree, and the range of blocks in each block-level element."""

    def __init__(self, tree: HtmlElement) -> None:
        self.blocks: list[Block] = []
        self.ranges: list[tuple[HtmlElement, int, int]] = []
        self.marked: list[NoiseElement] = []
        self._text: list[str] = []
        self._linked = 0
        body = tree.find(".//body") if tree.tag == "html" else tree
        root = body if body is not None else tree
        self._walk(root, "body", root, False)
        self._flush("body", root)

    def _walk(  # one call for each element of a page: attributes are fetched once and handed on
        self,
        element: HtmlElement,
        tag: str,
        owner: HtmlElement,
        linked: bool,
        attributes: dict[str, str] | None = None,
    ) -> None:
        own = element.tag
        is_block = own in _BLOCK
        if is_block:
            self._flush(tag, owner)
            tag, owner = own, element
        elif own == "br":
            self._flush(tag, owner)
        first = len(self.blocks)
        linked = linked or own == "a"
        self._say(element.text, linked)
        for child in element:
            name = child.tag
            if isinstance(name, str) and name not in _SKIPPED:
                named = dict(child.items())
                if not named or not _invisible(named):
                    self._walk(child, tag, owner, linked, named)
            elif name in ("button", "iframe"):
                self._say(" ", linked)
            self._say(child.tail, linked)
        if is_block:
            self._flush(tag, owner)
            if len(self.blocks) > first:
                self.ranges.append((element, first, len(self.blocks)))
        if len(self.blocks) > first:
            mark, strong = _mark(own, attributes or {})
            if mark:
                self.marked.append(NoiseElement(mark, strong, first, len(self.blocks)))

    def _say(self, text: str | None, linked: bool) -> None:
        if text:
            self._text.append(text)
            if linked:
                self._linked += len(text.strip())

    def _flush(self, tag: str, owner: HtmlElement) -> None:
        if self._text:
            text = clean("".join(self._text))
            if text and len(self.blocks) < MAX_BLOCKS:
                self.blocks.append(Block(text, tag, owner, min(1.0, self._linked / len(text))))
            self._text.clear()
            self._linked = 0


def _invisible(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


def _mark(tag: str, attributes: dict[str, str]) -> tuple[str, bool]:
    """What the markup calls the element, if that is noise, and whether it is beyond doubt."""
    if tag in _NOISY_TAGS:
        return tag, True
    role = attributes.get("role", "")
    if role in _NOISY_ROLES:
        return role, True
    # the ids of headings and paragraphs are slugs of their words
    named = attributes.get("class", "")
    if tag not in _WORDED and "id" in attributes:
        named = f"{named} {attributes['id']}"
    return _named(named[:300]) if named else ("", False)


@lru_cache(maxsize=8192)
def _named(words: str) -> tuple[str, bool]:
    if _BODY.search(words):
        return "", False
    match = _STRONG.search(words)
    if match:
        return match[0].strip(" -_").lower(), True
    match = _WEAK.search(words)
    return (match[0].strip(" -_").lower(), False) if match else ("", False)


def weight(text: str) -> int:
    """Length in letters of an alphabet: an ideograph says about three."""
    return len(text) + 2 * len(_CJK.findall(text))
