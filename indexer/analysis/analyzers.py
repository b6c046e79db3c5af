"""Stemming by language over folded words, and the Elasticsearch analyzers of fields and terms.

French, English and Arabic have light stems of their own; the other languages those of Snowball.
Words are folded before they are stemmed, so that accents hardly change a count; where a Snowball
stemmer recognizes an ending by its accent, the ending gets it back first. A door module.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

import tantivy

from indexer.analysis import arabic, folding, light

VERSION = 4
"""Goes up when the same text gives other words: an index made by another version must be made
again.
"""

UNKNOWN = "und"
"""What an article's language counts as where it is unknown or has no stemmer (ISO 639-2
*undetermined*).
"""

TERM_MARK = "|"
"""Between the terms of one word, as Elasticsearch gets them."""
_LONGEST_TERMS = 20_000
"""Characters of all terms of one word: Elasticsearch cuts there, and a word has 255 at most."""
_MOST_CHOSEN = 3
"""Words that follow each other, up to which each is tried with and without its accent."""
_CACHED_WORDS = 200_000
"""Words of one language whose stems are remembered: a bound on the memory of a long process."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language with stems: those of Snowball by its name there, or light ones.

    `endings` maps the folded end of a word to the one that Snowball knows, as regular expressions.
    The names of these attributes are part of the index fingerprint.
    """

    stemmer: str
    endings: tuple[tuple[str, str], ...] = ()
    cache: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


_LIGHT = "light"

LANGUAGES = {
    "ar": Language(_LIGHT),
    "da": Language("Danish"),
    "de": Language(
        "German",
        endings=(
            ("eln$", "el"),
            ("(?<=..[dfgklmnrstz])et(?:e[mnrs]?|ern|s)?$", ""),
            ("erin(?:nen)?$", "er"),
        ),
    ),
    "en": Language(_LIGHT),
    "es": Language("Spanish", endings=(("cion$", "ción"), ("sion$", "sión"))),
    "fi": Language("Finnish"),
    "fr": Language(_LIGHT),
    "hu": Language("Hungarian"),
    "it": Language("Italian", endings=(("ita$", "ità"),)),
    "no": Language("Norwegian"),
    "pt": Language("Portuguese", endings=(("c(?:ao|oes)$", "ção"), ("s(?:ao|oes)$", "são"))),
    "ro": Language("Romanian"),
    "ru": Language("Russian"),
    "sv": Language("Swedish", endings=(("(?<=...)(?:et)+$", ""),)),
    "tr": Language("Turkish"),
}
"""ISO 639-1 code → its stemmer."""

# Most languages are written in Latin letters; the others are named by code.
_LATIN = re.compile("[a-z\u00df-\u024f]")
_SCRIPTS = {"ar": re.compile("[\u0621-\u06ff]"), "ru": re.compile("[\u0400-\u04ff]")}

_SAME_LANGUAGE = {"nb": "no", "nn": "no"}

_ELIDED_FRENCH = (
    *"ldjmtsnc",
    "qu",
    "jusqu",
    "lorsqu",
    "puisqu",
    "quoiqu",
    "presqu",
    "quelqu",
    "entr",
)
_ELIDED_ITALIAN = ("dell", "nell", "all", "dall", "sull", "un", "gl", "quest")
ELIDED = frozenset((*_ELIDED_FRENCH, *_ELIDED_ITALIAN))
"""Folded words that lose their vowel before an apostrophe and mean nothing to a search ("l'armée",
"dell'arte").
"""

_APOSTROPHE = "['’‘‛ʼʹ′`´＇]"
_POSSESSIVE = re.compile(f"(?<=\\w){_APOSTROPHE}[sS](?!\\w)")
_BEFORE_APOSTROPHE = re.compile(f"\\w+(?={_APOSTROPHE}\\w)")


def language_of(code: str | None) -> str:
    """The language that an article's language code is stemmed as: "fr" for "fr-CA", `UNKNOWN`
    without a stemmer.
    """
    primary = (code or "").replace("_", "-").partition("-")[0].lower()
    primary = _SAME_LANGUAGE.get(primary, primary)
    return primary if primary in LANGUAGES else UNKNOWN


def languages_for(words: Iterable[str]) -> list[str]:
    """The languages in whose stems folded words may differ from themselves: those that are written
    in their script.
    """
    letters = "".join(words)
    return [code for code in LANGUAGES if _SCRIPTS.get(code, _LATIN).search(letters)]


def written_stems(words: Sequence[str], typed: Sequence[str], language: str) -> list[str]:
    """The stems of folded words that were `typed` so, in order; in `UNKNOWN` the words."""
    if language == "fr":
        return stems(_accented(words, typed), language)
    return stems(words, language)


def query_stems(words: Sequence[str], typed: Sequence[str], language: str) -> list[tuple[str, ...]]:
    """The stems of a query's words; several where French ones may lack their accents."""
    if language != "fr":
        return [tuple(stems(words, language))]
    choices = list(map(light.french_without_accents, _accented(words, typed)))
    if len(choices) > _MOST_CHOSEN:
        return [tuple(choice[0] for choice in choices)]
    return list(product(*choices))


