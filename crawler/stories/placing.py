"""Which story each article belongs to, and which text it was taken from: one pass over articles."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.stories.copies import TextSource, source_of
from crawler.stories.decisions import Decisions
from crawler.stories.learned import Learned
from crawler.stories.lookup import Lookup
from crawler.stories.reading import ArticleReading
from crawler.stories.vectors import Vector, likeness, vector_of

_THRESHOLDS = {"ar": 0.29, "fr": 0.245}
"""How alike an article must be to a story, by language: short Arabic stems meet by chance."""
_THRESHOLD = 0.225
_NEAREST = 0.25
"""The part of the score that the most alike article of a story has; the mean has the rest."""
_DECAY_DAYS = 6.0
_DAY = 86_400


def threshold(language: str) -> float:
    """How alike an article of a language must be to a story to belong to it."""
    return _THRESHOLDS.get(language, _THRESHOLD)


@dataclass(slots=True)
class Story:
    """The articles on one event, with the id of the first of them. `total` is the sum of their
    vectors without copies, `counted` the number of those, `last` when the newest came, in Unix
    seconds.
    """

    id: str
    members: dict[str, None] = field(default_factory=dict)
    total: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    counted: int = 0
    last: float = -math.inf


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """A story that an article may belong to, with the member that is most alike."""

    story: Story
    member: str
    score: float


class Placing:
    """Articles, put in one after another."""

    def __init__(self, learned: Learned, decisions: Decisions) -> None:
        self._learned = learned
        self._decisions = decisions
        self._lookup = Lookup()
        self.readings: dict[str, ArticleReading] = {}
        self.vectors: dict[str, Vector] = {}
        self.sources: dict[str, TextSource] = {}
        self.stories: dict[str, Story] = {}
        self.links: dict[str, StoryCandidate] = {}
        self._copies: defaultdict[str, list[str]] = defaultdict(list)
        self._counted: set[str] = set()

    def put(self, reading: ArticleReading) -> set[str]:
        """Put an article in; the ids of others that this changes."""
        self.vectors[reading.id] = vector_of(reading, self._learned)
        self.readings[reading.id] = reading
        sharing = self.sharing_text(reading)
        source = self._source(reading, sharing)
        taken = [other for other in sharing if other.rank > reading.rank]
        taken = [other for other in taken if self._source(other, [reading]) is not None]
        self._place(reading, source, taken)
        self._lookup.keep(reading, self.vectors[reading.id])
        changed: set[str] = set()
        for other in sorted(taken, key=lambda other: other.rank):
            changed.update(self._link_anew(other))
        return changed

    def root(self, member: str) -> str:
        """The article that the chain of copies from this one ends at."""
        while member in self.sources:
            member = self.sources[member].parent.id
        return member

    def has_copies(self, member: str) -> bool:
        """Whether a text was taken from this article."""
        return bool(self._copies.get(member))

    def sharing_text(self, reading: ArticleReading) -> list[ArticleReading]:
        """The articles that may have text in common with this one."""
        return [self.readings[other] for other in self._lookup.sharing_text(reading)]

    def near(self, reading: ArticleReading) -> list[StoryCandidate]:
        """The stories that an article may belong to, the best first."""
        vector = self.vectors[reading.id]
        nearest: dict[int, tuple[float, str]] = {}
        for other in self._lookup.sharing_topic(reading.language, vector):
            alike = likeness(vector, self.vectors[other])
            story = id(self.stories[other])
            if other != reading.id and (story not in nearest or alike > nearest[story][0]):
                nearest[story] = (alike, other)
        found = [
            StoryCandidate(
                self.stories[other], other, self._score(reading, alike, self.stories[other])
            )
            for alike, other in nearest.values()
        ]
        return sorted(found, key=lambda near: (-near.score, near.member))

    def remove(self, member: str) -> set[str]:
        """Take an article out, and link what was taken from it to who else had the text; the ids of
        others that this changes.
        """
        orphans = self._copies.pop(member, [])
        self._unlink(member)
        changed = self._leave(member)
        reading = self.readings.pop(member)
        self._lookup.drop(reading, self.vectors.pop(member))
        self.links.pop(member, None)
        for orphan in orphans:
            changed.update(self._link_anew(self.readings[orphan]))
        return changed

    def _source(
        self, reading: ArticleReading, sharing: Iterable[ArticleReading]
    ) -> TextSource | None:
        earlier = [
            other
            for other in sharing
            if other.rank < reading.rank and not self._parted(reading, other)
        ]
        return source_of(reading, earlier, self._learned)

    def _parted(self, reading: ArticleReading, other: ArticleReading) -> bool:
        """Whether people said that an article is no copy of a text, or of another copy of it."""
        if self._decisions.sides(reading.id) != self._decisions.sides(other.id):
            return True
        root = self.root(other.id)
        denied = self._decisions.denied(reading.id)
        return any(root == self.root(one) for one in denied if one in self.readings)

    def _place(
        self, reading: ArticleReading, source: TextSource | None, taken: list[ArticleReading]
    ) -> None:
        """Give an article its story: that of its text, else the best of those that are near."""
        if source is not None:
            self._link(reading.id, source)
            self._join(reading, self.stories[source.parent.id], counted=False)
            return
        if taken:
            first = min(taken, key=lambda other: other.rank)
            self._join(reading, self.stories[first.id], counted=False)
            return
        near = self.near(reading)
        if near and near[0].score >= threshold(reading.language):
            self.links[reading.id] = near[0]
            self._join(reading, near[0].story, counted=True)
        else:
            self._join(reading, Story(reading.id), counted=True)

    def _score(self, reading: ArticleReading, alike: float, story: Story) -> float:
        mean = alike
        if story.counted:
            mean = likeness(self.vectors[reading.id], story.total) / story.counted
        days = abs(reading.arrived - story.last) / _DAY
        return (_NEAREST * alike + (1 - _NEAREST) * mean) * math.exp(-days / _DECAY_DAYS)

    def _join(self, reading: ArticleReading, story: Story, *, counted: bool) -> None:
        self.stories[reading.id] = story
        story.members[reading.id] = None
        story.last = max(story.last, reading.arrived)
        if counted:
            self._counted.add(reading.id)
            story.counted += 1
            for feature, weight in self.vectors[reading.id].items():
                story.total[feature] += weight

    def _leave(self, member: str) -> set[str]:
        """Take an article out of its story; the ids of those whose story has another id then."""
        story = self.stories.pop(member)
        del story.members[member]
        if member in self._counted:
            self._counted.remove(member)
            story.counted -= 1
            for feature, weight in self.vectors[member].items():
                story.total[feature] -= weight
        if story.id != member or not story.members:
            return set()
        story.id = min(story.members, key=lambda one: self.readings[one].rank)
        return set(story.members)

    def _link(self, member: str, source: TextSource) -> None:
        self.sources[member] = source
        self._copies[source.parent.id].append(member)

    def _unlink(self, member: str) -> None:
        source = self.sources.pop(member, None)
        if source is not None and source.parent.id in self._copies:
            self._copies[source.parent.id].remove(member)

    def _link_anew(self, reading: ArticleReading) -> set[str]:
        """Look again where a text was taken from; the ids of all articles that this changes."""
        sharing = self.sharing_text(reading)
        before = self.sources.get(reading.id)
        source = self._source(reading, sharing)
        if source == before:
            return set()
        self._unlink(reading.id)
        self.links.pop(reading.id, None)
        moved = set(self._with_copies(reading.id))
        if source is not None:
            self._link(reading.id, source)
            story = self.stories[source.parent.id]
            if story is not self.stories[reading.id]:
                return moved | self._move(moved, story)
        return moved

    def _move(self, members: Iterable[str], story: Story) -> set[str]:
        """Put articles into another story; the ids of those whose story has another id then."""
        changed: set[str] = set()
        for member in sorted(members):
            counted = member in self._counted
            changed |= self._leave(member)
            self._join(self.readings[member], story, counted=counted)
        return changed

    def _with_copies(self, root: str) -> Iterator[str]:
        """An article and all that was taken from it, directly or not."""
        todo = [root]
        while todo:
            member = todo.pop()
            yield member
            todo.extend(self._copies.get(member, ()))
