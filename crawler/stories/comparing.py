"""What an article was compared with, for people who ask why it was put where it is."""

from typing import TypedDict

from crawler.stories.copies import is_copy, overlap_of
from crawler.stories.learned import Learned
from crawler.stories.placing import Placing, threshold


class ComparedText(TypedDict):
    """A text that shares something: the share of the shorter of both, worn parts left out, how many
    sampled sequences that are, and whether that makes one a copy of the other.
    """

    id: str
    shared: float
    sequences: int
    is_copy: bool


class ComparedStory(TypedDict):
    """A story on like things, by the member that is most alike."""

    story: str
    member: str
    score: float


class Comparison(TypedDict):
    """All that one article was compared with; `effective` in Unix seconds."""

    id: str
    effective: float
    threshold: float
    texts: list[ComparedText]
    stories: list[ComparedStory]


def compared(placing: Placing, learned: Learned, id_: str) -> Comparison:
    """What an article is compared with, as everything stands in the end; the best first."""
    reading = placing.readings[id_]
    texts: list[ComparedText] = []
    for other in placing.sharing_text(reading):
        overlap = overlap_of(reading, other, learned)
        if overlap is not None:
            texts.append(
                {
                    "id": other.id,
                    "shared": round(overlap.share, 2),
                    "sequences": overlap.common,
                    "is_copy": is_copy(reading, other, overlap),
                }
            )
    texts.sort(key=lambda text: (-text["shared"], text["id"]))
    stories: list[ComparedStory] = [
        {"story": near.story.id, "member": near.member, "score": round(near.score, 3)}
        for near in placing.near(reading)
    ]
    least = threshold(reading.language)
    return {
        "id": id_,
        "effective": reading.effective,
        "threshold": least,
        "texts": texts,
        "stories": stories,
    }
