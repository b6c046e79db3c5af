"""The terms as which a leaf of an analysed query can stand in an index."""

from collections.abc import Iterable, Iterator, Sequence

from indexer.analysis.analyzers import languages_for
from indexer.analysis.terms import Wording, exact_wordings, stem_wordings, typed_wording
from indexer.query.analyzed import AsTyped, Exact, NearSide, Side, Stem


def wordings(side: Side, languages: Iterable[str]) -> Iterator[Wording]:
    """Every way in which words that follow each other can stand in texts of these languages; where
    they may be moved, or for authors (no languages), only as they are.
    """
    yield from without_stems(side)
    if isinstance(side, Stem):
        for language in languages:
            yield from stem_wordings(side.words, side.typed, language)


def without_stems(side: Side) -> list[Wording]:
    """The ways in which the words can stand in texts of any language."""
    if isinstance(side, AsTyped):
        return [typed_wording(side.words)]
    found = exact_wordings(side.words)
    is_loose = isinstance(side, Exact) and side.slop != 0
    return found[:1] if is_loose else found


def near_languages(sides: Iterable[NearSide], languages: Iterable[str]) -> Iterator[str | None]:
    """In which stems the sides of NEAR can stand in one text: none, or those of one language."""
    yield None
    if any(isinstance(side, Stem) for side in sides):
        yield from languages


def side_wordings(side: Side, language: str | None) -> list[Wording]:
    """The ways of one side of NEAR, which knows no compounds as one word."""
    if isinstance(side, Stem) and language is not None:
        found = stem_wordings(side.words, side.typed, language)
    else:
        found = without_stems(side)
    return _without_compounds(found)


def beginnings(words: Sequence[str]) -> list[Wording]:
    """The ways of words on one side of NEAR of which the last term is a beginning."""
    return _without_compounds(exact_wordings(words))


def stemming_languages(*sides: NearSide) -> list[str]:
    """The languages in whose stems the words of the sides may stand."""
    return languages_for([word for side in sides for word in side.words])


def _without_compounds(found: list[Wording]) -> list[Wording]:
    return [wording for wording in found if not wording[0][1].startswith("+")]
