"""Words that set the matches of a search apart from the other articles of their languages.

The measure is JLH, as Elasticsearch's significant terms have it: (here - elsewhere) * (here /
elsewhere), both as shares of articles that have the word. "Here" is counted in a random sample of
the matches, "elsewhere" in all articles of a language, weighted as the languages are in the sample;
so function words, which every article of a language has, come out near zero, and no list of stop
words is needed. Both shares are the same on every backend, and so is the measure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexer.analysis.folding import words
from indexer.backend import Backend, Document
from indexer.query import Search

SAMPLE = 200
"""Articles that are read."""
MAX_CANDIDATES = 150
"""Words that are looked up, those that most of the sampled articles have."""
MAX_LANGUAGES = 3
_LEAST_ARTICLES = 2
"""Sampled articles that have a word: one that a single article has says nothing of the others."""
_LEAST_LETTERS = 2
_MOST_CHARACTERS = 20_000
"""Of one article."""
_WRITTEN = re.compile(r"[^\W\d_][\w\u064b-\u065f]*")


@dataclass(frozen=True, slots=True)
class _SampledArticle:
    """A sampled article: its language and its different folded words."""

    language: str | None
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _ScoredWord:
    """A folded word with its score, and the shares of articles that have it."""

    word: str
    score: float
    share: float
    elsewhere: float


def distinctive(
    backend: Backend, search: Search, size: int, leave_out: Iterable[str] = ()
) -> dict[str, Any]:
    """The body of the API's answer: at most `size` words, the most telling first, without those to
    `leave_out`.
    """
    documents = list(backend.scan(replace(search, sample=SAMPLE)))
    sampled = _of_common_languages(list(map(_article, documents)))
    counts = Counter(word for article in sampled for word in article.words)
    for word in leave_out:
        counts.pop(word, None)
    scored = _scored(backend, sampled, counts)[:size]
    spellings = _spellings(documents, {row.word for row in scored})
    terms = [
        {
            "term": spellings.get(row.word, row.word),
            "score": row.score,
            "share": row.share,
            "elsewhere": row.elsewhere,
        }
        for row in scored
    ]
    return {"terms": terms, "sampled": len(sampled)}


def _article(document: Document) -> _SampledArticle:
    return _SampledArticle(document.get("language"), frozenset(words(_text(document))))


def _of_common_languages(articles: Sequence[_SampledArticle]) -> list[_SampledArticle]:
    """The articles in the most frequent languages."""
    counts = Counter(article.language for article in articles)
    common = {language for language, _ in counts.most_common(MAX_LANGUAGES)}
    return [article for article in articles if article.language in common]


def _scored(
    backend: Backend, sampled: Sequence[_SampledArticle], counts: Counter[str]
) -> list[_ScoredWord]:
    """The words that are more frequent here than elsewhere, the most telling first."""
    candidates = _candidates(counts)
    shares = _shares(backend, sampled, candidates)
    scored = []
    for word, elsewhere in zip(candidates, shares, strict=True):
        here = counts[word] / len(sampled)
        if here > elsewhere > 0:
            score = round((here - elsewhere) * here / elsewhere, 4)
            scored.append(_ScoredWord(word, score, round(here, 4), round(elsewhere, 6)))
    return sorted(scored, key=lambda row: (-row.score, row.word))


def _candidates(counts: Counter[str]) -> list[str]:
    """The most frequent words that can be telling."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    candidates: list[str] = []
    for word, count in ranked:
        if len(candidates) == MAX_CANDIDATES or count < _LEAST_ARTICLES:
            break
        if len(word) >= _LEAST_LETTERS and not word.isdigit():
            candidates.append(word)
    return candidates


def _shares(
    backend: Backend, sampled: Sequence[_SampledArticle], candidates: Sequence[str]
) -> list[float]:
    """How large a share of all articles has each word, in the languages of the sample."""
    shares = [0.0] * len(candidates)
    for language, articles in Counter(article.language for article in sampled).items():
        everything = Search(filters={"language": (language,)}) if language else Search()
        total = max(1, backend.search(replace(everything, limit=0)).total)
        weight = articles / len(sampled)
        for number, count in enumerate(backend.frequencies(everything, candidates)):
            shares[number] += weight * count / total
    return shares


def _spellings(documents: Iterable[Document], wanted: set[str]) -> Mapping[str, str]:
    """Folded words as most of the articles write them."""
    counts: dict[str, Counter[str]] = {word: Counter() for word in wanted}
    # Words come again in article after article, and folding is slow.
    remembered: dict[str, list[str]] = {}
    for document in documents:
        for spelling in set(_WRITTEN.findall(_text(document))):
            folded = remembered.get(spelling)
            if folded is None:
                folded = words(spelling)
                remembered[spelling] = folded
            if len(folded) == 1 and folded[0] in counts:
                counts[folded[0]][spelling] += 1
    return {word: _most_frequent(spellings) for word, spellings in counts.items() if spellings}


def _most_frequent(spellings: Counter[str]) -> str:
    """The most frequent spelling; of those that are equally frequent, the first by alphabet."""
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def _text(document: Document) -> str:
    return f"{document.get('title') or ''}\n{document.get('text') or ''}"[:_MOST_CHARACTERS]
