"""What a source is: the values of the sources file, checked."""

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from crawler.article import Selectors
from crawler.plain import plain_value
from crawler.sources.cron import CronError, parse_cron
from crawler.urls import canonical_key, site, site_host

EntryKind = Literal["section", "feed", "sitemap", "home"]
SHORTEST = timedelta(seconds=10)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62}\.)*[a-z0-9_.-]{0,62}[a-z0-9](:\d{1,5})?")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("is no web address: it begins with http:// or https:// and names a host")
    return value


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    interval = re.fullmatch(r"(\d{1,6})([smhd])", str(value).strip())
    if not interval:
        raise ValueError('is no interval: write a number and s, m, h or d, such as "15m"')
    span = timedelta(seconds=int(interval[1]) * _UNITS[interval[2]])
    if span < SHORTEST:
        raise ValueError("is too short: 10s is the least")
    return span


def _country(value: str) -> str:
    code = value.upper()
    if not re.fullmatch(r"[A-Z]{2}", code) or code not in Locale("en").territories:
        raise ValueError('is no country code: take two letters of ISO 3166, such as "LB"')
    return code


def _host(value: str) -> str:
    host = value.strip().lower().removeprefix("www.")
    if not _HOST.fullmatch(host):
        raise ValueError(
            'is no host name: write it without http:// and path, such as "m.example.org"'
        )
    return host


def _selector(value: str) -> str:
    try:
        CSSSelector(value)
    except SelectorError as error:
        raise ValueError(f"is no CSS selector: {error}") from error
    return value


def _cron(value: str, info: ValidationInfo) -> str:
    if info.data.get("every"):
        raise ValueError("stands beside every: write one of them")
    try:
        parse_cron(value)
    except CronError as error:
        raise ValueError(f"is no cron expression: it {error}") from error
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError('is no time zone: take a name such as "Europe/Paris"') from error
    return value


Address = Annotated[str, AfterValidator(_web_address)]
Host = Annotated[str, AfterValidator(_host)]
PlainWords = Annotated[str, BeforeValidator(plain_value)]
PlainName = Annotated[str, BeforeValidator(plain_value), Field(min_length=1, max_length=200)]
Selector = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_selector)]


class Section(BaseModel):
    """A section page, with the section as printed and the topic that its articles have."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Address
    section: PlainWords | None = None
    topic: str | None = None


class SelectorTable(BaseModel):
    """Where a source's pages hold what extraction does not find by itself, as CSS selectors."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Selector | None = None
    text: Selector | None = None
    date: Selector | None = None
    authors: Selector | None = None
    remove: Annotated[tuple[Selector, ...], Field(max_length=20)] = ()


class Source(BaseModel):
    """A publisher that is watched."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    name: PlainName
    home: Address
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    country: Annotated[str, AfterValidator(_country)] | None = None
    collections: tuple[PlainWords, ...] = ()
    hosts: Annotated[tuple[Host, ...], Field(max_length=50)] = ()
    every: Annotated[timedelta, BeforeValidator(_duration)] | None = None
    cron: Annotated[str, AfterValidator(_cron)] | None = None
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    feeds: tuple[Address, ...] = ()
    sitemaps: tuple[Address, ...] = ()
    sections: tuple[Section, ...] = ()
    selectors: SelectorTable | None = None
    render: bool = False

    @property
    def discovered(self) -> bool:
        """Whether only the home page is named, so that entry points are to be found."""
        return not (self.feeds or self.sitemaps or self.sections)

    def key(self, url: str) -> str:
        """The canonical key of an address: one host name stands for all of the source's."""
        key = canonical_key(url)
        host = site_host(url)
        if host in self.hosts:
            return site_host(self.home) + key[len(host) :]
        return key

    def goes_by(self, names: Collection[str]) -> bool:
        """Whether one of these names (letters and digits alone, in lower case) is the source's or
        its site's.
        """
        label = site(site_host(self.home)).partition(".")[0]
        own = ("".join(filter(str.isalnum, name.casefold())) for name in (self.name, label))
        return any(name in names for name in own)

    @property
    def same(self) -> frozenset[str]:
        """All host names of the source (as `site_host` gives them), empty where it has one only."""
        if not self.hosts:
            return frozenset()
        return frozenset((site_host(self.home), *self.hosts))

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses of the entry points that are named, or of the home page where none is."""
        section_urls = (section.url for section in self.sections)
        entry_points = (*self.feeds, *self.sitemaps, *section_urls)
        return frozenset(entry_points or (self.home,))

    @property
    def sites(self) -> frozenset[str]:
        """The registered domains of its home page, its hosts and its entry points."""
        hosts = (site_host(url) for url in (self.home, *self.addresses))
        return frozenset(map(site, (*hosts, *self.hosts)))

    @property
    def chosen(self) -> Selectors | None:
        """The selectors as extraction takes them."""
        if self.selectors is None:
            return None
        return Selectors(**self.selectors.model_dump())
