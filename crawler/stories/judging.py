"""Judging articles: as they come, and all anew in the order of publication."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.article import Article
from crawler.stories.comparing import Comparison, compared
from crawler.stories.decisions import Decision, Decisions
from crawler.stories.learned import Learned
from crawler.stories.placing import Placing
from crawler.stories.reading import read
from crawler.stories.reasons import CopyReason, StoryReason, copy_reason, story_reason
from crawler.stories.store import MemoryStore, ReadingStore

EMPTY = Learned()
NONE = Decisions()


@dataclass(frozen=True, slots=True)
class StoryJudgement:
    """What is said of an article: its story's id, the article that its text was taken from, the
    first publisher's article of that text, and why.
    """

    id: str
    story: str
    copy_of: str | None
    first: str | None
    why: CopyReason | StoryReason | None


@dataclass(frozen=True, slots=True)
class _StoryPart:
    """A story as people decided: its id, and its articles."""

    id: str
    members: list[str]


class Stories:
    """Articles that are judged as they come, each once for each wording."""

    def __init__(
        self, store: ReadingStore, decisions: Decisions = NONE, learned: Learned = EMPTY
    ) -> None:
        self._store = store
        self._decisions = decisions
        self._before = learned
        self._learned = copy.deepcopy(learned)
        self.placing = Placing(self._learned, decisions)

    def add(self, article: Article) -> list[StoryJudgement]:
        """Judge an article by what came before; its own judgement, then those that it changes."""
        reading = read(article)
        self._store.keep(article, reading)
        changed: set[str] = set()
        if article.id in self.placing.readings:
            changed.update(self.placing.remove(article.id))
        self._learned.learn(reading)
        changed.update(self.placing.put(reading))
        changed.discard(article.id)
        parts = self._parts({article.id, *changed, *self._decisions.named})
        return [self._judgement(one, parts[one]) for one in (article.id, *sorted(changed))]

    def settle(self) -> list[StoryJudgement]:
        """Judge all articles anew in the order of publication, with all that they teach; in that
        order. So it does not matter in which order they came.
        """
        readings = sorted(self._store.readings(), key=lambda reading: reading.rank)
        self._learned = copy.deepcopy(self._before)
        for reading in readings:
            self._learned.learn(reading)
        self.placing = Placing(self._learned, self._decisions)
        for reading in readings:
            self.placing.put(reading)
        parts = self._parts(self.placing.stories)
        return [self._judgement(reading.id, parts[reading.id]) for reading in readings]

    def compared(self, article: str) -> Comparison:
        """What an article was compared with."""
        return compared(self.placing, self._learned, article)

    def _parts(self, members: Iterable[str]) -> dict[str, "_StoryPart"]:
        """The stories of these articles, as people decided, by each article in them."""
        placed = self.placing.stories
        stories = {placed[one].id: placed[one] for one in members if one in placed}
        parts: dict[str, _StoryPart] = {}
        for ids in self._decisions.applied([list(story.members) for story in stories.values()]):
            part = _StoryPart(self._name(ids), ids)
            parts.update(dict.fromkeys(ids, part))
        return parts

    def _name(self, members: Sequence[str]) -> str:
        """The id of a story: that of the first article that began one, else of the first."""
        placing = self.placing
        began = [one for one in members if placing.stories[one].id == one]
        return min(began or members, key=lambda one: placing.readings[one].rank)

    def _judgement(self, member: str, part: "_StoryPart") -> StoryJudgement:
        source = self.placing.sources.get(member)
        parent = source.parent.id if source else None
        in_group = source is not None or self.placing.has_copies(member)
        first = self.placing.root(member) if in_group else None
        return StoryJudgement(member, part.id, parent, first, self._reason(member, part))

    def _reason(self, member: str, part: "_StoryPart") -> CopyReason | StoryReason | None:
        source = self.placing.sources.get(member)
        if source is None:
            return self._story_reason(member, part)
        article = self._store.article(member)
        return copy_reason(article, self._store.article(source.parent.id), source.held)

    def _story_reason(self, member: str, part: "_StoryPart") -> StoryReason | None:
        """By what an article was put into its story; for the one that began it, how it is like
        another one in it.
        """
        if len(part.members) == 1:
            return None
        with_ = part.members[1] if part.members[0] == member else part.members[0]
        link = self.placing.links.get(member)
        score = None
        if link is not None and link.member in part.members:
            with_ = link.member
            score = link.score
        vectors = self.placing.vectors
        article = self._store.article(member)
        other = self._store.article(with_)
        return story_reason(article, other, (vectors[member], vectors[other.id]), score)


def judge(
    articles: Iterable[Article],
    decisions: Iterable[Decision] = (),
    learned: Learned = EMPTY,
) -> list[StoryJudgement]:
    """Judge articles in the order of publication; of several wordings of one, the last counts."""
    store = MemoryStore()
    for article in articles:
        store.keep(article, read(article))
    return Stories(store, Decisions(decisions), learned).settle()
