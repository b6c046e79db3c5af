"""The address of a story in a page's data: under which key it stands, and how it is completed."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

_KEYS = (
    "canonicalurl", "canonical", "weburl", "websiteurl", "fullurl", "url", "permalink", "link",
    "links", "websites", "as", "href", "urlpath", "fullpath", "pathname", "path", "uri",
    "relativeurl", "shareurl", "route", "mainentityofpage", "item", "@id",
)  # fmt: skip
"""What the address of a story is called, the surest first; capitals, "_" and "-" aside."""
_SLUGS = ("slug", "urlslug", "alias", "seoname", "urlname", "current")
_SECTIONS = ("section", "category", "channel", "rubric", "primarysection", "maincategory")
"""What a story is filed under, which may be a part of its address."""
_RELATIVE = frozenset(("url", "link", "href", "permalink"))
_OTHERS = re.compile(
    r"image|img|photo|picture|thumb|logo|icon|avatar|author|byline|api|endpoint|video|audio|section"
    r"|categor|tag|source|media|src|self",
    re.IGNORECASE,
)
"""Words in keys of addresses that lead elsewhere."""
_MACHINES = frozenset(("api", "wp-json", "graphql", "_next", "_nuxt", "ajax", "rest", "oembed"))
_MACHINE_HOSTS = frozenset(("api", "cdn", "img", "images", "static", "media", "assets"))
"""Parts of addresses that answer to scripts."""
_LONGEST = 2_000
_DEEPEST = 2
"""Levels below its key at which an address may stand."""
_MOST_KNOWN = 20_000
_UNFIT = re.compile(r"[\s<>{}\[\]]|/:")
"""What no address has, but the pattern of one, as routers write it."""
_SLUG = re.compile(r"[\w%.~+-]{3,300}")
_TELLING = re.compile(
    r"(?:[^\W_]+[-_+]){2,}[^\W_]+|\d{4,}|[^\W\d_]{2,}[-_]\d{2,}|[^\x00-\x7f]{8,}|[0-9a-f]{8,}"
)
"""The last part of a story's address: three words, a number, or a headline in another script."""


def normalized(key: str) -> str:
    """A key without the ways in which keys are written."""
    return key.lower().replace("_", "").replace("-", "")


def is_telling(address: str) -> bool:
    """Whether an address may be that of a story, and not of a section."""
    return _TELLING.search(_last_part(address)) is not None


class Addresses:
    """Completes the addresses of one page's data, by the page's own and by what else is known."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._by_end: dict[str, str] = {}
        self._before_slugs = ""

    def learn(self, known: Iterable[str], objects: Iterable[Mapping[str, Any]]) -> None:
        """Take note of what stands before the slugs of objects in the addresses that are known:
        those of the page's links, and strings in its data.
        """
        slugs = set(filter(None, map(_slug_of, objects)))
        if not slugs:
            return
        for text in islice(known, _MOST_KNOWN):
            end = _last_part(text) if text.startswith(("/", "http")) else ""
            if end in slugs:
                self._by_end.setdefault(end, urljoin(self._url, text))
        for slug, address in self._by_end.items():
            if slug in address:
                self._before_slugs = address[: address.rindex(slug)]
                return

    def of(self, members: Mapping[str, Any]) -> str:
        """The address of an object with these members, by their normalized keys; empty where there
        is none.
        """
        for key in _KEYS:
            address = self._named(key, members.get(key), 0)
            if address:
                return address
        written = (members.get(key) for key in _SLUGS)
        path = next((slug for slug in written if isinstance(slug, str) and "/" in slug), "")
        if path:
            return self._complete("path", path)
        slug = _slug_of(members)
        if slug:
            return self._with_slug(slug, members)
        return next(filter(None, self._unnamed(members)), "")

    def _named(self, key: str, value: Any, depth: int) -> str:
        """The address that a member with such a key holds, itself or up to two levels below."""
        if isinstance(value, str):
            return self._complete(key, value)
        if depth == _DEEPEST:
            return ""
        if isinstance(value, list):
            return self._named(key, value[0], depth + 1) if value else ""
        return self._inside(key, value, depth + 1) if isinstance(value, dict) else ""

    def _inside(self, key: str, value: dict[str, Any], depth: int) -> str:
        """The address that an object in the place of one holds."""
        inner = {normalized(name): item for name, item in value.items()}
        if key == "websites":  # an object with the names of sites as keys
            inner = {"url": next(iter(value.values()), None)}
        named = (self._named(name, inner[name], depth) for name in _KEYS if name in inner)
        return next(filter(None, named), "")

    def _complete(self, key: str, text: str) -> str:
        text = text.strip()
        if not text or len(text) > _LONGEST or _UNFIT.search(text):
            return ""
        if text.startswith(("http://", "https://", "/", "./")) or key in _RELATIVE:
            return _page_address(urljoin(self._url, text))
        if "/" in text and ":" not in text:
            return _page_address(urljoin(self._url, f"/{text}"))
        return self._with_slug(text, {}) if _SLUG.fullmatch(text) and is_telling(text) else ""

    def _with_slug(self, slug: str, members: Mapping[str, Any]) -> str:
        """The address that ends in a slug: a known one, or one like those known, else one below the
        section that the story names, else one below this page.
        """
        if slug in self._by_end:
            return self._by_end[slug]
        if self._before_slugs:
            return self._before_slugs + slug
        section = next(filter(None, (_slug_of(members.get(name)) for name in _SECTIONS)), "")
        path = urlsplit(self._url).path.rstrip("/")
        if section and path.rpartition("/")[2] != section:
            path = f"/{section}"
        return urljoin(self._url, f"{path}/{slug}")

    def _unnamed(self, members: Mapping[str, Any]) -> Iterable[str]:
        """Addresses of stories under keys with other names."""
        for key, value in members.items():
            is_address = isinstance(value, str) and value.startswith(("/", "http://", "https://"))
            if is_address and not _OTHERS.search(key) and is_telling(value):
                yield self._complete("url", value)


def _slug_of(value: Any, depth: int = 0) -> str:
    """The slug among an object's members, or a string that is one."""
    if isinstance(value, str):
        return value if _SLUG.fullmatch(value) else ""
    if not isinstance(value, Mapping) or depth > 1:
        return ""
    members = {normalized(str(key)): item for key, item in value.items()}
    slugs = (_slug_of(members.get(name), depth + 1) for name in _SLUGS)
    return next(filter(None, slugs), "")


def _page_address(address: str) -> str:
    """An address of a page; empty where it answers to scripts."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = (parts.hostname or "").partition(".")[0]
    if parts.scheme not in ("http", "https") or host in _MACHINE_HOSTS:
        return ""
    is_machine = not _MACHINES.isdisjoint(parts.path.lower().split("/"))
    return "" if is_machine else address.partition("#")[0]


def _last_part(address: str) -> str:
    path = address.partition("?")[0].rstrip("/")
    return unquote(path.rpartition("/")[2])
