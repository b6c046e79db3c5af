"""What the links of a page call its sections, by their addresses."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.enrich.fold import fold_phrase
from crawler.extract.markup.evidence import PageEvidence, comparable_line, stands_in, words_in

MAX_LABEL = 40
"""Characters of a section's name where only its place, or an address, speaks for it."""
_MAX_ANCHORS = 1_501
"""Links that are compared with the article's address: pages with more are lists."""
_MAX_HREF = 200
_PHRASE = 4
"""Words from which on a label may say more than a section's name."""
_MAX_HEADINGS = 10
_LEVELS = 4
"""Elements around the headline beside which a section's name may stand."""
_MAX_MENUS = 10
_MAX_MENU_LINKS = 100
_MENU = 4
"""Links from which on an element is a menu and names no section of its own."""


def folders(url: str) -> frozenset[str]:
    """The folders of an address, folded as names of sections are."""
    segments = unquote(urlsplit(url).path.rstrip("/")).split("/")
    return frozenset(filter(None, map(fold_phrase, segments[:-1])))


def by_address(evidence: PageEvidence) -> Iterator[tuple[str, str]]:
    """The words and addresses of links to folders that the article's address stands in, the nearest
    folder first.
    """
    page = urlsplit(evidence.url)
    candidates: list[tuple[int, int, HtmlElement]] = []
    for number, anchor in enumerate(_anchors(evidence)):
        path = _folder_above(anchor.get("href") or "", evidence.url, page)
        if path:
            candidates.append((len(path), -number, anchor))
    for _, _, anchor in sorted(candidates, reverse=True):
        label = words_in(anchor)
        if label and len(label) <= MAX_LABEL:
            yield label, anchor.get("href") or ""


def named_by(slug: str, evidence: PageEvidence) -> Iterator[str]:
    """The words of links to the folder of this name above the article ("society" → "Société")."""
    wanted = fold_phrase(slug)
    for label, href in by_address(evidence):
        if _last_folder(href) == wanted:
            yield label


def shortest_name(label: str, href: str, evidence: PageEvidence) -> str:
    """The label without what other links to the same address leave out: "All the news of Sport"
    where the menu says "Sport".
    """
    if not href or len(label.split()) < _PHRASE:
        return label
    shortest = label
    path = _path(href, evidence.url)
    for anchor in _anchors(evidence):
        other = anchor.get("href") or ""
        if other[-5:] != href[-5:] or _path(other, evidence.url) != path:
            continue
        words = words_in(anchor)
        if 1 < len(words) < len(shortest) and f" {words.lower()} " in f" {label.lower()} ":
            shortest = words
    return shortest


def above_headline(evidence: PageEvidence, title: str) -> Iterator[str]:
    """The words of links that stand alone above the headline, are called like their folder, and
    stand in a menu as well, where authors do not.
    """
    key = comparable_line(title)
    headings = islice(evidence.tree.iter("h1", "h2"), _MAX_HEADINGS)
    heading = next((h for h in headings if comparable_line(words_in(h)) == key), None)
    if heading is None:
        return
    for anchor in _links_before(heading):
        label = words_in(anchor)
        folder = _last_folder(anchor.get("href") or "")
        is_named_like_folder = len(label) <= MAX_LABEL and folder and fold_phrase(label) == folder
        if is_named_like_folder and _is_in_menu(anchor, evidence):
            yield label


def in_menus(evidence: PageEvidence) -> Iterator[str]:
    """The words of the links in the page's menus."""
    for menu in islice(evidence.tree.iter("nav"), _MAX_MENUS):
        for anchor in islice(menu.iter("a"), _MAX_MENU_LINKS):
            label = words_in(anchor)
            if len(label) <= MAX_LABEL:
                yield label


def _is_in_menu(anchor: HtmlElement, evidence: PageEvidence) -> bool:
    """Whether another link in a list or a menu leads where this one does."""
    path = _path(anchor.get("href") or "", evidence.url)
    for other in _anchors(evidence):
        is_other = other is not anchor and stands_in(other, "nav", "li")
        if is_other and _path(other.get("href") or "", evidence.url) == path:
            return True
    return False


def _links_before(heading: HtmlElement) -> Iterator[HtmlElement]:
    """The links beside the headline and before it, the nearest first; menus left out."""
    for level in (heading, *islice(heading.iterancestors(), _LEVELS - 1)):
        if level.tag == "body":
            return
        for sibling in islice(level.itersiblings("div", "p", "ul", "a", "span", preceding=True), 4):
            links = list(islice(sibling.iter("a"), _MENU))
            if len(links) < _MENU:
                yield from links


def _anchors(evidence: PageEvidence) -> Iterator[HtmlElement]:
    return islice(evidence.tree.iter("a"), _MAX_ANCHORS)


def _last_folder(href: str) -> str:
    """The last part of a link's path, folded; empty where it has none."""
    path = href[:_MAX_HREF].partition("?")[0].partition("#")[0].rstrip("/")
    return fold_phrase(unquote(path.rpartition("/")[2]))


def _path(href: str, url: str) -> str:
    """Host and path of a link, as far as two spellings of one address share them."""
    try:
        target = urlsplit(urljoin(url, href[:_MAX_HREF]))
    except ValueError:
        return href
    return f"{_host(target)}{target.path.rstrip('/')}?{target.query}"


def _host(address: SplitResult) -> str:
    return address.netloc.removeprefix("www.")


def _folder_above(href: str, url: str, page: SplitResult) -> str:
    """The path of a link where it is a folder that the page's address stands in; else empty."""
    own_path = page.path.rstrip("/")
    if not 3 <= len(href) <= _MAX_HREF:
        return ""
    # a cheap look at the first letters, before an address is joined for each link of the page
    is_path = href[0] == "/" and href[1] != "/"
    if is_path and not own_path.startswith(href.rstrip("/")[:4]):
        return ""
    try:
        target = urlsplit(urljoin(url, href))
    except ValueError:
        return ""
    path = target.path.rstrip("/")
    same_site = _host(target) == _host(page) and not target.query
    is_above = 1 < len(path) < len(own_path) and page.path.startswith(f"{path}/")
    return path if same_site and is_above else ""
