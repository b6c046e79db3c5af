"""What articles teach: which features are common, which sequences of words come back."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from crawler.stories.reading import ArticleReading
from crawler.stories.words import folded_words, stem

WORN_DAYS = 3
"""A sequence of words in articles of so many days is a template, background or boilerplate."""
_DAY = 86_400
_PRIOR_ARTICLES = 2_000
"""How many articles the known frequencies count for: what a small or young stream lacks."""
_RARE = 0.003
"""Share of articles that a feature is in that no list of frequent words knows."""
_WORDS_AN_ARTICLE = 250
_ZIPF = 0.1
"""Of the words of a text, the one of rank r is about this share divided by r (Zipf's law)."""

_LISTS = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "is": "Icelandic", "it": "Italian", "lt": "Lithuanian", "lv": "Latvian", "ms": "Malay",
    "nl": "Dutch", "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese",
}  # fmt: skip
"""The list of frequent words of each language; others learn from their articles alone."""


class Learned:
    """Counts over articles in any order: features by language, days by sequence."""

    def __init__(self) -> None:
        self._articles: Counter[str] = Counter()
        self._holding: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._days: dict[int, tuple[int, ...]] = {}

    def learn(self, reading: ArticleReading) -> None:
        """Count an article."""
        self._articles[reading.language] += 1
        self._holding[reading.language].update(reading.features.keys())
        day = int(reading.effective // _DAY)
        for value in reading.sketch.values:
            known = self._days.get(value, ())
            if day not in known and len(known) < WORN_DAYS:
                self._days[value] = (*known, day)

    def worn(self, values: Iterable[int]) -> frozenset[int]:
        """Those of these sequences that stood in articles of several days."""
        days = self._days
        return frozenset(value for value in values if len(days.get(value, ())) >= WORN_DAYS)

    def rarity(self, language: str, features: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of features, by known and counted frequencies."""
        counted = self._holding[language]
        known = _known_shares(language)
        articles = self._articles[language] + _PRIOR_ARTICLES
        found: dict[str, float] = {}
        for feature in features:
            holding = counted[feature] + _PRIOR_ARTICLES * known.get(feature, _RARE)
            found[feature] = math.log(articles / holding)
        return found


@cache
def _known_shares(language: str) -> dict[str, float]:
    """The share of articles that hold a frequent word of a language; empty for unknown languages.

    The lists are jusText's, made from Wikipedia, with the most frequent word first.
    """
    name = _LISTS.get(language)
    if name is None:
        return {}
    listed = files("justext").joinpath("stoplists", f"{name}.txt").read_text("utf-8")
    shares: dict[str, float] = {}
    for rank, line in enumerate(listed.splitlines(), 1):
        words = folded_words(line, 2)
        if len(words) == 1:
            share = 1.0 - math.exp(-_WORDS_AN_ARTICLE * _ZIPF / rank)
            shares.setdefault(stem(words[0]), share)
    return shares
