"""The letters of the scripts that words are written in, folded: what a misspelt word may have.

A door module.
"""

from functools import cache

from indexer.analysis import folding

_RANGES = (
    ("a", "z"),
    ("\u03b1", "\u03c9"),
    ("\u0430", "\u044f"),
    ("\u05d0", "\u05ea"),
    ("\u0621", "\u064a"),
)
"""First and last letters of Latin, Greek, Cyrillic, Hebrew and Arabic, in the order of Unicode."""


def alphabet_of(word: str) -> str:
    """The letters that words of this one's script have, each once; none for a script without
    spaces, for digits, and for letters of several scripts.
    """
    for letters in _alphabets():
        if letters.issuperset(word):
            return "".join(sorted(letters))
    return ""


@cache
def _alphabets() -> list[frozenset[str]]:
    alphabets = []
    for first, last in _RANGES:
        characters = map(chr, range(ord(first), ord(last) + 1))
        letters = "".join(character for character in characters if character.isalpha())
        alphabets.append(frozenset(folding.fold(letters).replace(" ", "")))
    return alphabets
