"""Addresses: the canonical key that identifies an article, and which links belong to a site.
Pure.
"""

import hashlib
import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url

TRACKING = re.compile(
    r"^(?:"
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid"
    r"|at_medium|at_campaign|xtor|_ga|_gl|wt_mc|wt_zmc|cmpid|ocid"
    r"|ns_campaign|ns_mchannel|ns_source|oly_anon_id|oly_enc_id|vero_id"
    r"|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken"
    r")$",
    re.IGNORECASE,
)
"""Parameters that say how a reader came or name a session, never which page it is; none with a
general name (id, source, ref).
"""

LONGEST = 2000
"""Characters of an address that is fetched."""
_MEDIA = re.compile(
    r"\.(?:"
    r"jpe?g|png|gif|webp|svg|avif|ico|mp[34]|m4[av]|webm|ogg|wav|avi|mov"
    r"|pdf|docx?|xlsx?|pptx?|zip|gz|rar|exe|apk"
    r"|css|js|json|xml|rss|atom|woff2?|ics"
    r")$",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"https?://(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)((?:/[a-zA-Z0-9_~-][a-zA-Z0-9._~-]*)*)/?"
)
"""An address of which nothing is left out but the beginning: most are so, and a sitemap may list
fifty thousand.
"""
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_extract = TLDExtract(suffix_list_urls=(), cache_dir=None)


def canonical_key(url: str) -> str:
    """The identity of a page's address: no scheme, no www., no default port, no fragment, no
    tracking parameter.
    """
    if plain := _PLAIN.fullmatch(url):
        return plain[1] + (plain[2] or "/")
    parts = urlsplit(canonicalize_url(url))
    parameters = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(name, value) for name, value in parameters if not TRACKING.match(name)])
    path = _SESSION.sub("", parts.path).rstrip("/") or "/"
    key = site_host(url) + path
    if query:
        key += f"?{query}"
    return key


def article_id(key: str) -> str:
    """The id of the article with this canonical key: 32 hexadecimal digits."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def site_host(url: str) -> str:
    """Host and port in lower case, without www. and default port; '' where there is none."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError:
        return ""
    host = host.removeprefix("www.")
    if port in {None, 80, 443}:
        return host
    return f"{host}:{port}"


@lru_cache(maxsize=4096)
def site(host: str) -> str:
    """The registered domain of a host ("actu.example.co.uk" → "example.co.uk"); an IP address or
    local name with its port stands for itself.
    """
    domain = _extract(host).top_domain_under_public_suffix
    return domain or host


def same_site(url: str, other: str, hosts: frozenset[str] = frozenset()) -> bool:
    """Whether two addresses belong to one registered domain, or to the `hosts` of one source."""
    host = site_host(url)
    other_host = site_host(other)
    if not host:
        return False
    if host == other_host:
        return True
    return site(host) == site(other_host) or {host, other_host} <= hosts


def absolute(base: str, href: str) -> str | None:
    """The http(s) address that a link names, without fragment; None where it names none that can be
    fetched.
    """
    try:
        href = href.strip()
        # Most links are whole addresses, and to join takes longer than all the rest.
        if not href.startswith(("http://", "https://")):
            href = urljoin(base, href)
        parts = urlsplit(href)
        url = urlunsplit(parts._replace(fragment=""))
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not site_host(url):
        return None
    return url if len(url) <= LONGEST else None


def may_be_page(url: str) -> bool:
    """Whether an address may hold an HTML page, by its path's ending."""
    return not _MEDIA.search(urlsplit(url).path)
