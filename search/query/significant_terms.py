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
_LEAST_LETTERS = 2
_MOST_CHARACTERS = 20_000
"""Of one article."""
_WRITTEN = re.compile(r"[^\W\d_][\w\u064b-\u065f]*")


@dataclass(frozen=True, slots=True)
class _Read:
    """A sampled article: its language and its different folded words."""

    language: str | None
    words: frozenset[str]


def distinctive(
    backend: Backend, search: Search, size: int, leave_out: Iterable[str] = ()
) -> dict[str, Any]:
    """The body of the API's answer: at most `size` words, the most telling first, without those to
    `leave_out`.
    """
    documents = list(backend.scan(replace(search, sample=SAMPLE)))
    read = [
        _Read(document.get("language"), frozenset(words(_text(document)))) for document in documents
    ]
    sampled = _of_common_languages(read)
    counts = Counter(word for one in sampled for word in one.words)
    for word in leave_out:
        counts.pop(word, None)
    candidates = _candidates(counts)
    elsewhere = _shares(backend, sampled, candidates)
    scored = []
    for word, other in zip(candidates, elsewhere, strict=True):
        here = counts[word] / len(sampled)
        if here > other > 0:
            scored.append(
                (round((here - other) * here / other, 4), word, round(here, 4), round(other, 6))
            )
    scored.sort(key=lambda one: (-one[0], one[1]))
    written = _written(documents, {word for _, word, _, _ in scored[:size]})
    terms = [
        {"term": written.get(word, word), "score": score, "share": here, "elsewhere": other}
        for score, word, here, other in scored[:size]
    ]
    return {"terms": terms, "sampled": len(sampled)}


def _of_common_languages(read: Sequence[_Read]) -> list[_Read]:
    languages = [
        language for language, _ in Counter(one.language for one in read).most_common(MAX_LANGUAGES)
    ]
    return [one for one in read if one.language in languages]


def _candidates(counts: Counter[str]) -> list[str]:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    kept = (
        word
        for word, n in ranked
        if n >= _LEAST_ARTICLES and len(word) >= _LEAST_LETTERS and not word.isdigit()
    )
    return [word for word, _ in zip(kept, range(MAX_CANDIDATES), strict=False)]


def _shares(backend: Backend, sampled: Sequence[_Read], candidates: Sequence[str]) -> list[float]:
    """How large a share of all articles has each word, in the languages of the sample."""
    shares = [0.0] * len(candidates)
    for language, n in Counter(one.language for one in sampled).items():
        whole = Search(filters={"language": (language,)}) if language else Search()
        everywhere = backend.search(replace(whole, limit=0)).total
        for at, count in enumerate(backend.frequencies(whole, candidates)):
            shares[at] += n / len(sampled) * count / max(1, everywhere)
    return shares


def _written(documents: Iterable[Document], wanted: set[str]) -> Mapping[str, str]:
    """Folded words as most of the articles write them."""
    spellings: dict[str, Counter[str]] = {word: Counter() for word in wanted}
    known: dict[str, list[str]] = {}
    for document in documents:
        for written in set(_WRITTEN.findall(_text(document))):
            if written not in known:
                known[written] = words(written)
            for word in known[written]:
                if word in wanted and len(known[written]) == 1:
                    spellings[word][written] += 1
    return {
        word: min(found, key=lambda one: (-found[one], one))
        for word, found in spellings.items()
        if found
    }


def _text(document: Document) -> str:
    return f"{document.get('title') or ''}\n{document.get('text') or ''}"[:_MOST_CHARACTERS]
