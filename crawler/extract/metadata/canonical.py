"""The page's canonical address and its image."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence
from crawler.urls import is_left_out, same_site

_MAX_ADDRESS = 2_000
"""Characters of an address that is taken: longer ones hold data and no place."""


def canonical_url(evidence: PageEvidence) -> str:
    """The first address that the page gives for itself (rel=canonical, og:url) and that may be one
    of this article; else the page's own. It may stand on another host of the same site.
    """
    for claim in _claims(evidence):
        address = _absolute(evidence.url, claim)
        if address and _may_be_of_article(address, evidence):
            return address
    return evidence.url


def _claims(evidence: PageEvidence) -> Iterator[str]:
    for link in evidence.tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        if "canonical" in relations and link.get("href"):
            yield link.get("href") or ""
            break
    yield evidence.meta("og:url")


def _may_be_of_article(address: str, evidence: PageEvidence) -> bool:
    """Whether an address that a page claims is of its site, and neither its home page nor one that
    lacks what names the article in the page's own.
    """
    if not same_site(address, evidence.url, evidence.hints.hosts) or _is_home(address):
        return False
    return not is_left_out(evidence.url, address)


def image(evidence: PageEvidence) -> str | None:
    """The picture that stands for the article, as an absolute http(s) address."""
    declared = evidence.meta(
        "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
    )
    address = declared or _described_image(evidence.node)
    return _absolute(evidence.url, address) or None


def _described_image(node: jsonld.Node) -> str:
    """The address of the first picture that the article's JSON-LD names."""
    for picture in jsonld.aslist(node.get("image")):
        if isinstance(picture, str):
            return picture
        if isinstance(picture, dict):
            return jsonld.text(picture.get("url"))
    return ""


def _absolute(base: str, href: str) -> str:
    href = href.strip()
    if not href:
        return ""
    try:
        address = urljoin(base, href)
        parts = urlsplit(address)
    except ValueError:
        return ""
    fetchable = parts.scheme in ("http", "https") and bool(parts.netloc)
    return address if fetchable and len(address) <= _MAX_ADDRESS else ""


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query
