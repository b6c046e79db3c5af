"""The words of a text as copies and stories compare them."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from crawler.enrich.fold import strip_marks

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "Œ": "Oe", "Æ": "Ae", "\u00ad": None})
_WITHOUT_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
"""Thai, Lao, Burmese, Khmer, kana, Han: scripts without spaces, each character is a word."""
_WORD = re.compile(rf"[{_WITHOUT_SPACES}]|[^\W_{_WITHOUT_SPACES}]+")
_SPACED_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(f"[{_WITHOUT_SPACES}]")
_STEM_LETTERS = 5
_ARABIC_ARTICLES = ("وبال", "وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_ARABIC_CONJUNCTIONS = "وبلفك"
_ARABIC_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "هم", "نا", "ه", "ي", "ا")
_ARABIC_LEAST = 3


def cased_words(text: str, limit: int) -> list[str]:
    """The first words of a text without accents, their case kept."""
    bare = strip_marks(text.translate(_LIGATURES))
    pattern = _WORD if _UNSPACED.search(bare) else _SPACED_WORD
    found = pattern.findall(bare[: limit * 40])
    return found[:limit]


def written_words(text: str, limit: int) -> list[str]:
    """The words of `cased_words` as the text writes them, with accents; without them where marks of
    their own part the words otherwise.
    """
    bare = cased_words(text, limit)
    composed = unicodedata.normalize("NFC", text)
    pattern = _WORD if _UNSPACED.search(composed) else _SPACED_WORD
    written = pattern.findall(composed[: limit * 40])[:limit]
    return written if len(written) == len(bare) else bare


def folded_words(text: str, limit: int) -> list[str]:
    """The first words of a text without accents, in lower case."""
    return [word.lower() for word in cased_words(text, limit)]


def topic_words(words: Sequence[str]) -> list[str]:
    """The words by which topics compare: characters of scripts without spaces go in pairs."""
    if not _UNSPACED.search("".join(words)):
        return list(words)
    found: list[str] = []
    before = ""
    for word in words:
        if not _UNSPACED.match(word):
            found.append(word)
            before = ""
            continue
        if before:
            found.append(before + word)
        before = word
    return found


@lru_cache(maxsize=2**16)
def stem(word: str) -> str:
    """What forms of a folded word have in common: five letters, or an Arabic light stem."""
    if "\u0621" <= word[0] <= "\u06ff":
        return _arabic_stem(word)
    return word[:_STEM_LETTERS]


def _arabic_stem(word: str) -> str:
    for article in _ARABIC_ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _ARABIC_LEAST:
            word = word[len(article) :]
            break
    else:
        if word[0] in _ARABIC_CONJUNCTIONS and len(word) > _ARABIC_LEAST:
            word = word[1:]
    for ending in _ARABIC_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _ARABIC_LEAST:
            return word[: -len(ending)]
    return word
