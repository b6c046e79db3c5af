"""The page's canonical address and its image."""

from urllib.parse import urljoin, urlsplit

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence
from crawler.urls import site_host


def canonical_url(evidence: PageEvidence) -> str:
    """rel=canonical where it stays on the same site (www. or not, or another host of its source)
    and is not its home page; else the page's own.
    """
    for link in evidence.tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            address = _absolute(evidence.url, link.get("href", ""))
            if address and _same_site(address, evidence) and not _is_home(address):
                return address
            break
    return evidence.url


def image(evidence: PageEvidence) -> str | None:
    """The picture that stands for the article, as an absolute http(s) address."""
    declared = evidence.meta(
        "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
    )
    pictures = jsonld.aslist(evidence.node.get("image"))
    listed = next(
        (
            item if isinstance(item, str) else jsonld.text(item.get("url"))
            for item in pictures
            if isinstance(item, (str, dict))
        ),
        "",
    )
    return _absolute(evidence.url, declared or listed) or None


def _absolute(base: str, href: str) -> str:
    try:
        address = urljoin(base, href.strip())
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (
        address
        if parts.scheme in ("http", "https")
        and parts.netloc
        and len(address) <= 2_000
        and href.strip()
        else ""
    )


def _same_site(address: str, evidence: PageEvidence) -> bool:
    left, right = urlsplit(address), urlsplit(evidence.url)
    if {site_host(address), site_host(evidence.url)} <= evidence.hints.hosts:
        return True
    return _host(left.hostname) == _host(right.hostname) and left.port == right.port


def _host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query
