"""What a preview finds, and which of it becomes a source's entry points. Pure."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from crawler.sources import Section, Source, as_toml, source_values

FEWEST = 3
"""Links that a section page must list to be worth visits of its own."""


@dataclass(frozen=True, slots=True)
class PreviewLimits:
    """How much a preview asks for at most: entry points of each kind, articles of each entry point
    and in all.
    """

    feeds: int = 3
    sitemaps: int = 2
    sections: int = 6
    each: int = 2
    articles: int = 3
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class CheckedEntryPoint:
    """An entry point: `outcome` is `read`, or why it brought nothing; `items` counts the links to
    pages, `titles` are those of its first, `newest` is the latest moment that it names.
    """

    url: str
    kind: str
    section: str | None
    outcome: str
    parent: str | None = None
    items: int = 0
    titles: tuple[str, ...] = ()
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """A page: its article's JSON values as they would be indexed, or the reason why it is none (a
    short stable word) and what more is known of that, for people who look closely.
    """

    url: str
    article: dict[str, Any] | None = None
    reason: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an address brought no source: the answer's `status`, or `why` as the outcome of a visit
    has it and `exactly` as the program that failed says it. The sentences are in
    search/i18n/locale.
    """

    code: Literal["status", "unlike", "robots", "unfetched", "unanswered", "nothing"]
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(slots=True)
class PreviewNotes:
    """What the spider of a preview notes down."""

    bounds: PreviewLimits
    url: str | None = None
    taken: Sequence[str] = ()
    source: Source | None = None
    problem: Obstacle | None = None
    entries: list[CheckedEntryPoint] = field(default_factory=list)
    articles: list[CheckedPage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found: the source as it would be written (None where the address brought nothing,
    for the reason in `problem`), its entry points, some articles, and whether time sufficed for all
    (`complete`).
    """

    source: Source | None
    problem: Obstacle | None
    entries: tuple[CheckedEntryPoint, ...]
    articles: tuple[CheckedPage, ...]
    requests: int
    complete: bool

    def leads_on(self, entry: CheckedEntryPoint) -> bool:
        """Whether an entry point lists pages, or names another one that was found: an index of
        sitemaps lists none itself.
        """
        return entry.items > 0 or any(other.parent == entry.url for other in self.entries)

    def body(self) -> dict[str, Any]:
        """The preview as JSON values."""
        entries = []
        for entry in self.entries:
            newest = entry.newest.isoformat() if entry.newest else None
            entries.append({**asdict(entry), "newest": newest})
        return {
            "source": self.source and source_values(self.source),
            "toml": self.source and as_toml(self.source),
            "problem": self.problem and asdict(self.problem),
            "entry_points": entries,
            "articles": [asdict(page) for page in self.articles],
            "requests": self.requests,
            "complete": self.complete,
        }


def with_entry_points(source: Source, entries: Sequence[CheckedEntryPoint]) -> Source:
    """The source with the entry points that proved to be some; with none, it is discovered at every
    crawl.
    """
    listing = {entry.url for entry in entries if entry.outcome == "read" and entry.items}
    # The others are found again at each crawl, where they are named.
    named = [entry for entry in entries if entry.parent in (None, source.home)]
    sections = [
        Section(url=entry.url)
        for entry in _of_kind(named, "section", listing)
        if entry.items >= FEWEST
    ]
    feeds = dict.fromkeys(entry.url for entry in _of_kind(named, "feed", listing))
    sitemaps = dict.fromkeys(
        entry.url for entry in _of_kind(named, "sitemap", listing | _indexes(entries, listing))
    )
    return source.model_copy(
        update={
            "feeds": tuple(feeds),
            "sitemaps": tuple(sitemaps),
            "sections": tuple(sections),
        }
    )


def _indexes(entries: Sequence[CheckedEntryPoint], listing: Set[str]) -> set[str | None]:
    """The indexes of sitemaps, which list no page themselves: what is below them does."""
    return {entry.parent for entry in entries if entry.kind == "sitemap" and entry.url in listing}


def _of_kind(
    entries: Sequence[CheckedEntryPoint], kind: str, urls: Set[str | None]
) -> Iterator[CheckedEntryPoint]:
    for entry in entries:
        if entry.kind == kind and entry.url in urls:
            yield entry
