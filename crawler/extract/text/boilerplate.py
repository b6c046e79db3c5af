"""Lines that come back on page after page of one source: the store counts them, extraction removes
them. Pure.

A crawl, a preview and an extraction again all take lines out by `without_learned`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b

from crawler.extract.markup.evidence import comparable_line
from crawler.extract.text import noise_patterns
from crawler.extract.text.full_sentence import is_sentence

LINES_VERSION = 2
"""Of `fold_line`: what was counted under another version is counted anew."""
LEAST_ARTICLES = 3
"""Articles on which boilerplate stands at least: two may be an article and its new edition."""
_LEAST_FOR_SENTENCES = 6
_MOST_PAGES = 2 / 3
"""Share of a source's articles on which a sentence must stand, and a label between sentences:
what fewer have is of their topic."""
_LARGEST_SHARE = 0.5
_LARGEST_SHARE_OF_SENTENCES = 0.25
"""Share of a text that learned lines may take: a text that comes again is no furniture."""

_LABEL = "l"
_SENTENCE = "s"
_ANYWHERE = "a"
"""The first letter of the key of a label that may be taken from between sentences, too."""


def fold_line(line: str) -> str:
    """The line's key: what it is and a short hash of its letters and digits; empty where it has
    none. Digits count: a sentence whose figures change tells news.
    """
    folded = comparable_line(line)
    if not folded:
        return ""
    kind = _SENTENCE if is_sentence(line) else _LABEL
    return kind + blake2b(folded.encode(), digest_size=7).hexdigest()


def lines_of(text: str) -> frozenset[str]:
    """The distinct keys of one article's lines, to learn from."""
    return frozenset(filter(None, map(fold_line, text.split("\n"))))


def learned_lines(articles: int, counts: Mapping[str, int]) -> frozenset[str]:
    """The keys of the lines that are furniture of a source; `counts` says on how many of its
    `articles` each line stood.
    """
    least_most = max(_MOST_PAGES * articles, _LEAST_FOR_SENTENCES)
    on_most = {key for key, count in counts.items() if count >= least_most}
    labels = {key for key, count in counts.items() if _is_label(key) and count >= LEAST_ARTICLES}
    anywhere = map(_anywhere, filter(_is_label, on_most))
    return frozenset(on_most.union(labels, anywhere))


def _is_label(key: str) -> bool:
    return key.startswith(_LABEL)


def _anywhere(key: str) -> str:
    return _ANYWHERE + key[1:]


def standing(text: str, learned: frozenset[str]) -> frozenset[str]:
    """Those of the learned keys whose lines stand in this text."""
    keys = lines_of(text)
    return learned & keys.union(map(_anywhere, keys))


def remove_lines(text: str, boilerplate: frozenset[str]) -> str:
    """The text without its lines that are learned furniture."""
    return "\n".join(without_learned(text.split("\n"), boilerplate)) if boilerplate else text


def without_learned(
    lines: Sequence[str],
    learned: frozenset[str],
    tell: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """The lines without learned furniture; what is left out is told.

    A sentence between sentences stays, however often it comes. Nothing is left out where that would
    take too much of the text.
    """
    furniture = _bounded(lines, _furniture(lines, learned)) if learned else set()
    own = []
    for number, line in enumerate(lines):
        if number in furniture:
            tell(line)
        else:
            own.append(line)
    return own


def _furniture(lines: Sequence[str], learned: frozenset[str]) -> set[int]:
    """The numbers of the learned lines, where their place allows it."""
    keys = [_key(line) for line in lines]
    edges = _edge(lines, keys, learned, range(len(lines)))
    edges |= _edge(lines, keys, learned, reversed(range(len(lines))))
    at_edges = {number for number in edges if keys[number] in learned}
    anywhere = {
        number for number, key in enumerate(keys) if _is_label(key) and _anywhere(key) in learned
    }
    return at_edges | anywhere


def _key(line: str) -> str:
    """Empty for a line that names the article's source: who wrote it is read off it later."""
    return "" if noise_patterns.source().match(line) else fold_line(line)


def _edge(
    lines: Sequence[str], keys: Sequence[str], learned: frozenset[str], numbers: Iterable[int]
) -> set[int]:
    """Of these numbers of lines those before the first sentence that is not learned."""
    edge: set[int] = set()
    for number in numbers:
        if keys[number] not in learned and is_sentence(lines[number]):
            break
        edge.add(number)
    return edge


def _bounded(lines: Sequence[str], furniture: set[int]) -> set[int]:
    """The furniture that takes no more of the text than furniture does."""
    whole = sum(map(len, lines))
    sentences = {number for number in furniture if is_sentence(lines[number])}
    if _size(lines, furniture) > _LARGEST_SHARE * whole:
        return set()
    if _size(lines, sentences) > _LARGEST_SHARE_OF_SENTENCES * whole:
        return furniture - sentences
    return furniture


def _size(lines: Sequence[str], numbers: Iterable[int]) -> int:
    return sum(len(lines[number]) for number in numbers)
