"""Which source an address belongs to. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.sources import Source
from crawler.urls import same_site, site_host


@dataclass(frozen=True, slots=True)
class Owners:
    """The monitored sources by their hosts. `fallback` is the source that takes what belongs to
    none.
    """

    by_host: dict[str, list[Source]]
    fallback: Source | None = None

    @classmethod
    def of_sources(cls, sources: Iterable[Source], fallback: Source | None = None) -> "Owners":
        """The owners that a sources file names."""
        by_host: dict[str, list[Source]] = {}
        for source in sources:
            for host in _hosts(source):
                by_host.setdefault(host, []).append(source)
        return cls(by_host, fallback)

    def owner(self, url: str) -> Source | None:
        """The source of an address: the one that has its host, or a host above it. Of several the
        one below whose pages it stands; None where that does not tell either.
        """
        for host in _with_parents(site_host(url)):
            sources = self.by_host.get(host)
            if sources:
                return sources[0] if len(sources) == 1 else _nearest(url, sources)
        return self.fallback


def _with_parents(host: str) -> Iterator[str]:
    """A host and those above it: "sport.example.org", "example.org", "org"."""
    while host:
        yield host
        host = host.partition(".")[2]


def _hosts(source: Source) -> set[str]:
    """The hosts on which a source publishes: those of its home page and entry points, and those
    that are named as its own. The feed of a service that serves many sites says nothing.
    """
    sections = (section.url for section in source.sections)
    entry_points = (*source.feeds, *source.sitemaps, *sections)
    own = (url for url in entry_points if same_site(url, source.home))
    return {site_host(source.home), *map(site_host, own), *source.hosts}


def _nearest(url: str, sources: Sequence[Source]) -> Source | None:
    """The source that has most of an address's folders in one of its pages; None for a draw."""
    shared = {source.id: _folders_shared(url, source) for source in sources}
    most = max(shared.values())
    nearest = [source for source in sources if shared[source.id] == most]
    return nearest[0] if len(nearest) == 1 else None


def _folders_shared(url: str, source: Source) -> int:
    """How many folders of an address are those of a page of the source that it stands below; 0
    where it stands below none.
    """
    path = urlsplit(url).path
    shared = 0
    for page in (source.home, *(section.url for section in source.sections)):
        folder = urlsplit(page).path.rstrip("/") + "/"
        if site_host(page) == site_host(url) and path.startswith(folder):
            shared = max(shared, folder.count("/"))
    return shared
