"""Folding: what makes two spellings the same word for a reader who searches.

Case, accents, apostrophes, quote marks, Arabic diacritics, alef, ya and ta marbuta forms, kashida,
digits of any script, full-width and presentation forms, ligatures. One character folds on its own,
without its context, so that the same table serves Python (`fold`) and Elasticsearch
(`mapping_rules`). A door module.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

MAX_WORD = 255
"""A run of letters that is longer, in characters, counts as several words (Elasticsearch's own
limit).
"""

UNIGRAMS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts written without spaces (Thai, Lao, Burmese, Khmer, Han, kana): each character is a word
of its own.
"""

_DROPPED_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x08D3, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20F0),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)
"""Ranges of combining marks that carry accents, vowels or variants, first and last."""
_SAME = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
    "ŋ": "n",
    "ё": "е",
    **dict.fromkeys("ʻʼʽʾʿˈ™®©℠", " "),
    **dict.fromkeys("ىیې", "ي"),
    **dict.fromkeys("ةہھۀە", "ه"),
    **dict.fromkeys("کڪ", "ك"),
    "ٱ": "ا",
    "\u0640": "",
}
"""What Unicode's decompositions keep apart and readers don't: letter → the one it counts as."""
_HANGUL = range(0xAC00, 0xD7A3 + 1)
_CYRILLIC = range(0x0400, 0x04FF + 1)
_LAST_WITH_RULE = 0x2FFFF
"""The last character with a rule for Elasticsearch: beyond it are no letters that fold."""
_COMPOSED_APART = re.compile("[\u0400-\u04ff][\u0300-\u036f]")
_UNIGRAM = re.compile(f"[{UNIGRAMS}]")
_WORD = re.compile(f"[{UNIGRAMS}]|[^ {UNIGRAMS}]{{1,{MAX_WORD}}}")
_LETTER = r"[^\W\d_][\u0300-\u036f]*"
"""With its accents, where they are characters of their own: İ in lower case is two."""
_ACRONYM = re.compile(
    rf"(?<![\w.])(?:(?:{_LETTER}\.){{2,}}(?:{_LETTER}(?!\w))?|{_LETTER}\.{_LETTER}(?![\w.]))"
)
"""Letters with a dot behind each, or behind all but the last."""
_INVISIBLE = "\u2060"
"""A word joiner: it folds to nothing, and takes one place as a dot does."""
_NOT_FOLDED = re.compile("[^a-z0-9 ]+")


def fold(text: str) -> str:
    """The text in lower case without accents and marks; everything between words is a space."""
    if not text.isascii():
        text = _COMPOSED_APART.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    return _NOT_FOLDED.sub(lambda match: match[0].translate(_TABLE), text.lower())


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    folded = fold(_without_dots(text))
    if not folded.isascii():
        folded = _UNIGRAM.sub(" \\g<0> ", folded)
    words = folded.split()
    if max(map(len, words), default=0) <= MAX_WORD:
        return words
    return [word[at : at + MAX_WORD] for word in words for at in range(0, len(word), MAX_WORD)]


def key(value: str) -> str:
    """What two values have in common that compare as the same name: "L’Orient-Le Jour" is "l orient
    le jour".
    """
    return " ".join(fold(value).split())


class FoldedText:
    """A folded text whose places lead back to the original."""

    def __init__(self, text: str) -> None:
        lower = text.lower()
        # A few letters become two in lower case: then places would not lead back.
        self._text = lower if len(lower) == len(text) else text
        self.folded = _NOT_FOLDED.sub(lambda match: match[0].translate(_TABLE), self._text)
        # None: worked out when a place is first asked for.
        self._uneven: list[tuple[int, int]] | None = None
        if _TABLE.uneven.isdisjoint(self._text):
            self._uneven = []

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of what stands between two places of the folded text (ends are
        exclusive).
        """
        return self._place(start), max(self._place(end), self._place(end - 1) + 1)

    def _place(self, at: int) -> int:
        """The character that the folded one at this place comes from."""
        if self._uneven is None:
            self._uneven = self._gaps()
        index = bisect_right(self._uneven, (at, len(self._text))) - 1
        if index < 0:
            return at
        folded, place = self._uneven[index]
        return max(place, place + at - folded)

    def _gaps(self) -> list[tuple[int, int]]:
        """Behind each character that became none or several: the place in the folded text, and in
        the original.
        """
        gaps: list[tuple[int, int]] = []
        shift = 0
        for place, character in enumerate(self._text):
            if character in _TABLE.uneven:
                length = len(_TABLE[ord(character)])
                gaps += [(place + shift + extra, place) for extra in range(length)]
                shift += length - 1
                gaps.append((place + shift + 1, place + 1))
        return gaps


def spans(text: str) -> list[tuple[int, int]]:
    """Where each of a text's `words` stands in it, as it is written: the first character, and the
    one behind.
    """
    folded_text = FoldedText(_without_dots(text))
    matches = _WORD.finditer(folded_text.folded)
    return [folded_text.original(*match.span()) for match in matches]


def _without_dots(text: str) -> str:
    """The text with nothing visible in the place of the dots of an acronym: O.N.U. is one word."""
    if "." not in text:
        return text
    return _ACRONYM.sub(lambda match: match[0].replace(".", _INVISIBLE), text)


def mapping_rules() -> list[str]:
    """The rules of an Elasticsearch `mapping` character filter that folds as `fold` does.

    Characters that separate words are left to the tokenizer.
    """
    return [f"{_escaped(before)}=>{_escaped(after)}" for before, after in _pairs()]


def _pairs() -> Iterator[tuple[str, str]]:
    for code in range(_LAST_WITH_RULE + 1):
        before = chr(code)
        if unicodedata.category(before) in {"Cn", "Cs", "Co"}:
            continue
        after = _TABLE[code]
        if after != before and (after != " " or _in_word(before)):
            yield before, after
    # Cyrillic letters keep their marks (й is not и), written as one character or as two.
    for code in _CYRILLIC:
        decomposed = unicodedata.normalize("NFD", chr(code))
        if len(decomposed) == 2:
            yield decomposed, _TABLE[code]


def _escaped(text: str) -> str:
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02X}{units[at + 1]:02X}" for at in range(0, len(units), 2))


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


class _Table(dict[int, str]):
    """Character code → its folded form, computed on first use; `uneven` are those that became none
    or several.
    """

    def __init__(self) -> None:
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        return folded


def _folded(character: str) -> str:
    code = ord(character)
    if unicodedata.category(character) == "Cf":
        return "" if code < 0x10000 else " "
    if code in _HANGUL:  # a syllable is one character, and stays one
        return character
    if code in _CYRILLIC and _in_word(character):
        lower = character.lower()
        return "" if _is_dropped_mark(lower) else _SAME.get(lower, lower)
    lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    folded = "".join(map(_plain, [character] if character in _SAME else lower))
    return " " if folded.isspace() else folded


def _plain(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if _is_dropped_mark(character):
        return ""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return character if _in_word(character) else " "


def _is_dropped_mark(character: str) -> bool:
    if unicodedata.category(character)[0] != "M":
        return False
    code = ord(character)
    return any(first <= code <= last for first, last in _DROPPED_MARKS)


_TABLE = _Table()
