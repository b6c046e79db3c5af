"""The canonical key that identifies an address, and which links belong to a site. Pure."""

import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url

from crawler.tables import read_table

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
_ESCAPED_MARK = re.compile(r"%c[cd]|%e2%83|%d[6-9]|%e3%82%9|%e1%8[4-7]", re.IGNORECASE)
"""The beginnings of accents, points, voicing marks and Korean letters that stand for themselves,
escaped.
"""
_ESCAPED_LETTERS = re.compile(r"[^\x00-\x7f]+|[ -~]?(?:%[89a-f][0-9a-f])+", re.IGNORECASE)
_TABLE = Path(__file__).parent / "tracking.toml"
_extract = TLDExtract(suffix_list_urls=(), cache_dir=None)


def canonical_key(url: str) -> str:
    """The identity of a page's address: no scheme, no www., no default port, no fragment, no
    tracking parameter, and one form of those that Unicode and international names have.
    """
    if plain := _PLAIN.fullmatch(url):
        return plain[1] + (plain[2] or "/")
    parts = urlsplit(canonicalize_url(_composed(url)))
    query = urlencode(parameters(parts.query))
    path = _SESSION.sub("", parts.path).rstrip("/") or "/"
    key = site_host(url) + path
    if query:
        key += f"?{query}"
    return key


def parameters(query: str) -> list[tuple[str, str]]:
    """The names and values of a query that may say which page it is, in its order."""
    pairs = parse_qsl(query, keep_blank_values=True)
    tracking = _tracking()
    return [(name, value) for name, value in pairs if not tracking.match(name)]


def article_id(key: str) -> str:
    """The id of the article with this canonical key: 32 hexadecimal digits."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def site_host(url: str) -> str:
    """Host and port in lower case, international names in ASCII, without www. and default port; ''
    where there is none.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError:
        return ""
    host = _ascii_host(host).removeprefix("www.")
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


def is_public_suffix(host: str) -> bool:
    """Whether a host is one below which anybody may have a site ("example", "co.uk")."""
    return "." not in host or _extract(host).suffix == host


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


@cache
def _tracking() -> re.Pattern[str]:
    """Names of parameters that say how a reader came or name a visit, never which page it is."""
    families = chain.from_iterable(kind.values() for kind in read_table(_TABLE).values())
    expressions: list[str] = []
    for family in families:
        expressions += map(re.escape, family.get("names", ()))
        expressions += (rf"{re.escape(prefix)}\w+" for prefix in family.get("prefixes", ()))
    return re.compile(rf"(?:{'|'.join(expressions)})$", re.IGNORECASE)


def _composed(url: str) -> str:
    """The address with letters that are one character each where Unicode has such a one, also in
    what is escaped: some systems write é as e and an accent (NFD).
    """
    if url.isascii() and not _ESCAPED_MARK.search(url):
        return url
    # What is no text in UTF-8 is left as it is.
    plain = _ESCAPED_LETTERS.sub(_unescaped, url)
    return unicodedata.normalize("NFC", plain)


def _unescaped(letters: re.Match[str]) -> str:
    try:
        return unquote(letters[0], errors="strict")
    except UnicodeDecodeError:
        return letters[0]


def _ascii_host(host: str) -> str:
    """A host's name as the name system has it (IDNA, "xn--…"); itself where it has no such form."""
    if host.isascii():
        return host
    try:
        return unicodedata.normalize("NFC", host).encode("idna").decode("ascii")
    except UnicodeError:
        return host
