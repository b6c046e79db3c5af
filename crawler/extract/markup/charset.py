"""Bytes to text: what is UTF-8 but for a few bytes is UTF-8, else what is declared and reads like
text, else what it looks like.

Measured on 213 texts in 34 encodings (chardet's collection; declared in the page, in its header,
and not at all), how many come back exactly: this reader 212, 212 and 203; w3lib's html_to_unicode
with charset-normalizer 198, 198 and 188, since it always takes Shift_JIS for its Windows code page
and much undeclared Japanese and Korean for something else. So this reader stays, with
charset-normalizer's guesses as its last resort.
"""

import codecs
import re
from collections.abc import Iterator, Mapping

from charset_normalizer import from_bytes

_DECLARED = re.compile(
    rb"(?:<meta[^>]{0,200}?charset\s*=|<\?xml[^>]{0,100}?encoding\s*=)"
    rb"""\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_2022 = b"\x1b$"
"""The escape that only ISO 2022 has; its bytes are all ASCII, so that they decode as UTF-8, too."""
# What publishers often mean by these names (WHATWG Encoding): the larger code page of the same
# family.
_MEANT = {
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-cyrillic": "mac_cyrillic",
    "maccyrillic": "mac_cyrillic",
    "macroman": "mac_roman",
    "macintosh": "mac_roman",
    "big5": "big5hkscs",
}
_LANGUAGE = re.compile(
    rb"""<html\b[^>]{0,300}?\slang\s*=\s*["']?([a-z]{2,3})\b""",
    re.IGNORECASE,
)
_CYRILLIC = ("cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866", "cp1125")
_CENTRAL = ("cp1250", "iso8859_2")
# The code pages that pages of a language are in where they name none: those of the HTML standard's
# table of default encodings by locale, those beside it, and that of Western Europe. English is left
# out: templates declare it for all.
_CODE_PAGES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl"), _CENTRAL),
    **dict.fromkeys(("be", "bg", "kk", "mk", "ru", "sr", "uk"), _CYRILLIC),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257", "iso8859_13")),
    **dict.fromkeys(("az", "tr"), ("cp1254", "iso8859_9")),
    **dict.fromkeys(("ar", "fa"), ("cp1256", "iso8859_6")),
    **dict.fromkeys(("da", "de", "es", "fi", "fr", "is"), ("cp1252",)),
    **dict.fromkeys(("it", "nb", "nl", "no", "pt", "sv"), ("cp1252",)),
    "el": ("cp1253", "iso8859_7"),
    "he": ("cp1255", "iso8859_8"),
    "th": ("cp874",),
}
_CAPITAL_INSIDE = re.compile(r"[^\W\d_A-Z](?=[А-ЯЀ-ЏÀ-ÖØ-Þ])")
_HIGH = re.compile(r"[^\x00-\x7f]")
_ASCII = bytes(range(0x80))
_FOREIGN_WORD = re.compile(r"[^\W\d_a-zA-Z]{3,}")
"""Accents stand alone: three letters beyond ASCII in a row are of another alphabet."""
_FOREIGN_PART = 20
"""Letters beyond ASCII, of which one such word makes an alphabet another one."""
_LATIN_END = "\u0250"
"""The first letter behind the Latin ones."""
_WESTERN = frozenset("àâäáãåæçèéêëìíîïñòóôöøœùúüÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØŒÙÚÜ")
_CONTROLS = re.compile(r"[\x80-\x9f]")
_UNICODE = ("utf-8", "utf-16", "utf-32")
_HEAD = 4_000
"""Bytes in which a page says its encoding and language."""
_SAMPLE = 20_000
"""Bytes or characters that are looked at to judge a reading."""
_ENDS = 5_000
"""Bytes at either end of a page that an encoding is guessed from: guessing is slow."""
_MOST_GUESSES = 6
_ODD = 0.12
"""Share of letters before a capital inside a word from which the alphabet is the wrong one."""
_ENCODED = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
"""A character beyond ASCII in UTF-8; other encodings hardly ever put such bytes together."""
_ENCODED_OR_HIGH = re.compile(_ENCODED.pattern + rb"|[\x80-\xff]")
_WESTERN_BYTES = "àâäáãåæçèéêëìíîïñòóôöøùúüÿ’‘“”–—«»…\xa0".encode("windows-1252")
"""Bytes that text in Windows-1252 has most; those that a character in UTF-8 begins with are few."""
_PART = 3
"""Bytes of Windows-1252 from which they are no chance in a page that is UTF-8."""
_DAMAGED = 10
"""Characters beyond ASCII, of which one may be damaged in a text that is UTF-8 all the same."""
_DAMAGED_DECLARED = 2
"""The same where the page says that it is UTF-8."""


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """The body as text; characters that no encoding explains are replaced, never dropped."""
    unicode_name = _marked_unicode(body) or _unmarked_wide(body)
    if unicode_name:
        return body.decode(unicode_name, "replace")
    if _ISO_2022 not in body:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass  # another encoding, or damaged: read on below
        damaged = _damaged_utf8(body, headers)
        if damaged:
            return damaged
    return _declared_or_guessed(body, headers)


