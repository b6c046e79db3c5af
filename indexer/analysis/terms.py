"""The terms as which a word of a text stands in an index, the same in every backend, and those that
a query's words may stand as.

A word has several terms, all at its place: folded ("=evacues"), stemmed by the article's language
("fr:evacué"), as it was typed ("~évacués"), and with its capitals where it has some ("^Évacués").
An Arabic word also stands there without its conjunction, preposition and article ("-مجلس" and
"-ar:مجلس" for بمجلس), the first part of a compound with the whole of it
("+cyberattaques" and its stem "+cyberattaque").
"""

import re
import unicodedata
from collections.abc import Sequence

from indexer.analysis import arabic, folding
from indexer.analysis.analyzers import UNKNOWN, query_stems, written_stems

STRIDE = 12
"""Places of a word where each of its terms needs one of its own."""
EXACT = 0
STEM = 1
TYPED = 2
CASED = 3
FORM = 4
FORM_STEM = 8
JOINED = FORM
JOINED_STEM = FORM_STEM
"""The place of each kind of term among those of its word; forms have four from their first on."""
MIDDLES = {FORM + 1: FORM, FORM_STEM + 1: FORM_STEM}
"""The place that stands for all four of a form, and their first."""

Term = tuple[int, str]
"""A term and its place among those of its word."""
Wording = tuple[Term, ...]
"""Terms of words that follow each other."""

_AROUND = " .,;:!?()[]\"'«»“”‘’…،؛؟"
WHOLE = "+"
"""First character of the terms of a whole compound, which stand at its first part."""
BEGUN = "=-+"
"""First characters of the terms among which the beginning of a word is looked for."""
_SIGNS = re.compile(r"[+#&]+")
"""What belongs to a word as typed where it stands directly behind: C++, C#, AT&T."""
_UNSEEN = re.compile("[\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u2060\ufeff]")
"""Arabic vowels and marks that readers don't see: nobody types them."""
_HYPHEN = r"[-\u2010\u2011]"
_COMPOUND = re.compile(
    rf"(?<!\w)(?<!{_HYPHEN})\w{{1,64}}(?:{_HYPHEN}\w{{1,64}}){{1,5}}(?!\w|{_HYPHEN})"
)
"""Bounded, so that a text without spaces costs no more than another."""


def typed_words(text: str) -> list[str]:
    """The words of a text as typed, one for each of `folding.words`, with their accents, signs and
    capitals.
    """
    core = text.strip(_AROUND)
    if core.isalpha() and len(folding.words(core)) == 1:  # most pieces of a text are one word
        return [_cleaned(core)]
    typed = []
    for start, end in folding.spans(text):
        signs = _SIGNS.match(text, end)
        written = text[start : signs.end() if signs else end].rstrip(".")
        typed.append(_cleaned(written))
    return typed


def _cleaned(written: str) -> str:
    if written.isascii():
        return written
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", written))


def is_compound(text: str) -> bool:
    """Whether a text is words joined by hyphens, such as "cyber-attaque"."""
    return _COMPOUND.fullmatch(text) is not None


def compound_end(text: str, start: int) -> int:
    """Where the compound ends that begins at a place of a text; the place itself where none
    does.
    """
    compound = _COMPOUND.match(text, start)
    return compound.end() if compound else start


def terms(text: str, language: str) -> list[list[Term]]:
    """The terms of each word of a text in a language of `analyzers.language_of`, in order."""
    words = folding.words(text)
    typed = typed_words(text)
    stems = written_stems(words, typed, language)
    rows = []
    for word, written, stem in zip(words, typed, stems, strict=True):
        lower = written.lower()
        row = [(EXACT, f"={word}"), (TYPED, f"~{lower}")]
        if language != UNKNOWN:
            row.append((STEM, f"{language}:{stem}"))
        if written != lower:
            row.append((CASED, f"^{written}"))
        if language == "ar":
            row += _form_terms(word, stem)
        rows.append(row)
    if len(words) == 1:
        return rows
    for place, joined in _compounds(text, words):
        rows[place] += _joined_terms(joined, language)
    return rows


def _form_terms(word: str, stem: str) -> list[Term]:
    forms = arabic.forms(word)
    found = [(FORM + number, f"-{form}") for number, form in enumerate(forms)]
    stems = [other for other in dict.fromkeys(map(arabic.stem, forms)) if other != stem]
    return found + [(FORM_STEM + number, f"-ar:{other}") for number, other in enumerate(stems)]


def _joined_terms(joined: str, language: str) -> list[Term]:
    found = [(JOINED, f"+{joined}")]
    if language != UNKNOWN:
        [stem] = written_stems([joined], [joined], language)
        found.append((JOINED_STEM, f"+{stem}"))
    return found


def _compounds(text: str, words: Sequence[str]) -> list[tuple[int, str]]:
    """The compounds with hyphens: the place of their first word, and their words joined."""
    found = []
    place = 0
    for match in _COMPOUND.finditer(text):
        parts = folding.words(match[0])
        place = _place_of(parts, words, place)
        if place < 0:
            break
        if len(parts) > 1:
            found.append((place, "".join(parts)))
        place += len(parts)
    return found


def _place_of(parts: Sequence[str], words: Sequence[str], begin: int) -> int:
    for place in range(begin, len(words) - len(parts) + 1):
        if list(words[place : place + len(parts)]) == list(parts):
            return place
    return -1


def exact_terms(words: Sequence[str]) -> Wording:
    """The terms of folded words as they are, in this order."""
    return tuple((EXACT, f"={word}") for word in words)


def exact_wordings(words: Sequence[str]) -> list[Wording]:
    """The terms of folded words in this order; the first may have a conjunction or the like before
    it.
    """
    as_typed = exact_terms(words)
    found = [as_typed]
    if arabic.is_arabic(words[0]):
        found.append(((FORM + 1, f"-{words[0]}"), *as_typed[1:]))
    elif len(words) == 1:
        found.append(((JOINED, f"+{words[0]}"),))
    return found


def stem_wordings(words: Sequence[str], typed: Sequence[str], language: str) -> list[Wording]:
    """The terms of the stems of words in this order, as far as they can stand in texts of a
    language.
    """
    found = []
    for stems in query_stems(words, typed, language):
        stemmed: Wording = tuple((STEM, f"{language}:{stem}") for stem in stems)
        found.append(stemmed)
        if language == "ar":
            found.append(((FORM_STEM + 1, f"-ar:{stems[0]}"), *stemmed[1:]))
        elif len(words) == 1:
            found.append(((JOINED_STEM, f"+{stems[0]}"),))
    return found


def typed_wording(typed: Sequence[str]) -> Wording:
    """The terms of words as typed: with their capitals where they have some."""
    found = []
    for word in typed:
        has_capitals = word != word.lower()
        found.append((CASED, f"^{word}") if has_capitals else (TYPED, f"~{word}"))
    return tuple(found)
