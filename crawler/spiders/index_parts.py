"""What becomes of the parts that a sitemap index names: visited now, watched from now on, or left
until the index is looked at again. Pure.
"""

from collections.abc import Mapping, Sequence

from crawler.entrypoints import ListedEntryPoint, PartMemory, parts_since, parts_to_watch
from crawler.spiders.crawl_state import CrawlState
from crawler.store import EntryPoint, LeftEntryPoints


def decide_parts(
    parts: Sequence[ListedEntryPoint], index: EntryPoint, state: CrawlState
) -> tuple[list[EntryPoint], LeftEntryPoints]:
    """The parts to visit, and which of those that were visited earlier are left. A crawl that
    reaches back visits more parts than are watched afterwards.
    """
    known = state.entry_points
    earlier = {url: entry for url, entry in known.items() if entry.parent == index.url}
    memories = {url: PartMemory(entry.visited_at, entry.fruit_at) for url, entry in earlier.items()}
    language = state.source.language
    watched = parts_to_watch(parts, memories, state.now, language)
    watched_urls = {part.url for part in watched}
    visited = watched
    if state.since:
        may_list = parts_since(parts, state.since, state.now, language)
        visited = [part for part in may_list if not _is_taken(earlier.get(part.url), state)]
    children = [
        EntryPoint(
            part.url,
            part.kind,
            index.section,
            parent=index.url,
            resting=part.url not in watched_urls,
        )
        for part in visited
    ]
    return children, _left(parts, earlier, watched_urls)


def _is_taken(part: EntryPoint | None, state: CrawlState) -> bool:
    """Whether a crawl that was interrupted has taken all that a part lists."""
    if not part or not part.taken_since or not part.visited_at:
        return False
    if not state.since or not state.resumed_from:
        return False
    return part.taken_since <= state.since and part.visited_at >= state.resumed_from


def _left(
    parts: Sequence[ListedEntryPoint], earlier: Mapping[str, EntryPoint], watched: set[str]
) -> LeftEntryPoints:
    if not parts:
        return LeftEntryPoints()
    named = {part.url for part in parts}
    resting = [
        url
        for url, entry in earlier.items()
        if url in named and url not in watched and not entry.resting
    ]
    return LeftEntryPoints(resting, [url for url in earlier if url not in named])
