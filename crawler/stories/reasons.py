"""Why articles were put together, told by words that both have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from crawler.article import Article
from crawler.stories.reading import MOST_WORDS, forms
from crawler.stories.sketches import RUN
from crawler.stories.vectors import Vector, common_features, likeness
from crawler.stories.words import folded_words

RUN_WORDS = 15
"""Words of a common run that are shown."""
STORY_WORDS = 5


class CopyReason(TypedDict):
    """Why a text is a copy: the share of it that an article holds, and words that both have."""

    shared: float
    of: str
    run: str


StoryReason = TypedDict("StoryReason", {"score": float, "with": str, "words": list[str]})
"""Why two articles belong to one story: how alike they are, and the terms that weigh most."""


def copy_reason(article: Article, parent: Article, held: float) -> CopyReason:
    """The share of a text that its parent holds, and words of the longest run that both have."""
    return {"shared": round(held, 2), "of": parent.id, "run": common_run(article.text, parent.text)}


def story_reason(
    article: Article, other: Article, vectors: tuple[Vector, Vector], score: float | None = None
) -> StoryReason:
    """How alike two articles on one event are, and the features that make them so, as the first one
    writes them; `score` where it was put into the story by one.
    """
    written = forms(article)
    features = common_features(*vectors, most=len(vectors[0]))
    words: dict[str, None] = {}
    for feature in features:
        words.setdefault(written.get(feature, feature))
    if score is None:
        score = likeness(*vectors)
    return {"score": round(score, 2), "with": other.id, "words": list(words)[:STORY_WORDS]}


@dataclass(frozen=True, slots=True)
class _Written:
    """A text between its spaces, as it is written, and the folded words with their piece each."""

    written: list[str]
    words: list[str]
    piece_of: list[int]


def common_run(text: str, other: str) -> str:
    """The first words of the longest run that two texts share, as the first writes them."""
    pieces = _pieces(text)
    start, length = _longest_run(pieces.words, folded_words(other, MOST_WORDS))
    length = min(length, RUN_WORDS)
    if length == 0:
        return ""
    words = pieces.words[start : start + length]
    places = dict.fromkeys(pieces.piece_of[start : start + length])
    if len(places) < length // 3:
        return "".join(words)  # written without spaces
    return " ".join(pieces.written[place] for place in places)


def _pieces(text: str) -> _Written:
    pieces = _Written(text.split(), [], [])
    for place, written in enumerate(pieces.written):
        for word in folded_words(written, MOST_WORDS):
            pieces.words.append(word)
            pieces.piece_of.append(place)
        if len(pieces.words) >= MOST_WORDS:
            break
    return pieces


def _longest_run(words: Sequence[str], others: Sequence[str]) -> tuple[int, int]:
    """Where the longest run of words that others have, too, begins, and its length; each run is
    followed from the first place where its beginning stands in the others.
    """
    places: dict[tuple[str, ...], int] = {}
    for at in range(len(others) - RUN + 1):
        places.setdefault(tuple(others[at : at + RUN]), at)
    best = (0, 0)
    at = 0
    while at + RUN <= len(words):
        place = places.get(tuple(words[at : at + RUN]))
        if place is None:
            at += 1
            continue
        length = _common_length(words, at, others, place)
        if length > best[1]:
            best = (at, length)
        at += length - RUN + 1
    return best


def _common_length(words: Sequence[str], at: int, others: Sequence[str], place: int) -> int:
    length = 0
    most = min(len(words) - at, len(others) - place)
    while length < most and words[at + length] == others[place + length]:
        length += 1
    return length
