"""Which parts of a sitemap index are worth a visit: by the time that their names or dates say, by
their place in the index, and by what they bore at earlier visits. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler.entrypoints.listing import ListedEntryPoint
from crawler.entrypoints.named_times import named_times

RECENT = timedelta(days=30)
"""What was published before is history; so is a part that is about a time before."""
MOST_PARTS = 30
"""Parts of an index that are watched: indexes of large sites name every month since their
beginning.
"""
MOST_PARTS_SINCE = 20_000
"""Parts that a crawl reads which reaches back: those of fifty years of days."""
LEAST_UNKNOWN = 10
"""Of `MOST_PARTS`, so many are for parts of which nothing is known, as long as there are any."""
LOOKED_AGAIN = timedelta(days=7)
"""When a part that bore nothing recent is looked at again."""
LATE = timedelta(days=62)
"""An index whose newest name is older than this names times by their beginning, or has ended."""
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class PartMemory:
    """What is known of a part from earlier visits: when it was last visited, and when it last
    listed pages that nobody knew; aware.
    """

    visited_at: datetime | None = None
    fruit_at: datetime | None = None


_NO_MEMORY = PartMemory()


def parts_to_watch(
    parts: Sequence[ListedEntryPoint],
    memories: Mapping[str, PartMemory],
    now: datetime,
    language: str | None = None,
) -> list[ListedEntryPoint]:
    """The parts that may list something new, the likeliest first, at most `MOST_PARTS`; `memories`
    are by address.
    """
    index = _Index(parts, memories, now, language)
    current = index.current()
    unknown = index.unknown(current)
    kept = MOST_PARTS - min(LEAST_UNKNOWN, len(unknown))
    chosen = [*current[:kept], *unknown]
    if not chosen:
        chosen = index.newest_first()
    return chosen[:MOST_PARTS]


def parts_since(
    parts: Sequence[ListedEntryPoint],
    since: datetime,
    now: datetime,
    language: str | None = None,
) -> list[ListedEntryPoint]:
    """The parts that may list what was published since a moment, the newest first: all but those
    that are about a time before.
    """
    index = _Index(parts, {}, now, language)
    may_list = [part for part in index.newest_first() if not index.ends_before(part, since)]
    return may_list[:MOST_PARTS_SINCE]


class _Index:
    """The parts of one index with what is known of each."""

    def __init__(
        self,
        parts: Sequence[ListedEntryPoint],
        memories: Mapping[str, PartMemory],
        now: datetime,
        language: str | None,
    ) -> None:
        self._parts = parts
        self._memories = memories
        self._now = now
        self._times = named_times([part.url for part in parts], now, language)
        self._names_end = self._are_ends()
        self._places = {part.url: place for place, part in enumerate(from_both_ends(parts))}
        self._news = self._news_parts()
        self._dates_tell = self._do_dates_tell()

    def current(self) -> list[ListedEntryPoint]:
        """The parts that bore something lately, then those that are about the present."""
        fruitful = [part for part in self._parts if self._is_fruitful(part)]
        others = [part for part in self._parts if not self._is_fruitful(part)]
        present = [part for part in others if self._is_present(part)]
        fruitful.sort(key=lambda part: -_seconds(self._memory(part).fruit_at))
        return [*fruitful, *sorted(present, key=self._age)]

    def unknown(self, current: Sequence[ListedEntryPoint]) -> list[ListedEntryPoint]:
        """The other parts of which nothing says how old they are: the outer ones first, since new
        ones are added at an end; without those that were looked at lately.
        """
        known = {part.url for part in current}
        ends = {part.url for part in (*self._parts[:1], *self._parts[-1:])}
        unknown = []
        for part in from_both_ends(self._parts):
            if part.url in known or part.url in self._times:
                continue
            is_end = part.url in ends
            is_dated = self._dates_tell and part.modified is not None
            if is_end or not (is_dated or self._was_visited(part)):
                unknown.append(part)
        return unknown

    def newest_first(self) -> list[ListedEntryPoint]:
        """All parts, by their names or dates; where these say nothing, the outer ones first."""
        return sorted(self._parts, key=self._age)

    def ends_before(self, part: ListedEntryPoint, moment: datetime) -> bool:
        """Whether a part lists nothing that was published after a moment."""
        time = self._times.get(part.url)
        changed = part.modified if self._dates_tell else None
        if changed and changed + timedelta(days=1) >= moment:
            return False
        if time and self._names_end:
            return time.end <= moment
        return changed is not None

    def _are_ends(self) -> bool:
        """Whether names say what their parts end with: the newest is about the present."""
        newest = max((time.end for time in self._times.values()), default=None)
        return newest is not None and newest > self._now - LATE

    def _do_dates_tell(self) -> bool:
        """Whether the dates of parts tell them apart: not where a site writes all of them anew."""
        dates = [part.modified for part in self._parts if part.modified]
        if not dates:
            return False
        if len(dates) <= MOST_PARTS and not self._times:
            return True
        return min(dates) < self._now - RECENT

    def _news_parts(self) -> frozenset[str]:
        """The parts that are called news, as Google calls what lists the last two days; none where
        most are, as in the folder of that name.
        """
        called = [part.url for part in self._parts if "news" in urlsplit(part.url).path.lower()]
        return frozenset(called if 2 * len(called) <= len(self._parts) else ())

    def _is_fruitful(self, part: ListedEntryPoint) -> bool:
        fruit_at = self._memory(part).fruit_at
        if fruit_at and fruit_at > self._now - RECENT:
            return True
        return part.url in self._news and part.url not in self._times

    def _is_present(self, part: ListedEntryPoint) -> bool:
        time = self._times.get(part.url)
        if time and time.end > self._now - RECENT:
            return True
        if not self._dates_tell or part.modified is None:
            return False
        return part.modified > self._now - RECENT

    def _was_visited(self, part: ListedEntryPoint) -> bool:
        visited_at = self._memory(part).visited_at
        return visited_at is not None and visited_at > self._now - LOOKED_AGAIN

    def _age(self, part: ListedEntryPoint) -> tuple[float, int]:
        """What parts are ordered by: the time of a name, else that of a date, to the hour, since a
        site writes its parts one after another; then the place.
        """
        time = self._times.get(part.url)
        if time:
            return -time.start.timestamp(), self._places[part.url]
        changed = part.modified if self._dates_tell else None
        return -(_seconds(changed) // _HOUR * _HOUR), self._places[part.url]

    def _memory(self, part: ListedEntryPoint) -> PartMemory:
        return self._memories.get(part.url, _NO_MEMORY)


def from_both_ends(parts: Sequence[ListedEntryPoint]) -> Iterator[ListedEntryPoint]:
    """The last, the first, the last but one, and so on to the middle."""
    first = 0
    last = len(parts) - 1
    while first <= last:
        yield parts[last]
        if first < last:
            yield parts[first]
        first += 1
        last -= 1


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
