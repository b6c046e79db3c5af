"""The full text of an article where a feed carries it, told from a summary. Pure."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from html import unescape

_LONGEST = 60_000
"""Characters of markup that are kept of one text."""
_LEAST = 400
"""Characters of a full text; ideographs say more with fewer."""
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_CUT = re.compile(r"(?:…|\.\.\.|\[\.{3,}\])[^.!?。]{0,60}$")
"""The end of a text that goes on elsewhere, with the words of a link behind it."""


def mark_of(texts: Iterable[object]) -> str:
    """What the same words have in common, whatever their markup: 12 hexadecimal digits."""
    digest = blake2b(digest_size=6)
    for text in texts:
        if isinstance(text, str):
            digest.update(_words(text[:_LONGEST]).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class FeedTexts:
    """The full texts of one feed, of which so much is kept that it stays small."""

    def __init__(self, most: int) -> None:
        self._left = most

    def of(self, candidates: Iterable[object]) -> str | None:
        """The longest of an item's texts, as markup; None where it is a summary or too long."""
        longest = max((text for text in candidates if isinstance(text, str)), key=len, default="")
        if not _LEAST / 3 <= len(longest) <= min(_LONGEST, self._left):
            return None
        words = _words(longest)
        weight = len(words) + 2 * len(_IDEOGRAPHS.findall(words))
        if weight < _LEAST or _CUT.search(words[-200:]):
            return None
        self._left -= len(longest)
        return longest


def _words(markup: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", markup)).split())
