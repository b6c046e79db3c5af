"""Whether a text was spoilt on its way: characters that were replaced, or read in another encoding
than the one they were written in.

What is told is the share of its words that hold such a sign. A word in another script, a quotation,
an emoji are none: nobody writes one word in two alphabets, or a letter with a sign for money in it.
"""

import re

_WORD = re.compile(r"\S+")
_TAILS = bytes(range(0x80, 0xC0))
_WESTERN_TAILS = re.escape(_TAILS.decode("windows-1252", "ignore") + _TAILS.decode("latin-1"))
_CYRILLIC_TAILS = "".join(
    char for char in _TAILS.decode("windows-1251", "ignore") if char not in "ёЁіІїЇєЄґҐўЎ"
)
"""What the second byte of a letter in UTF-8 becomes in another encoding, letters of Russian and its
neighbours left out.
"""
_SIGN = re.compile(
    "\ufffd"  # replaced
    "|[\ue000-\uf8ff\u0080-\u009f]"  # no letters at all
    f"|[ÂÃ][{_WESTERN_TAILS}]|â€|(?:[ÐÑØÙ][{_WESTERN_TAILS}]){{2}}"
    f"|[ВГ][{_CYRILLIC_TAILS}]|(?:[РСШЩ]\\S){{2}}(?<=[{_CYRILLIC_TAILS}])"
    "|[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]"  # one word in two alphabets
    "|[A-Za-z][\uff61-\uff9f]|[\uff61-\uff9f][A-Za-z]"  # an accent that was read as Shift_JIS
)
"""What a spoilt word holds."""
_MAY_BE_SPOILT = re.compile("[\ufffd\ue000-\uf8ff\u0080-\u009fÂÃÐÑØÙ\u0400-\u04ff\uff61-\uff9f]|â€")
"""What every such sign holds: a cheap test before it, since most texts hold none."""
_LEAST_WORDS = 3
"""Words with such a sign: one or two may be a slip of the publisher's."""
_SHARE = 0.03
"""Their share from which a text is spoilt. Of words in French, every fourth has an accent; of those
in English, every hundredth a quotation mark or a dash that is none of ASCII's.
"""
_MOST = 50_000
"""Characters that are looked at."""


def is_garbled(text: str) -> bool:
    """Whether so many words are spoilt that the text is not what was written."""
    beginning = text[:_MOST]
    if not _MAY_BE_SPOILT.search(beginning):
        return False
    words = _WORD.findall(beginning)
    spoilt = sum(bool(_SIGN.search(word)) for word in words if not word.isascii())
    return spoilt >= _LEAST_WORDS and spoilt >= _SHARE * len(words)
