"""Words that set the matches of a search apart from the other articles of their languages.

Articles are counted, not occurrences: a random sample of the matches, and one of the articles in
the same languages that do not match, each by its first words. The measure is the log-likelihood
ratio G² (Dunning 1993, "Accurate methods for the statistics of surprise and coincidence"); a word
is told from 15.13 on, which chance reaches once in 10,000 words (Rayson, Berridge and Francis
2004), and where at least twice the share of the matches has it. Function words, which every
article of a language has, reach neither, so no list of stop words is needed.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexer.analysis.analyzers import language_of, stems
from indexer.analysis.folding import words
from indexer.backend import Backend, Document
from indexer.query import And, Keyword, Node, Not, Or, Published, QueryError, Search

SAMPLE = 300
"""Matches that are read."""
OTHERS = 1_000
"""Articles beside them that are read."""
FIRST_WORDS = 300
"""Words of each article that count, its title among them: news say first what they are about, and a
long article has more words of all kinds.
"""
MAX_TERMS = 150
LEAST_SCORE = 15.13
LEAST_TIMES = 2.0
"""How many times the share elsewhere the share of the matches is at least."""
MAX_LANGUAGES = 3
_LEAST_ARTICLES = 2
"""Sampled articles that have a word: one that a single article has says nothing of the others."""
_LEAST_LETTERS = 2
_MOST_CHARACTERS = 3_000
"""Of one article; they hold its first words in any language."""
_WRITTEN = re.compile(r"[^\W\d_][\w\u064b-\u065f]*")


@dataclass(frozen=True, slots=True)
class _Counted:
    """Articles of one language: how many, and how many of them have each folded word."""

    articles: int
    having: Counter[str]


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
    `leave_out` and their inflected forms.
    """
    documents = list(backend.scan(replace(search, sample=SAMPLE)))
    matches = _by_language(documents)
    others = _others(backend, search, matches)
    compared = {language: matches[language] for language in others}
    scored = _scored(compared, others)
    unwanted = _Forms(leave_out, compared)
    told = [row for row in scored if row.word not in unwanted][:size]
    spellings = _spellings(documents, {row.word for row in told})
    terms = [
        {
            "term": spellings.get(row.word, row.word),
            "score": row.score,
            "share": row.share,
            "elsewhere": row.elsewhere,
        }
        for row in told
    ]
    sampled = sum(counted.articles for counted in matches.values())
    return {"terms": terms, "sampled": sampled}


class _Forms:
    """Words with all that has the same stem in one of the languages."""

    def __init__(self, unwanted: Iterable[str], languages: Collection[str]) -> None:
        self._words = list(unwanted)
        self._languages = [language_of(language) for language in languages]
        self._stems = {one: set(stems(self._words, one)) for one in self._languages}

    def __contains__(self, word: str) -> bool:
        if word in self._words:
            return True
        stemmed = ((one, stems([word], one)[0]) for one in self._languages)
        return any(stem in self._stems[one] for one, stem in stemmed)


def _by_language(documents: Sequence[Document]) -> dict[str, _Counted]:
    """The most frequent languages, each with its articles counted; "" for an unknown one."""
    frequent = Counter(str(document.get("language") or "") for document in documents)
    counted = {}
    for language, _ in frequent.most_common(MAX_LANGUAGES):
        of_language = [one for one in documents if str(one.get("language") or "") == language]
        counted[language] = _counted(of_language)
    return counted


def _counted(documents: Sequence[Document]) -> _Counted:
    having: Counter[str] = Counter()
    for document in documents:
        having.update(set(_first_words(document)))
    return _Counted(len(documents), having)


def _others(
    backend: Backend, search: Search, matches: Mapping[str, _Counted]
) -> dict[str, _Counted]:
    """By language a sample of the articles that do not match, as large as the language's part of
    the matches; a language without such articles is left out.
    """
    total = sum(counted.articles for counted in matches.values())
    others = {}
    for language, counted in matches.items():
        size = math.ceil(OTHERS * counted.articles / total)
        read = _sample_beside(backend, search, language, size)
        if read:
            others[language] = _counted(read)
    return others


def _sample_beside(
    backend: Backend, search: Search, language: str, size: int
) -> Sequence[Document]:
    filters = {"language": (language,)} if language else {}
    in_language = Search(filters=filters, sample=size, seed=search.seed)
    try:
        return list(backend.scan(replace(in_language, tree=Not(_selected(search)))))
    except QueryError:  # the query with its filters is longer than a query may be
        return list(backend.scan(in_language))


def _selected(search: Search) -> Node:
    """All that a search asks for, as one tree."""
    nodes: list[Node] = [search.tree, *search.conditions]
    if search.start or search.end:
        nodes.append(Published(search.start, search.end))
    for field, values in search.filters.items():
        alternatives = tuple(Keyword(field, value) for value in values)  # type: ignore[arg-type]
        nodes.append(Or(alternatives))
    return And(tuple(nodes))


def _scored(matches: Mapping[str, _Counted], others: Mapping[str, _Counted]) -> list[_ScoredWord]:
    """The words that set the matches apart, the most telling first."""
    total = sum(counted.articles for counted in matches.values())
    having: Counter[str] = Counter()
    for counted in matches.values():
        having.update(counted.having)
    scored = []
    for word, articles in having.items():
        if articles < _LEAST_ARTICLES or len(word) < _LEAST_LETTERS or word.isdigit():
            continue
        elsewhere, beside = _elsewhere(word, matches, others)
        share = articles / total
        score = log_likelihood(articles, total, elsewhere * beside, beside)
        if score >= LEAST_SCORE and share >= LEAST_TIMES * elsewhere:
            scored.append(_ScoredWord(word, round(score, 2), round(share, 4), round(elsewhere, 6)))
    return sorted(scored, key=lambda row: (-row.score, row.word))


def _elsewhere(
    word: str, matches: Mapping[str, _Counted], others: Mapping[str, _Counted]
) -> tuple[float, float]:
    """The share of the other articles that has a word, languages weighted as among the matches, and
    of how many articles so mixed that is a share.
    """
    total = sum(counted.articles for counted in matches.values())
    share = 0.0
    beside = math.inf
    for language, counted in matches.items():
        weight = counted.articles / total
        read = others[language].articles
        share += weight * others[language].having[word] / read
        beside = min(beside, read / weight)
    return share, beside


def log_likelihood(here: float, all_here: float, there: float, all_there: float) -> float:
    """G² of a word that `here` of `all_here` articles have and `there` of `all_there`; 0 where both
    have it alike.
    """
    rate = (here + there) / (all_here + all_there)
    score = 0.0
    for seen, size in ((here, all_here), (there, all_there)):
        score += _part(seen, size * rate) + _part(size - seen, size * (1 - rate))
    return 2 * score


def _part(seen: float, expected: float) -> float:
    return seen * math.log(seen / expected) if seen > 0 and expected > 0 else 0.0


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


def _first_words(document: Document) -> list[str]:
    return words(_text(document))[:FIRST_WORDS]


def _text(document: Document) -> str:
    return f"{document.get('title') or ''}\n{document.get('text') or ''}"[:_MOST_CHARACTERS]
