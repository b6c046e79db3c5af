"""The languages that dates in a writing may be printed in."""

import re
from collections.abc import Mapping
from itertools import chain

# By writing: the range of its letters and digits (Unicode's blocks), and languages of it, the
# commonest first.
_WRITINGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "arabic": ("\u0600-\u06ff\u0750-\u077f", ("ar", "fa", "ur", "ckb")),
    "hebrew": ("\u0590-\u05ff", ("he",)),
    "greek": ("\u0370-\u03ff", ("el",)),
    "armenian": ("\u0530-\u058f", ("hy",)),
    "georgian": ("\u10a0-\u10ff", ("ka",)),
    "devanagari": ("\u0900-\u097f", ("hi", "mr", "ne")),
    "bengali": ("\u0980-\u09ff", ("bn", "as")),
    "gurmukhi": ("\u0a00-\u0a7f", ("pa",)),
    "gujarati": ("\u0a80-\u0aff", ("gu",)),
    "odia": ("\u0b00-\u0b7f", ("or",)),
    "tamil": ("\u0b80-\u0bff", ("ta",)),
    "telugu": ("\u0c00-\u0c7f", ("te",)),
    "kannada": ("\u0c80-\u0cff", ("kn",)),
    "malayalam": ("\u0d00-\u0d7f", ("ml",)),
    "sinhala": ("\u0d80-\u0dff", ("si",)),
    "thai": ("\u0e01-\u0e7f", ("th",)),
    "lao": ("\u0e80-\u0eff", ("lo",)),
    "burmese": ("\u1000-\u109f", ("my",)),
    "khmer": ("\u1780-\u17ff", ("km",)),
    "ethiopic": ("\u1200-\u139f", ("am", "ti")),
}
# Languages that are tried where a page declares them.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "arabic": ("ps", "ku", "sd", "ug", "pnb"),
    "hebrew": ("yi",),
}
_LETTER = re.compile(
    "|".join(f"(?P<{name}>[{letters}])" for name, (letters, _) in _WRITINGS.items())
)
_BEYOND_LATIN = re.compile("[\u0370-\u17ff]")
_OWN = frozenset(chain(*(codes for _, codes in _WRITINGS.values()), *_ALSO.values()))
# Persian writes digits and some letters otherwise than Arabic.
_PERSIAN = re.compile("[\u06f0-\u06f9\u067e\u0686\u0698\u06a9\u06af\u06cc]")


def has_own_writing(code: str) -> bool:
    """Whether a language is written otherwise than most."""
    return code in _OWN


def written_in(text: str, declared: str) -> str:
    """The likeliest language by the writing of most letters of a text: the declared one where it
    may be; empty where many languages use the writing.
    """
    codes = languages_of(text, declared)
    if not codes:
        return ""
    letters = list(filter(str.isalpha, text))
    own = sum(_LETTER.match(letter) is not None for letter in letters)
    return codes[0] if 2 * own > len(letters) else ""


def languages_of(text: str, declared: str) -> tuple[str, ...]:
    """The languages to try for a text by its letters and digits, the declared one first where it
    may be; none for a writing that most languages use.
    """
    # Most pages are in Latin letters, and so told apart at a fraction of the time.
    found = _LETTER.search(text) if _BEYOND_LATIN.search(text) else None
    if found is None:
        return ()
    writing = found.lastgroup or ""
    codes = _WRITINGS[writing][1]
    first = declared
    if declared not in codes and declared not in _ALSO.get(writing, ()):
        first = "fa" if writing == "arabic" and _PERSIAN.search(text) else codes[0]
    return (first, *(code for code in codes if code != first))
