"""The posts of a live blog that left its page stay in its text. Pure."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from crawler.article import Article, Credit
from crawler.policy.wording import folded, share_of, telling_words

MOST_CHARACTERS = 200_000
"""Of a live blog's text: beyond it, the oldest posts are left out."""
_SAME_POST = 0.5
"""Share of telling words from which two lines with one time are one post, edited."""
_CONTAINED = 20
"""Characters of a line from which it is no chance that it stands within another one."""
_SEARCHED = 100_000
"""Characters of the shown text in which a held line may stand within another one."""
_CLOCK = re.compile(r"\W{0,3}([01]?\d|2[0-3])\s?[:.hH時点시]\s?([0-5]\d)?")


def with_earlier_posts(article: Article, held: Article) -> Article:
    """The live blog as it is shown now, with the posts that are held of it and that it shows no
    more, and what followed from their words.
    """
    text = joined_posts(held.text, article.text)
    return dataclasses.replace(
        article,
        text=text,
        words=len(text.split()),
        topics=_union(article.topics, held.topics),
        places=_union(article.places, held.places),
        agencies=_credits(article.agencies, held.agencies),
        attributions=_credits(article.attributions, held.attributions),
    )


def joined_posts(held: str, shown: str) -> str:
    """The lines that are `shown` now, with the `held` ones that are not, each once: in the order of
    the page, which has the newest post first unless its times say otherwise.

    A held line is left out where the shown text has it edited: longer, or with the same time.
    """
    shown_lines = list(filter(None, shown.split("\n")))
    held_lines = list(filter(None, held.split("\n")))
    if _is_ascending(shown_lines):
        merged = _merged(held_lines[::-1], shown_lines[::-1])[::-1]
    else:
        merged = _merged(held_lines, shown_lines)
    return "\n".join(merged)


def clock(line: str) -> int | None:
    """The minute of the day that a line begins with, None where it begins with none."""
    match = _CLOCK.match(line)
    return 60 * int(match[1]) + int(match[2] or 0) if match else None


def _merged(held: Sequence[str], shown: Sequence[str]) -> list[str]:
    """Both texts' lines, the newest first: each held line that is not shown stands before the line
    that followed it, or at the end.
    """
    count = Counter(map(folded, shown))
    missing = set(_missing(held, shown))
    waiting: dict[str, list[str]] = {}
    follower = ""
    for line in reversed(held):
        key = folded(line)
        if line in missing:
            missing.discard(line)
            waiting.setdefault(follower, []).append(line)
        elif count[key] == 1:
            follower = key
    merged: list[str] = []
    for line in shown:
        merged += reversed(waiting.pop(folded(line), []))
        merged.append(line)
    return merged + waiting.get("", [])[::-1]


def _missing(held: Iterable[str], shown: Sequence[str]) -> Iterator[str]:
    """The held lines that are not shown, in no other form either, as far as there is room."""
    keys = list(map(folded, shown))
    known = set(keys)
    beginning = "\n".join(keys)[:_SEARCHED]
    by_time: dict[int | None, list[str]] = {}
    for line in shown:
        by_time.setdefault(clock(line), []).append(line)
    by_time.pop(None, None)
    room = MOST_CHARACTERS - sum(map(len, shown))
    for line in held:
        key = folded(line)
        if key in known or (len(key) >= _CONTAINED and key in beginning):
            continue
        if any(_is_edited(line, other) for other in by_time.get(clock(line), ())):
            continue
        room -= len(line) + 1
        if room < 0:
            return
        yield line


def _is_edited(held: str, shown: str) -> bool:
    words = telling_words(held)
    return bool(words) and share_of(words, telling_words(shown)) >= _SAME_POST


def _is_ascending(lines: Iterable[str]) -> bool:
    minutes = [minute for minute in map(clock, lines) if minute is not None]
    later = sum(one < other for one, other in pairwise(minutes))
    earlier = sum(one > other for one, other in pairwise(minutes))
    return later > earlier


def _union(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _credits(one: Iterable[Credit], other: Iterable[Credit]) -> list[Credit]:
    by_name = {credit["name"]: credit for credit in [*other, *one]}
    return list(by_name.values())
