"""Folding: what makes two spellings the same word for a reader who searches.

Case, accents, apostrophes, quote marks, Arabic diacritics, alef, ya and ta marbuta forms, kashida, digits of any
script, full-width and presentation forms, ligatures. One character folds on its own, without its context, so that the
same table serves Python (`fold`) and Elasticsearch (`mapping_rules`). A door module.
"""

import re
import unicodedata
from collections.abc import Iterator

MAX_WORD = 255
"""A run of letters that is longer, in characters, counts as several words (Elasticsearch's own limit)."""

UNIGRAMS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts written without spaces (Thai, Lao, Burmese, Khmer, Han, kana): each character is a word of its own."""

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
_FIRST_HANGUL, _LAST_HANGUL = 0xAC00, 0xD7A3
_FIRST_CYRILLIC, _LAST_CYRILLIC = 0x0400, 0x04FF
_LAST_WITH_RULE = 0x2FFFF
_COMPOSED_APART = re.compile("[\u0400-\u04ff][\u0300-\u036f]")
_UNIGRAM = re.compile(f"[{UNIGRAMS}]")


def fold(text: str) -> str:
    """The text in lower case without accents and marks; everything between words is a space."""
    if not text.isascii():
        text = _COMPOSED_APART.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    return text.translate(_TABLE)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    found = _UNIGRAM.sub(" \\g<0> ", fold(text)).split()
    if all(len(word) <= MAX_WORD for word in found):
        return found
    return [word[at : at + MAX_WORD] for word in found for at in range(0, len(word), MAX_WORD)]


def key(value: str) -> str:
    """What two values have in common that compare as the same name: "L’Orient-Le Jour" is "l orient le jour"."""
    return " ".join(fold(value).split())


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded words of a text with their place in it: word, start, end (the end is exclusive)."""
    folded, starts = _aligned(text)
    for match in _WORD.finditer(folded):
        first, end = match.span()
        if starts:
            first, end = starts[first], max(starts[end], starts[end - 1] + 1)
        yield match[0], first, end


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
    for code in range(_FIRST_CYRILLIC, _LAST_CYRILLIC + 1):
        apart = unicodedata.normalize("NFD", chr(code))
        if len(apart) == 2:
            yield apart, _TABLE[code]


def _escaped(text: str) -> str:
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02X}{units[at + 1]:02X}" for at in range(0, len(units), 2))


def _aligned(text: str) -> tuple[str, list[int]]:
    """The folded text, and where in the original each of its characters begins (empty: at the same place)."""
    folded: list[str] = []
    starts: list[int] = []
    same = True
    for at, character in enumerate(text):
        piece = _TABLE[ord(character)]
        folded.append(piece)
        same = same and len(piece) == 1
        starts.extend([at] * len(piece))
    return "".join(folded), [] if same else [*starts, len(text)]


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


class _Table(dict[int, str]):
    """Character code → its folded form, computed on first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    code = ord(character)
    if unicodedata.category(character) == "Cf":
        return "" if code < 0x10000 else " "
    if _FIRST_HANGUL <= code <= _LAST_HANGUL:
        return character
    if _FIRST_CYRILLIC <= code <= _LAST_CYRILLIC and _in_word(character):
        lower = character.lower()
        return "" if _dropped(lower) else _SAME.get(lower, lower)
    lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_plain(part) for part in ([character] if character in _SAME else lower))


def _plain(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if _dropped(character):
        return ""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return character if _in_word(character) else " "


def _dropped(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _DROPPED_MARKS) and unicodedata.category(character)[0] == "M"


_TABLE = _Table()
_WORD = re.compile(f"[{UNIGRAMS}]|[^ {UNIGRAMS}]{{1,{MAX_WORD}}}")
