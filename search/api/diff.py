"""What one wording of a text changed in another, word by word, in any script. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# A word with its marks: Arabic vowel signs and joiners are no letters to `\w`, and belong to their
# word.
_WORD = re.compile(
    r"[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]+"
    r"(?:['’-][\w\u0300-\u036f]+)*|\s+|."
)
MOST_WORDS = 3_000
"""Of two passages that are compared word by word; longer ones are shown as replaced. The time to
compare grows with the product of their lengths.
"""


class DiffRun(NamedTuple):
    """A run of text that is the same in both, only in the newer, or only in the older."""

    kind: Literal["same", "added", "removed"]
    text: str


def changes(before: str, after: str) -> list[DiffRun]:
    """The newer text with what it lost: the pieces that are not removed make `after`, those not
    added make `before`.
    """
    old = before.splitlines(keepends=True)
    new = after.splitlines(keepends=True)
    return list(_joined(_by_lines(old, new)))


def _by_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffRun]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield DiffRun("same", "".join(old[a:b]))
        else:
            old_words = _WORD.findall("".join(old[a:b]))
            new_words = _WORD.findall("".join(new[c:d]))
            yield from _by_words(old_words, new_words)


def _by_words(old: list[str], new: list[str]) -> Iterator[DiffRun]:
    if max(len(old), len(new)) > MOST_WORDS:
        yield DiffRun("removed", "".join(old))
        yield DiffRun("added", "".join(new))
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield DiffRun("same", "".join(old[a:b]))
        else:
            yield DiffRun("removed", "".join(old[a:b]))
            yield DiffRun("added", "".join(new[c:d]))


def _joined(pieces: Iterator[DiffRun]) -> Iterator[DiffRun]:
    """Neighbours of one kind as one, empty ones left out."""
    last: DiffRun | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last and last.kind == piece.kind:
            last = DiffRun(last.kind, last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