def _damaged_utf8(body: bytes, headers: Mapping[str, str]) -> str:
    """The body, where it is UTF-8 but for a few bytes, as where a description was cut inside a
    character, or but for a part in Windows-1252; else empty.
    """
    unexplained, characters = _ENCODED.subn(b"", body)
    strays = unexplained.translate(None, _ASCII)
    names = [name.lower().replace("_", "-") for name in _declared(body, headers)]
    declared = bool(names) and names[0] in ("utf-8", "utf8")
    foreign = strays.translate(None, _WESTERN_BYTES)
    western = len(strays) >= _PART and len(foreign) <= 0.1 * len(strays)
    if declared and characters and western:
        return _ENCODED_OR_HIGH.sub(_in_utf8, body).decode("utf-8", "replace")
    least = _DAMAGED_DECLARED if declared else _DAMAGED
    return body.decode("utf-8", "replace") if characters >= least * len(strays) else ""


def _in_utf8(match: re.Match[bytes]) -> bytes:
    """A character in UTF-8, which may stand alone as a byte of Windows-1252."""
    character = match[0]
    if len(character) > 1:
        return character
    return character.decode("windows-1252", "replace").encode()


def _declared_or_guessed(body: bytes, headers: Mapping[str, str]) -> str:
    """The first reading without errors that looks like text, else the first without errors."""
    readable = ""
    for name in _candidates(body, headers):
        text = _strictly(body, name)
        if text and not _is_odd(text):
            return text
        readable = readable or text
    return readable or _mostly_utf8(body) or body.decode("windows-1252", "replace")


def _marked_unicode(body: bytes) -> str:
    """The encoding that a byte order mark tells, empty where there is none."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    return ""


def _candidates(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    yield from _declared(body, headers)
    if _is_western(body):
        yield "windows-1252"
    guessed = list(_guessed(body))
    usual = _usual(body)
    # Which of a language's code pages it is, the guess knows best.
    likely = [name for name in guessed if name in usual]
    yield from likely or usual
    yield from guessed


def _usual(body: bytes) -> tuple[str, ...]:
    """The code pages of the language that the page says it is in; none where it says none."""
    language = _LANGUAGE.search(body[:_HEAD])
    return _CODE_PAGES.get(language[1].decode().lower(), ()) if language else ()


def _is_western(body: bytes) -> bool:
    """Whether nearly all letters beyond ASCII are those of French, Spanish, German and their like,
    in Windows-1252.

    õ and û are left out: they are what Hungarian's ő and ű of the neighbouring code page turn into.
    """
    text = body[:_SAMPLE].decode("windows-1252", "replace")
    high = _HIGH.findall(text)
    letters = [char for char in high if char.isalpha()]
    if len(letters) < 3 or 4 * len(letters) < 3 * len(high):
        return False
    if _FOREIGN_PART * len(_FOREIGN_WORD.findall(text)) > len(letters):
        return False
    return sum(char in _WESTERN for char in letters) >= 0.96 * len(letters)


def _unmarked_wide(body: bytes) -> str:
    """UTF-16 and UTF-32 without a mark, else empty: every other byte, or three of four, of Western
    markup is zero.
    """
    sample = body[:2_000]
    if sample.count(0) * 4 < len(sample):
        return ""
    zeros = [sample[offset::4].count(0) for offset in range(4)]
    order = "be" if zeros[0] > zeros[3] else "le"
    # of the bytes at each of the four offsets at least three quarters
    mostly_zero = [count for count in zeros if count * 8 > len(sample) * 3 // 2]
    width = 32 if len(mostly_zero) >= 3 else 16
    return f"utf-{width}-{order}"


def _declared(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    if _ISO_2022 in body:
        yield from ("iso2022_kr", "iso2022_jp", "utf-8")
    for name, value in headers.items():
        if name.lower() == "content-type":
            match = _HEADER.search(value)
            if match:
                yield match[1]
    for declaration in _DECLARED.finditer(body[:_HEAD]):
        yield declaration[1].decode("ascii")


def _guessed(body: bytes) -> Iterator[str]:
    sample = body if len(body) < 2 * _ENDS else body[:_ENDS] + body[-_ENDS:]
    guesses = list(from_bytes(sample) or from_bytes(body))
    for guess in guesses[:_MOST_GUESSES]:
        yield guess.encoding


def _strictly(body: bytes, name: str) -> str:
    """The body in this encoding, or in what its name often means; empty where it has errors."""
    for candidate in (name, _MEANT.get(name.lower(), "")):
        text = _decoded(body, candidate)
        # control characters stand where the larger code page has quotes and dashes
        if text and not _CONTROLS.search(text):
            return text
    return ""


def _decoded(body: bytes, name: str) -> str:
    try:
        if not name or codecs.lookup(name).name in _UNICODE:
            return ""
        return body.decode(name)
    except (LookupError, UnicodeError):
        return ""


def _is_odd(text: str) -> bool:
    """Whether capitals stand inside words: KOI8-R read as Windows-1251, or the other way round,
    turns capitals and small letters around. Or whether whole words are of accented letters: another
    alphabet that is read as Latin.
    """
    sample = text[:_SAMPLE]
    letters = [char for char in sample if char.isalpha() and not char.isascii()]
    if len(letters) <= 20:
        return False
    if len(_CAPITAL_INSIDE.findall(sample)) > _ODD * len(letters):
        return True
    accented = sum(char < _LATIN_END for char in letters) > 0.9 * len(letters)
    return accented and _FOREIGN_PART * len(_FOREIGN_WORD.findall(sample)) > len(letters)


def _mostly_utf8(body: bytes) -> str:
    """The body as UTF-8, where fewer than one character in two hundred is damaged; else empty."""
    text = body.decode("utf-8", "replace")
    return text if text.count("\ufffd") * 200 < len(text) else ""
