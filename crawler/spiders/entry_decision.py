"""What a visit to an entry point comes to: from its answer and what is known, the visit to record,
the links that it brought, and what is visited next. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.coverage import cause
from crawler.entrypoints import RECENT, Item, ListedEntryPoint, reach_of
from crawler.policy.pace import Pace, VisitResult, pace_after
from crawler.policy.told_changes import entry_mark
from crawler.sources import Source
from crawler.spiders.crawl_state import CrawlState, EntryAnswer
from crawler.spiders.index_parts import decide_parts
from crawler.store import (
    DiscoveredPage,
    EntryPoint,
    LeftEntryPoints,
    NamedEntryPoints,
    RecordedVisit,
    Visit,
)

SITEMAP_PAGE_MAX_AGE = RECENT
"""Pages of a sitemap that were last changed before are history: `--since` asks for them."""
MAX_DEPTH = 3
"""Older pages of a section, or levels of sitemap indexes, that one crawl follows."""
MOST_OLDER = 1_000
"""Older pages of one listing that a crawl follows which reaches back."""
MIN_SECTION_LINKS = 3
"""Links that a page of a home page's navigation must list to be a section."""
LINK_WORDS = 4
"""Words of a link that may be a headline and not "Read more"."""
LONGEST_LINK = 300
"""Characters of a link's words that are kept: a teaser may stand in the link, too."""
DISCOVERY_INTERVAL = timedelta(hours=24)
"""How long what a home page names is not looked through again."""


@dataclass(frozen=True, slots=True)
class EntryDecision:
    """What to record of a visit: the links, the further entry points that are visited in any case
    (`children`), the `older` pages of a section, whether articles may be missed (`blind`), and what
    becomes of the parts of an index that were visited earlier (`left`). `parts` counts those that
    are watched and were not known before. In a crawl that reaches back, `reaches_back` says whether
    the older page is read.
    """

    visit: Visit
    links: Sequence[DiscoveredPage] = ()
    children: Sequence[EntryPoint] = ()
    older: Sequence[EntryPoint] = ()
    blind: bool = False
    left: LeftEntryPoints = field(default_factory=LeftEntryPoints)
    parts: int = 0
    reaches_back: bool | None = None

    @property
    def named(self) -> NamedEntryPoints:
        """The further entry points as the ledger keeps them."""
        older = () if self.reaches_back is False else self.older
        return NamedEntryPoints(self.children, older, self.left)

    def bounded(
        self, bound: Callable[[Sequence[EntryPoint]], Sequence[EntryPoint]]
    ) -> "EntryDecision":
        """The same with no more further entry points than a bound lets through."""
        return replace(self, children=bound(self.children), older=bound(self.older))

    def next_entry_points(self, recorded: RecordedVisit) -> list[EntryPoint]:
        """What is visited next: older pages only while they may bring more, or as far as a crawl
        reaches back.
        """
        follows = self.reaches_back
        if follows is None:
            follows = recorded.goes_on(self.visit.entry.kind, len(self.links))
        if follows:
            return [*self.children, *self.older]
        return list(self.children)


def decide_visit(
    answer: EntryAnswer,
    entry: EntryPoint,
    depth: int,
    links: Sequence[DiscoveredPage],
    state: CrawlState,
) -> EntryDecision:
    """Decide a visit that was answered. `depth` is 0 for an entry point of the sources file, and
    one more for each that names the next.
    """
    updated = _updated(answer, entry, state)
    visit = _visit(answer, updated, len(links), state)
    decision = EntryDecision(visit, links, blind=_is_blind(answer.outcome, entry, depth))
    if depth >= _deepest(entry, state):
        return decision
    if entry.kind == "sitemap" and answer.outcome == "read":
        return _with_parts(decision, answer.listing.more, entry, state)
    older = _named_by(entry, (more for more in answer.listing.more if more.kind == "older"))
    return replace(decision, children=_children(answer, entry, state), older=older)


def decide_unanswered(outcome: str, entry: EntryPoint, state: CrawlState) -> EntryDecision:
    """Decide a visit that brought no answer: what the entry point named is left for the
    next one.
    """
    return EntryDecision(_visit(EntryAnswer(outcome), entry, 0, state), blind=True)


def links_of(
    items: Iterable[Item], entry: EntryPoint, state: CrawlState
) -> Iterator[DiscoveredPage]:
    """The items as pages of the source, without history and without its entry points."""
    source = state.source
    topic = next((section.topic for section in source.sections if section.url == entry.url), None)
    prefix = entry_mark(entry.url)
    for item in items:
        if _is_history(item, entry, state):
            continue
        key = source.key(item.url)
        if key not in state.entry_point_keys:
            hints = replace(item.hints, topic=topic, link=_link_of(item))
            mark = item.mark and f"{prefix}{item.mark}"
            yield DiscoveredPage(
                key, item.url, entry.section, hints, item.modified, mark, item.guid
            )


def _link_of(item: Item) -> str | None:
    """The words of a link, where the item is a link and has as many as a headline."""
    if item.hints.title or not item.title or len(item.title.split()) < LINK_WORDS:
        return None
    return item.title[:LONGEST_LINK]


