"""How much of a title the text of its page takes up: a headline's words come back in the text, the
name of a site does not.
"""

import re
from itertools import islice

from lxml.html import HtmlElement

from crawler.enrich.fold import fold_name
from crawler.extract.markup.evidence import words_in

_MAX_PARAGRAPHS = 40
_MAX_LETTERS = 20_000
_STEM = 5
"""Letters by which two forms of one word are compared."""
_LEAST = 4
"""Letters of the shortest word that says what a title is about."""
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def stems_of_text(tree: HtmlElement) -> frozenset[str]:
    """The beginnings of the words in the paragraphs of a page."""
    paragraphs = islice(tree.iter("p"), _MAX_PARAGRAPHS)
    return _stems(" ".join(map(words_in, paragraphs))[:_MAX_LETTERS])


def share_in(title: str, stems: frozenset[str]) -> float:
    """From 0 to 1 how many of the title's words are among those beginnings; 0 where it has none."""
    own = _stems(title)
    return len(own & stems) / len(own) if own else 0.0


def _stems(words: str) -> frozenset[str]:
    """The beginnings of the longer words; pairs of signs in scripts without spaces."""
    found: set[str] = set()
    for word in _WORD.findall(fold_name(words)):
        if _SIGNS.match(word):
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        elif len(word) >= _LEAST:
            found.add(word[:_STEM])
    return frozenset(found)
