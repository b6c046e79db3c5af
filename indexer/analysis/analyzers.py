"""Stemming by language over folded words, and the Elasticsearch analyzers that do the same.

Words are folded before they are stemmed, so that accents can never change a count; where a Snowball
stemmer recognizes an ending by its accent, the ending gets it back first. A door module.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import tantivy

from indexer.analysis import folding

VERSION = 2
"""Goes up when the same text gives other words: an index made by another version must be made
again.
"""

UNKNOWN = "und"
"""What an article's language counts as where it is unknown or has no stemmer (ISO 639-2
*undetermined*).
"""

_CACHED_WORDS = 200_000
"""Words of one language whose stems are remembered: a bound on the memory of a long process."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language with a Snowball stemmer, by its name in tantivy and Elasticsearch.

    `endings` maps the folded end of a word to the one that the stemmer knows (regular expressions
    that both Python and Java read); `kept` are folded words that no stemmer may touch. Both also
    level out two generations of Snowball: tantivy's knows more rules and exceptions than
    Elasticsearch's. The names of these attributes are part of the index fingerprint.
    """

    stemmer: str
    endings: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()
    cache: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


LANGUAGES = {
    "ar": Language("Arabic", endings=(("(?<=...)ه$", "ة"),)),
    "da": Language("Danish"),
    "de": Language(
        "German",
        endings=(
            ("eln$", "el"),
            ("(?<=..[dfgklmnrstz])et(?:e[mnrs]?|ern|s)?$", ""),
            ("erin(?:nen)?$", "er"),
        ),
    ),
    "en": Language(
        "English",
        endings=(
            ("ologists?$", "olog"),
            ("^(internation|internal|universal|organic)(al)?(ly)?$", "$1"),
            ("^(interval|evening|organism)s$", "$1"),
            ("^(universit|emergenc)(?:y|e|ies)$", "$1y"),
            ("^interferr?(?:ed|ing)?$", "interfere"),
            ("^organiz.*$", "organiz"),
            ("^pasted$", "paste"),
            ("^vying$", "vie"),
        ),
        kept=(
            *(
                "internation",
                "internal",
                "interval",
                "interstate",
                "intercity",
                "universal",
                "university",
                "emergency",
            ),
            *("evening", "organic", "organism", "organiz", "lateral", "paste"),
        ),
    ),
    "es": Language("Spanish", endings=(("cion$", "ción"), ("sion$", "sión"))),
    "fi": Language("Finnish"),
    "fr": Language(
        "French",
        endings=(
            ("^ni(?:e|es|ee|ees|er|ez|a|ait|ant|aient|era|erait|asse)$", "nier"),
            ("(?<!^pl)(?<=[a-z][^aeio])us$", "u"),
            ("(?<=[a-z]{2})os$", "o"),
            ("ions$", "ion"),
            ("aises?$", "ais"),
            ("oux$", "ou"),
            ("ee(s?)$", "ée$1"),
            ("((?:f|ubl|ug|oc|ud|ipl)i)e(s?)$", "$1é$2"),
            ("iere(s?)$", "ière$1"),
            ("ite(s?)$", "ité$1"),
        ),
        kept=(
            *(
                "nier",
                "palais",
                "mauvais",
                "calais",
                "beauvais",
                "valais",
                "balais",
                "malais",
                "niais",
                "falais",
            ),
            *(
                "credit",
                "debit",
                "deficit",
                "delit",
                "profit",
                "conflit",
                "petit",
                "portrait",
                "cancer",
                "danger",
            ),
            *("leger", "passager", "etranger", "foyer", "loyer", "leader", "souvenir", "diner"),
        ),
    ),
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


def stems(words: Sequence[str], language: str) -> list[str]:
    """The stems of folded words, in order; in `UNKNOWN` the words themselves."""
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


def query_words(text: str) -> list[str]:
    """The folded words for a word someone typed: "l'armée" is "armee", "Assad's" is "assad"."""
    without_article = _BEFORE_APOSTROPHE.sub(_without_elided, text)
    return folding.words(_POSSESSIVE.sub("", without_article)) or folding.words(text)


def elastic_analysis() -> dict[str, Any]:
    """The `analysis` settings of an Elasticsearch index: analyzer `exact`, one by language code,
    normalizer `key`.
    """
    letter = "[\\p{L}\\p{N}\\p{M}]"
    pattern = (
        f"[{folding.UNIGRAMS}&&{letter}]|[{letter}&&[^{folding.UNIGRAMS}]]{{1,{folding.MAX_WORD}}}"
    )
    filters: dict[str, Any] = {}
    analyzers: dict[str, Any] = {"exact": _analyzer([])}
    for code, language in LANGUAGES.items():
        language_filters = dict(_elastic_filters(code, language))
        filters |= language_filters
        analyzers[code] = _analyzer(list(language_filters))
    fold = {"type": "mapping", "mappings": folding.mapping_rules()}
    between_words = {
        "type": "pattern_replace",
        "pattern": f"[^{letter[1:-1]}]+",
        "replacement": " ",
    }
    key = {"type": "custom", "char_filter": ["fold", "between_words"], "filter": ["trim"]}
    return {
        "char_filter": {"fold": fold, "between_words": between_words},
        "tokenizer": {"words": {"type": "pattern", "pattern": pattern, "group": 0}},
        "filter": filters,
        "analyzer": analyzers,
        "normalizer": {"key": key},
    }


def _without_elided(match: re.Match[str]) -> str:
    """Nothing in the place of an elided article, anything else as it is."""
    return "" if folding.key(match[0]) in ELIDED else match[0]


def _elastic_filters(code: str, language: Language) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, (ending, accented) in enumerate(language.endings):
        yield (
            f"{code}_ending_{number}",
            {"type": "pattern_replace", "pattern": ending, "replacement": accented},
        )
    if language.kept:
        yield f"{code}_kept", {"type": "keyword_marker", "keywords": list(language.kept)}
    yield f"{code}_stem", {"type": "snowball", "language": language.stemmer}


def _analyzer(filters: list[str]) -> dict[str, Any]:
    return {"type": "custom", "char_filter": ["fold"], "tokenizer": "words", "filter": filters}


def _stem(words: Sequence[str], language: str) -> list[str]:
    protected = LANGUAGES[language].kept
    prepared = [_with_ending(word, language) for word in words]
    # One call for all words, since each call into tantivy has a cost of its own.
    found_stems = _stemmer(language).analyze(" ".join(prepared))
    stems = []
    for word, stem in zip(prepared, found_stems, strict=True):
        stems.append(word if word in protected else stem)
    return stems


def _with_ending(word: str, language: str) -> str:
    for ending, accented in _endings(language):
        word = ending.sub(accented, word)
    return word


@cache
def _endings(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Patterns and replacements for Python, whose groups are "\\1" where Java's are "$1"."""
    endings = LANGUAGES[language].endings
    return [(re.compile(end), accented.replace("$", "\\")) for end, accented in endings]


@cache
def _stemmer(language: str) -> tantivy.TextAnalyzer:
    stemmer = tantivy.Filter.stemmer(LANGUAGES[language].stemmer.lower())
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(stemmer).build()