def watched_entry_points(
    named: Mapping[str, EntryPoint], known: Mapping[str, EntryPoint]
) -> dict[str, EntryPoint]:
    """The entry points that the sources file names, and those known that these name, and so on."""
    watched = dict(named)
    for _ in range(MAX_DEPTH + 1):
        watched |= {
            url: entry
            for url, entry in known.items()
            if entry.parent in watched and url not in watched and not entry.resting
        }
    return watched


def pacing(source: Source, visit: Visit, parts: int = 0) -> Callable[[Pace | None, int, int], Pace]:
    """The pace after a visit, from the one before, the number of links that were new, and of those
    known when the entry point was last read. New `parts` of an index count as new links: one that
    names a part for each day is to be asked for in time.
    """
    read = cause(visit.outcome) is None
    absent = visit.outcome in ("http 404", "http 410")

    def next_pace(before: Pace | None, new: int, again: int) -> Pace:
        result = VisitResult(visit.at, read, visit.items + parts, new + parts, again, absent)
        return pace_after(source, before, result)

    return next_pace


def _deepest(entry: EntryPoint, state: CrawlState) -> int:
    return MOST_OLDER if state.since and entry.kind != "sitemap" else MAX_DEPTH


def _with_parts(
    decision: EntryDecision,
    parts: Sequence[ListedEntryPoint],
    entry: EntryPoint,
    state: CrawlState,
) -> EntryDecision:
    """The decision with what becomes of the parts of a sitemap index."""
    children, left = decide_parts(parts, entry, state)
    known = state.entry_points
    fresh = sum(not child.resting and child.url not in known for child in children)
    return replace(decision, children=children, left=left, parts=fresh)


def _children(answer: EntryAnswer, entry: EntryPoint, state: CrawlState) -> list[EntryPoint]:
    """The further entry points to visit now. What a home page names is looked through once a day;
    between, those that proved to be entry points are visited. Where it can't be read, as one that
    scripts fill, there are the sitemaps of robots.txt.
    """
    children = state.watched_below(entry.url)
    sitemaps = [ListedEntryPoint(url, "sitemap") for url in answer.sitemaps]
    if cause(answer.outcome) == "unreadable":
        return _named_by(entry, sitemaps)
    if not _is_looked_through(answer, entry, state.now):
        return children
    named = [more for more in answer.listing.more if more.kind != "older"] + sitemaps
    return [*_named_by(entry, named), *(child for child in children if child.pending)]


def _updated(answer: EntryAnswer, entry: EntryPoint, state: CrawlState) -> EntryPoint:
    """The entry point with what the answer says for the next visit."""
    if answer.outcome != "read":
        return entry
    discovered_at = entry.discovered_at
    looked_through = _is_looked_through(answer, entry, state.now)
    if looked_through and entry.kind == "home" and state.all_kinds:
        discovered_at = state.now
    return replace(
        entry,
        etag=answer.etag,
        last_modified=answer.last_modified,
        discovered_at=discovered_at,
        taken_since=None if answer.listing.more else state.since,
    )


def _is_looked_through(answer: EntryAnswer, entry: EntryPoint, now: datetime) -> bool:
    if answer.outcome != "read":
        return False
    if entry.kind != "home" or entry.discovered_at is None:
        return True
    return now - entry.discovered_at >= DISCOVERY_INTERVAL


def _named_by(entry: EntryPoint, named: Iterable[ListedEntryPoint]) -> list[EntryPoint]:
    return [EntryPoint(more.url, more.kind, entry.section, parent=entry.url) for more in named]


def _visit(answer: EntryAnswer, entry: EntryPoint, links: int, state: CrawlState) -> Visit:
    return Visit(
        state.crawl_id,
        state.source.id,
        entry,
        state.now,
        answer.outcome,
        links,
        answer.size,
        answer.seconds,
        _is_kept(entry, answer.outcome, links),
        reach_of(answer.listing.items, entry.kind, state.now),
        answer.moved_to,
        _lists_anything(answer),
    )


def _lists_anything(answer: EntryAnswer) -> bool:
    return bool(answer.listing.items or answer.listing.more or answer.sitemaps)


def _is_kept(entry: EntryPoint, outcome: str, links: int) -> bool:
    """Whether an entry point is visited again for its own sake. A feed or a sitemap that fails once
    comes back; of the links of a navigation, most are no sections.
    """
    if entry.parent is None:
        return True
    if entry.kind != "section":
        return entry.kind != "older"
    if outcome == "read":
        return links >= MIN_SECTION_LINKS
    return cause(outcome) not in ("moved", "unreadable")


def _is_blind(outcome: str, entry: EntryPoint, depth: int) -> bool:
    """Whether a visit leaves articles unseen: not where a link proved to be no entry point."""
    if cause(outcome) is None:
        return False
    if outcome in ("http 404", "http 410"):
        return depth == 0
    if outcome.startswith("http "):
        return True
    return entry.parent is None or entry.kind != "section"


def _is_history(item: Item, entry: EntryPoint, state: CrawlState) -> bool:
    """Whether an item was last changed too long ago: a sitemap lists a site since its beginning,
    and `since` says how far back a crawl reaches.
    """
    if item.modified is None:
        return False
    if state.since:
        return item.modified < state.since
    return entry.kind == "sitemap" and item.modified < state.now - SITEMAP_PAGE_MAX_AGE