def _accented(words: Sequence[str], typed: Sequence[str]) -> list[str]:
    """Each word in lower case as typed; folded where it has signs, such as an acronym's dots."""
    found = []
    for word, written in zip(words, typed, strict=True):
        lower = written.lower()
        found.append(lower if folding.fold(lower) == word else word)
    return found


def stems(words: Sequence[str], language: str) -> list[str]:
    """The stems of folded words (of French ones in lower case, with their accents), in order; in
    `UNKNOWN` the words themselves.
    """
    if language == UNKNOWN:
        return list(words)
    cache = LANGUAGES[language].cache
    with suppress(KeyError):  # most often all words are in the cache
        return [cache[word] for word in words]
    uncached = [word for word in set(words) if word not in cache]
    if uncached:
        if len(cache) > _CACHED_WORDS:
            cache.clear()
            uncached = list(set(words))
        cache.update(zip(uncached, _stem(uncached, language), strict=True))
    return [cache[word] for word in words]


def query_text(text: str) -> str:
    """What a word someone typed asks for: "l'armée" is "armée", "Assad's" is "Assad"."""
    without_article = _BEFORE_APOSTROPHE.sub(_without_elided, text)
    shorter = _POSSESSIVE.sub("", without_article)
    return shorter if folding.words(shorter) else text


def query_words(text: str) -> list[str]:
    """The folded words for a word someone typed: "l'armée" is "armee"."""
    return folding.words(query_text(text))


def elastic_analysis() -> dict[str, Any]:
    """The `analysis` settings of an Elasticsearch index: analyzer `exact` folds words, `terms` cuts
    what `document.to_source` makes of a text, normalizer `key` is that of names.
    """
    letter = "[\\p{L}\\p{N}\\p{M}]"
    pattern = (
        f"[{folding.UNIGRAMS}&&{letter}]|[{letter}&&[^{folding.UNIGRAMS}]]{{1,{folding.MAX_WORD}}}"
    )
    fold = {"type": "mapping", "mappings": folding.mapping_rules()}
    between_words = {
        "type": "pattern_replace",
        "pattern": f"[^{letter[1:-1]}]+",
        "replacement": " ",
    }
    key = {"type": "custom", "char_filter": ["fold", "between_words"], "filter": ["trim"]}
    at_one_place = {
        "type": "pattern_capture",
        "preserve_original": False,
        "patterns": [f"([^{TERM_MARK}]+)"],
    }
    words = {"type": "pattern", "pattern": pattern, "group": 0}
    spaces = {"type": "whitespace", "max_token_length": _LONGEST_TERMS}
    exact = {"type": "custom", "char_filter": ["fold"], "tokenizer": "words", "filter": []}
    terms = {"type": "custom", "tokenizer": "spaces", "filter": ["at_one_place"]}
    return {
        "char_filter": {"fold": fold, "between_words": between_words},
        "tokenizer": {"words": words, "spaces": spaces},
        "filter": {"at_one_place": at_one_place},
        "analyzer": {"exact": exact, "terms": terms},
        "normalizer": {"key": key},
    }


def _without_elided(match: re.Match[str]) -> str:
    """Nothing in the place of an elided article, anything else as it is."""
    return "" if folding.key(match[0]) in ELIDED else match[0]


def _stem(words: Sequence[str], language: str) -> list[str]:
    if LANGUAGES[language].stemmer == _LIGHT:
        return list(map(_LIGHT_STEMS[language], words))
    prepared = [_with_ending(word, language) for word in words]
    # One call for all words, since each call into tantivy has a cost of its own.
    return list(_stemmer(language).analyze(" ".join(prepared)))


_LIGHT_STEMS = {"ar": arabic.stem, "en": light.english, "fr": light.french}


def _with_ending(word: str, language: str) -> str:
    for ending, accented in _endings(language):
        word = ending.sub(accented, word)
    return word


@cache
def _endings(language: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(end), accented) for end, accented in LANGUAGES[language].endings]


@cache
def _stemmer(language: str) -> tantivy.TextAnalyzer:
    stemmer = tantivy.Filter.stemmer(LANGUAGES[language].stemmer.lower())
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(stemmer).build()
