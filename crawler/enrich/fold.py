"""One folding for every table of names: case, accents, Arabic diacritics, alef, ya and ta marbuta
forms.
"""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0640\u200b-\u200f\u2066-\u2069]+")
_LETTERS = str.maketrans(
    {"ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "’": "'", "‘": "'", "ʼ": "'", "´": "'"}
)
_BREAKS = re.compile(r"[\W_]+")


def strip_marks(text: str) -> str:
    """The text without accents and diacritics, its case kept; Hangul and kana stay composed."""
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def fold_name(text: str) -> str:
    """The text as tables of names compare it: no marks, lower case."""
    return strip_marks(text).lower()


def fold_phrase(text: str) -> str:
    """A section, tag or URL segment as words between single spaces ("Economie/Bourse" → "economie
    bourse").
    """
    return _BREAKS.sub(" ", fold_name(text)).strip()
