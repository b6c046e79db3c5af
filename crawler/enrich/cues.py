"""Finds the words that make a named agency or medium the source of a statement (data/cues.toml)."""

import re
from functools import cache

from crawler.enrich.tables import table
from crawler.tables import any_of

# How far from the name a cue may begin, in characters; it lies in the name's own sentence.
WINDOW = 90
_SENTENCE_ENDS = ("\n", ". ", "! ", "? ")


def evidence_around(text: str, start: int, end: int, agency: bool) -> tuple[int, int] | None:
    """Where the words lie that make the name from `start` to `end` a cited source; None where
    nothing says so.

    "the X news agency" is enough for an `agency`, since nobody else writes of agencies; other media
    need a verb.
    """
    window = max(0, start - WINDOW)
    sentence = max(text.rfind(mark, window, start) + 1 for mark in _SENTENCE_ENDS)
    window = max(window, sentence)
    words_before = text[window:start]
    before_cue, kind_cue, after_cue = _cues()
    before = before_cue.search(words_before)
    if before is None and agency:
        before = kind_cue.search(words_before)
    after = after_cue.match(text[end : end + WINDOW])
    if before is None and after is None:
        return None
    first = window + before.start() if before else start
    last = end + after.end() if after else end
    return first, last


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    before: list[str] = []
    kinds: list[str] = []
    after: list[str] = []
    for cues in table("cues").values():
        said = any_of(cues["before"])
        stated = any_of(cues["said"])
        to = any_of(cues["to"])
        kind = any_of(cues["kind"])
        article = any_of(cues["article"])
        medium = rf"(?:(?:\w+ ){{0,2}}{kind}(?: \w+){{0,2}} )?"
        before += [
            rf"\b{said} ?{article}?{medium}",
            rf"\b{stated}(?: [\w,.-]+){{0,6}} {to} ?{article}?{medium}",
        ]
        kinds.append(rf"\b(?:\w+ ){{0,2}}{article}?{kind}(?: \w+){{0,3}} ")
        after += cues["after"]
    return (
        re.compile(f"{any_of(before)}$", re.IGNORECASE),
        re.compile(f"{any_of(kinds)}$", re.IGNORECASE),
        re.compile(rf",?،? ?{any_of(after)}\b", re.IGNORECASE),
    )
