"""Finds the words that make a named agency or medium the source of a statement (data/cues.toml)."""

import re
from functools import cache

from crawler.enrich.tables import table

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
    window = max(window, *(text.rfind(mark, window, start) + 1 for mark in _SENTENCE_ENDS))
    before_cue, kind_cue, after_cue = _cues()
    before = before_cue.search(text[window:start]) or (
        kind_cue.search(text[window:start]) if agency else None
    )
    after = after_cue.match(text[end : end + WINDOW])
    if not before and not after:
        return None
    return window + before.start() if before else start, end + (after.end() if after else 0)


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    before, kinds, after = [], [], []
    for cues in table("cues").values():
        said, stated, to, kind, article = (
            "(?:" + "|".join(cues[key]) + ")" for key in ("before", "said", "to", "kind", "article")
        )
        medium = rf"(?:(?:\w+ ){{0,2}}{kind}(?: \w+){{0,2}} )?"
        before += [
            rf"\b{said} ?{article}?{medium}",
            rf"\b{stated}(?: [\w,.-]+){{0,6}} {to} ?{article}?{medium}",
        ]
        kinds.append(rf"\b(?:\w+ ){{0,2}}{article}?{kind}(?: \w+){{0,3}} ")
        after += cues["after"]
    patterns = (
        f"(?:{'|'.join(before)})$",
        f"(?:{'|'.join(kinds)})$",
        rf",?،? ?(?:{'|'.join(after)})\b",
    )
    before_cue, kind_cue, after_cue = (re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    return before_cue, kind_cue, after_cue
