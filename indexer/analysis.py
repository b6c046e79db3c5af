"""Stemming by language over folded words, and the Elasticsearch analyzers that do the same.

Words are folded before they are stemmed, so that accents can never change a count; where a Snowball stemmer recognizes
an ending by its accent, the ending gets it back first. A door module.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import tantivy

from indexer import folding

VERSION = 1
"""Goes up when the same text gives other words: an index made by another version must be made again."""

UNKNOWN = "und"
"""What an article's language counts as where it is unknown or has no stemmer (ISO 639-2 *undetermined*)."""

_CACHED_WORDS = 200_000


@dataclass(frozen=True, slots=True)
class Language:
    """A language with a Snowball stemmer; `endings` maps the folded end of a word to the one that the stemmer knows."""

    stemmer: str
    endings: tuple[tuple[str, str], ...] = ()
    cache: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


LANGUAGES = {
    "ar": Language("Arabic", (("(?<=...)ه$", "ة"),)),
    "da": Language("Danish"),
    "de": Language("German"),
    "en": Language("English"),
    "es": Language("Spanish", (("cion$", "ción"), ("sion$", "sión"))),
    "fi": Language("Finnish"),
    "fr": Language("French", (("ee(s?)$", "ée$1"), ("ite(s?)$", "ité$1"))),
    "hu": Language("Hungarian"),
    "it": Language("Italian", (("ita$", "ità"),)),
    "nl": Language("Dutch"),
    "no": Language("Norwegian"),
    "pt": Language("Portuguese", (("cao$", "ção"), ("coes$", "ções"), ("sao$", "são"), ("soes$", "sões"))),
    "ro": Language("Romanian"),
    "ru": Language("Russian"),
    "sv": Language("Swedish"),
    "tr": Language("Turkish"),
}
"""ISO 639-1 code → its stemmer."""

_SAME_LANGUAGE = {"nb": "no", "nn": "no"}

_ELIDED_FRENCH = (*"ldjmtsnc", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu", "entr")
_ELIDED_ITALIAN = ("dell", "nell", "all", "dall", "sull", "un", "gl", "quest")
ELIDED = frozenset((*_ELIDED_FRENCH, *_ELIDED_ITALIAN))
"""Folded words that lose their vowel before an apostrophe and mean nothing to a search ("l'armée", "dell'arte")."""

_APOSTROPHE = "['’‘‛ʼʹ′`´＇]"
_POSSESSIVE = re.compile(f"(?<=\\w){_APOSTROPHE}[sS](?!\\w)")
_BEFORE_APOSTROPHE = re.compile(f"\\w+(?={_APOSTROPHE}\\w)")


def language_of(code: str | None) -> str:
    """The language that an article's language code is stemmed as: "fr" for "fr-CA", `UNKNOWN` without a stemmer."""
    primary = (code or "").replace("_", "-").partition("-")[0].lower()
    primary = _SAME_LANGUAGE.get(primary, primary)
    return primary if primary in LANGUAGES else UNKNOWN


def stems(words: Sequence[str], language: str) -> list[str]:
    """The stems of folded words, in order; in `UNKNOWN` the words themselves."""
    if language == UNKNOWN:
        return list(words)
    known = LANGUAGES[language].cache
    unknown = [word for word in set(words) if word not in known]
    if unknown:
        if len(known) > _CACHED_WORDS:
            known.clear()
            unknown = list(set(words))
        prepared = " ".join(_with_ending(word, language) for word in unknown)
        known.update(zip(unknown, map(folding.fold, _stemmer(language).analyze(prepared)), strict=True))
    return [known[word] for word in words]


def query_words(text: str) -> list[str]:
    """The folded words that stand for a word someone typed: "l'armée" is "armee", "Assad's" is "assad"."""
    kept = _BEFORE_APOSTROPHE.sub(lambda match: "" if folding.key(match[0]) in ELIDED else match[0], text)
    return folding.words(_POSSESSIVE.sub("", kept)) or folding.words(text)


def elastic_analysis() -> dict[str, Any]:
    """The `analysis` settings of an Elasticsearch index: analyzer `exact`, one by language code, normalizer `key`."""
    letter = "[\\p{L}\\p{N}\\p{M}]"
    pattern = f"[{folding.UNIGRAMS}&&{letter}]|[{letter}&&[^{folding.UNIGRAMS}]]{{1,{folding.MAX_WORD}}}"
    analyzers: dict[str, Any] = {"exact": _analyzer()}
    filters: dict[str, Any] = {}
    for code, language in LANGUAGES.items():
        names = [f"{code}_ending_{at}" for at in range(len(language.endings))]
        for name, (ending, accented) in zip(names, language.endings, strict=True):
            filters[name] = {"type": "pattern_replace", "pattern": ending, "replacement": accented}
        filters[f"{code}_stem"] = {"type": "snowball", "language": language.stemmer}
        analyzers[code] = _analyzer(*names, f"{code}_stem", "unaccented")
    return {
        "char_filter": {
            "fold": {"type": "mapping", "mappings": folding.mapping_rules()},
            "between_words": {"type": "pattern_replace", "pattern": f"[^{letter[1:-1]}]+", "replacement": " "},
        },
        "tokenizer": {"words": {"type": "pattern", "pattern": pattern, "group": 0}},
        "filter": {**filters, "unaccented": {"type": "asciifolding"}},
        "analyzer": analyzers,
        "normalizer": {"key": {"type": "custom", "char_filter": ["fold", "between_words"], "filter": ["trim"]}},
    }


def _analyzer(*filters: str) -> dict[str, Any]:
    return {"type": "custom", "char_filter": ["fold"], "tokenizer": "words", "filter": list(filters)}


def _with_ending(word: str, language: str) -> str:
    for ending, accented in _endings(language):
        word = ending.sub(accented, word)
    return word


@cache
def _endings(language: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(end), accented.replace("$", "\\")) for end, accented in LANGUAGES[language].endings]


@cache
def _stemmer(language: str) -> tantivy.TextAnalyzer:
    stemmer = tantivy.Filter.stemmer(LANGUAGES[language].stemmer.lower())
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(stemmer).build()
