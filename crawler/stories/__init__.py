"""Which texts were taken from which, who published first, and what belongs to one event. Pure.

A door module.
"""

from crawler.stories.alike import Alike
from crawler.stories.decisions import Decision, Decisions
from crawler.stories.judging import Stories, StoryJudgement, judge
from crawler.stories.store import MemoryStore, ReadingStore

__all__ = [
    "Alike",
    "Decision",
    "Decisions",
    "MemoryStore",
    "ReadingStore",
    "Stories",
    "StoryJudgement",
    "judge",
]
