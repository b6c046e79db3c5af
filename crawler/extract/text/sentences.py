"""Text that runs together, as where a site drops the tags of its paragraphs: parted into sentences,
each of them once.
"""

import re
from collections.abc import Iterable, Iterator

from crawler.extract.markup.evidence import comparable_line

_END = re.compile(r"""(?<=[^\W\d_]{2})([.!?…؟۔][»”"')\]]?)(?=[«“„"'(\[¿¡]?([^\W\d_]))""")
"""The end of a sentence, right behind which a letter stands."""
_SENTENCE = re.compile(r"""(?<=[.!?…؟۔»”"'])\s+|(?<=[。！？])""")
_TOGETHER = 2
"""Ends of sentences with nothing behind them from which a text has lost its breaks."""
_ECHO = 40
"""Letters and digits of a sentence from which it is no chance that it comes again."""
_DOUBLED = 0.25
"""Share of a text in sentences that stood above from which it holds itself twice."""


def apart(lines: Iterable[str]) -> list[str]:
    """The lines, parted where the end of a sentence and the beginning of the next run together."""
    parted: list[str] = []
    for line in lines:
        places = [match.end() for match in _END.finditer(line) if not match[2].islower()]
        if len(places) < _TOGETHER:
            places = []
        starts = [0, *places]
        ends = [*places, len(line)]
        parted += [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return parted


def once(lines: list[str]) -> list[str]:
    """The lines of a text that holds itself twice, in whole or in a large part, without what comes
    again; a text in which a sentence or two come again is left as it is.
    """
    kept: list[str] = []
    seen = ""
    repeated = 0
    for line in lines:
        fresh = []
        for sentence, key in _sentences(line):
            if len(key) > _ECHO and key in seen:
                repeated += len(key)
            else:
                fresh.append(sentence)
                seen += key
        kept.append(" ".join(fresh))
    doubled = repeated >= _DOUBLED * (len(seen) + repeated)
    return list(filter(None, kept)) if doubled and repeated else lines


def without(line: str, folded: str) -> str:
    """The line without its sentences that stand in a folded text."""
    return " ".join(sentence for sentence, key in _sentences(line) if key not in folded)


def _sentences(line: str) -> Iterator[tuple[str, str]]:
    """The sentences of a line, each with its folded form."""
    for sentence in _SENTENCE.split(line):
        yield sentence, comparable_line(sentence)
