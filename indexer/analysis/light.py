"""Light stems of French and English: number and gender, and the endings of English verbs.

Snowball's stemmers make one of words that readers tell apart (maire and mairie, pénis and Le Pen,
organ and organization). For French these are the plural and the feminine, after J. Savoy's light
stemmers ("Light Stemming Approaches for the French, Portuguese, German and Hungarian Languages",
2006); for English the inflectional steps 1a, 1b, 1c and the final e of M. Porter's second stemmer
(snowballstem.org, "English"), without its steps for derived words.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from indexer.analysis import folding

_PLURALS = (
    ("eaux", "eau"),
    ("ravaux", "ravail"),
    ("aux", "al"),
    ("oux", "ou"),
    ("eux", "eu"),
    ("s", ""),
)
_FEMININES = (
    ("euse", "eu", 5),
    ("trice", "teur", 7),
    ("ienne", "ien", 6),
    ("elle", "el", 7),
    ("ière", "ier", 5),
    ("iere", "ier", 5),
    ("gère", "ger", 6),
    ("gere", "ger", 6),
    ("ive", "if", 6),
    ("aise", "ai", 7),
    ("oise", "oi", 7),
    ("ale", "al", 6),
    ("aine", "ain", 7),
    ("lue", "lu", 4),
    ("due", "du", 5),
    ("nue", "nu", 6),
    ("ante", "ant", 7),
    ("ente", "ent", 7),
)
"""Feminine ending, the masculine one as it is stemmed, and how many letters a word has at least."""
_SHORTEST = 4
_VOWEL = "[aeiouy]"
_DOUBLED = re.compile(r"(bb|dd|ff|gg|mm|nn|pp|rr|tt)$")
_SHORT_SYLLABLE = re.compile(f"(?:^|[^aeiouy]){_VOWEL}[^aeiouywx]$|^{_VOWEL}[^aeiouy]$")
_REGION = re.compile(f"^[^aeiouy]*{_VOWEL}+[^aeiouy]")
"""Up to the first consonant behind a vowel: what follows is Porter's R1."""


def french(word: str) -> str:
    """The stem of a word in lower case with its accents: folded, but for the é of a participle,
    which keeps "limogé" apart from "Limoges".
    """
    if len(word) < _SHORTEST or folding.fold(word) in _kept("french"):
        return folding.fold(word)
    stem = _feminine(_singular(word))
    if stem.endswith("é"):
        return folding.fold(stem[:-1]) + "é"
    return folding.fold(stem)


def french_without_accents(word: str) -> list[str]:
    """The stems that a word may have whose accents were left out."""
    stem = french(word)
    if not word.isascii() or not stem.endswith("e") or len(stem) < _SHORTEST:
        return [stem]
    return [stem, f"{stem[:-1]}é"]


def english(word: str) -> str:
    """The stem of a folded word."""
    if len(word) < _SHORTEST or word in _kept("english"):
        return word
    stem = _without_verb_ending(_without_s(word))
    if stem.endswith("y") and len(stem) > 2 and stem[-2] not in "aeiou":
        stem = f"{stem[:-1]}i"
    if stem.endswith("e") and _is_silent(stem[:-1]):
        stem = stem[:-1]
    return stem


def _singular(word: str) -> str:
    for plural, singular in _PLURALS:
        if word.endswith(plural) and len(word) > len(plural):
            return word if word.endswith("ss") else word[: -len(plural)] + singular
    return word


def _feminine(word: str) -> str:
    if word.endswith(("ée", "ee")):
        return f"{word[:-2]}é"
    for feminine, masculine, least in _FEMININES:
        if word.endswith(feminine) and len(word) >= least:
            return word[: -len(feminine)] + masculine
    return word


def _without_s(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ies", "ied")):
        return f"{word[:-3]}y" if len(word) > 4 else word[:-1]
    if word.endswith(("us", "ss")) or not word.endswith("s"):
        return word
    return word[:-1] if re.search(f"{_VOWEL}.", word[:-1]) else word


def _without_verb_ending(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _begins_behind(word[:-3]) else word
    stem = word.removesuffix("ing")
    if stem == word:
        stem = word.removesuffix("ed")
    has_ending = stem != word and re.search(_VOWEL, stem) is not None
    return _mended(stem) if has_ending else word


def _mended(stem: str) -> str:
    """What is left of a verb, with the e that it lost, or without the letter that was doubled."""
    if _DOUBLED.search(stem):
        return stem[:-1] if len(stem) > 3 else stem  # "add" ends so for itself
    is_short = _SHORT_SYLLABLE.search(stem) and not _begins_behind(stem[:-1])
    return f"{stem}e" if is_short or stem.endswith(("at", "bl", "iz")) else stem


def _begins_behind(stem: str) -> bool:
    """Whether R1 of a word begins in the stem or right behind it."""
    return _REGION.match(stem) is not None


def _is_silent(stem: str) -> bool:
    """Whether an e behind the stem tells nothing: "increase" and "increased" are one word."""
    region = _REGION.match(stem)
    if region is None or stem.endswith("e"):
        return False
    return region.end() < len(stem) or not _SHORT_SYLLABLE.search(stem)


@cache
def _kept(language: str) -> frozenset[str]:
    """Folded words that have no other form, though they end as if they had."""
    data = files("indexer.analysis").joinpath("kept.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(data)[language])
