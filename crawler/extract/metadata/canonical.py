"""The page's canonical address and its image."""

from urllib.parse import urljoin, urlsplit

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence
from crawler.urls import site_host

_MAX_ADDRESS = 2_000
"""Characters of an address that is taken: longer ones hold data and no place."""


def canonical_url(evidence: PageEvidence) -> str:
    """rel=canonical where it stays on the same site (www. or not, or another host of its source)
    and is not its home page; else the page's own.
    """
    for link in evidence.tree.iter("link"):
        href = link.get("href") or ""
        relations = (link.get("rel") or "").lower().split()
        if href and "canonical" in relations:
            address = _absolute(evidence.url, href)
            if address and _same_site(address, evidence) and not _is_home(address):
                return address
            break
    return evidence.url


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


def _same_site(address: str, evidence: PageEvidence) -> bool:
    if {site_host(address), site_host(evidence.url)} <= evidence.hints.hosts:
        return True
    target = urlsplit(address)
    page = urlsplit(evidence.url)
    return _host(target.hostname) == _host(page.hostname) and target.port == page.port


def _host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query
