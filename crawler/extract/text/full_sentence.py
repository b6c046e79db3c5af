"""Which lines are sentences: they report something, where labels, prompts and headlines name it."""

import re

from crawler.extract.markup.evidence import weight

_END = re.compile(r"[.!?…。！？।؟۔][\"'»”“’)\]]*\s*$")
_WORD = re.compile(r"\w+")
_WORDS = 5
"""Words of a line that ends like a sentence and is one."""
_LETTERS = 40
"""The same in letters (see `weight`), where nothing parts the words."""
_PARAGRAPH = 200
"""Letters from which a line is no label, whatever its end."""


def is_sentence(line: str) -> bool:
    """Whether a line is a full sentence or several, and no label, prompt or headline."""
    size = weight(line)
    if size >= _PARAGRAPH:
        return True
    if not _END.search(line):
        return False
    return size >= _LETTERS or len(_WORD.findall(line)) >= _WORDS
