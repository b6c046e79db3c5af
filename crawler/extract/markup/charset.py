"""Bytes to text: what decodes as UTF-8 is UTF-8, else what is declared and reads like text, else
what it looks like.
"""

import codecs
import re
from collections.abc import Iterator, Mapping

from charset_normalizer import from_bytes

_DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset\s*=|<\?xml[^>]{0,100}?encoding\s*=)\s*["']?\s*([\w.:-]{2,40})""",
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
# What publishers often mean by these names (WHATWG Encoding): the larger code page of the same
# family.
_MEANT = {
    "iso-8859-1": "windows-1252", "latin-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252",
    "ascii": "windows-1252", "iso-8859-9": "windows-1254", "gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "tis-620": "cp874",
    "iso-8859-11": "cp874", "windows-874": "cp874", "iso-8859-8-i": "iso-8859-8", "x-mac-cyrillic": "mac_cyrillic",
    "maccyrillic": "mac_cyrillic", "macroman": "mac_roman", "macintosh": "mac_roman", "big5": "big5hkscs",
}  # fmt: skip
_INSIDE_CAPITAL = re.compile(r"[^\W\d_A-Z](?=[А-ЯЀ-ЏÀ-ÖØ-Þ])")
_HIGH = re.compile(r"[^\x00-\x7f]")
_RUN = re.compile(
    r"[^\W\d_a-zA-Z]{3,}"
)  # accents stand alone; whole words of them are another alphabet
_WESTERN = frozenset("àâäáãåæçèéêëìíîïñòóôöøœùúüÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØŒÙÚÜ")
_CONTROLS = re.compile(r"[\x80-\x9f]")
_UNICODE = ("utf-8", "utf-16", "utf-32")
_SAMPLE, _ENDS = 20_000, 5_000
_ODD = 0.12  # share of letters before a capital inside a word, from which a text is read in the wrong alphabet


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """The body as text; characters that no encoding explains are replaced, never dropped."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    if b"\x1b$" not in body:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    best = ""
    for name in _candidates(body, headers):
        text = _strictly(body, name)
        if text and not _odd(text):
            return text
        best = best or text
    return best or _mostly_utf8(body) or body.decode("windows-1252", "replace")


def _candidates(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    yield from _declared(body, headers)
    if _western(body):
        yield "windows-1252"
    yield from _guessed(body)


def _western(body: bytes) -> bool:
    """Whether nearly all letters beyond ASCII are those of French, Spanish, German and their like,
    in Windows-1252.

    õ and û are left out: they are what Hungarian's ő and ű of the neighbouring code page turn into.
    """
    text = body[:_SAMPLE].decode("windows-1252", "replace")
    found = _HIGH.findall(text)
    letters = [char for char in found if char.isalpha()]
    if (
        len(letters) < 3
        or 4 * len(letters) < 3 * len(found)
        or len(_RUN.findall(text)) * 20 > len(letters)
    ):
        return False
    return sum(char in _WESTERN for char in letters) >= 0.96 * len(letters)


def _wide(body: bytes) -> str:
    """UTF-16 and UTF-32 without a mark: every other byte, or three of four, of Western markup is zero."""
    sample = body[:2_000]
    if sample.count(0) * 4 < len(sample):
        return ""
    zeros = [sample[offset::4].count(0) for offset in range(4)]
    order = "be" if zeros[0] > zeros[3] else "le"
    return (
        f"utf-32-{order}"
        if sum(count * 8 > len(sample) * 3 // 2 for count in zeros) >= 3
        else f"utf-16-{order}"
    )


def _declared(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    if b"\x1b$" in body:
        yield from ("iso2022_kr", "iso2022_jp", "utf-8")
    for name, value in headers.items():
        found = _HEADER.search(value) if name.lower() == "content-type" else None
        if found:
            yield found[1]
    for match in _DECLARED.finditer(body[:4_000]):
        yield match[1].decode("ascii")


def _guessed(body: bytes) -> Iterator[str]:
    sample = body if len(body) < 2 * _ENDS else body[:_ENDS] + body[-_ENDS:]
    for guess in list(from_bytes(sample) or from_bytes(body))[:6]:
        yield guess.encoding


def _strictly(body: bytes, name: str) -> str:
    for candidate in (name, _MEANT.get(name.lower(), "")):
        try:
            text = (
                body.decode(candidate)
                if candidate and codecs.lookup(candidate).name not in _UNICODE
                else ""
            )
        except (LookupError, UnicodeError):
            continue
        # control characters stand where the larger code page has quotes and dashes
        if text and not _CONTROLS.search(text):
            return text
    return ""


def _odd(text: str) -> bool:
    # KOI8-R read as Windows-1251, or the other way round, turns capitals and small letters around
    sample = text[:_SAMPLE]
    letters = sum(char.isalpha() and not char.isascii() for char in sample)
    return letters > 20 and len(_INSIDE_CAPITAL.findall(sample)) > _ODD * letters


def _mostly_utf8(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return text if text.count("\ufffd") * 200 < len(text) else ""
