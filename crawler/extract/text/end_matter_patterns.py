"""Patterns of the words in lines around an article (crawler/extract/words/end_matter.toml and
site_voice.toml), each built when it is first asked for.
"""

import re
from functools import cache

from crawler.extract.words.lists import any_word

_IN_FRONT = r"^[^\w@#]{0,6}"
_NOT_IN_WORD = r"(?:(?<!\w)|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]))"
_WHOLE = r"(?!\w)"
_CAPITAL = r"[A-ZÀ-ÞŁŚŻĆČŠŽ\u0391-\u03a9\u0400-\u042f]"
IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
CLAUSE_END = re.compile(r"[。，、；,.;）)]|$")
CASED = re.compile(r"[A-Za-zÀ-ɏ\u0370-\u03ff\u0400-\u04ff]")


@cache
def name() -> re.Pattern[str]:
    """Two to four words that begin like a name's, a particle in front of each or not, and a word
    behind them without a comma.
    """
    particle = any_word("end_matter", "particle")
    further = rf"(?: (?:{particle} )?{_CAPITAL}[\w'’.-]*){{1,3}}"
    return re.compile(rf"^(?:Dr\.? |Prof\.? |[–—-] )?({_CAPITAL}[\w'’.-]+{further}) (?=\w|[—–-] )")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def label() -> re.Pattern[str]:
    """The label in front of another headline."""
    phrase = any_word("end_matter", "pointer")
    return _compiled(
        rf"{_IN_FRONT}{phrase}{_WHOLE}[^:：>»|→?]{{0,40}}?\s?(?:[:：>»|→]|\s?[–—-]\s)\s*(?=\S)"
    )


@cache
def bare_label() -> re.Pattern[str]:
    """A label alone, as it heads a list of other articles."""
    return _compiled(rf"{_IN_FRONT}{any_word('end_matter', 'pointer')}\s?[:：>»|→]?$")


@cache
def sends() -> re.Pattern[str]:
    """What sends readers elsewhere, at a line's beginning or behind a question."""
    phrase = any_word("end_matter", "send")
    return _compiled(rf"(?:{_IN_FRONT}|^[^?!]{{3,60}}[?!] ){phrase}{_WHOLE}")


@cache
def role() -> re.Pattern[str]:
    return _anywhere("end_matter", "role")


@cache
def past() -> re.Pattern[str]:
    return _compiled(rf"\s*{any_word('end_matter', 'past')}{_WHOLE}")


@cache
def reports() -> re.Pattern[str]:
    """What tells that somebody said or saw something."""
    return _compiled(any_word("end_matter", "report"))


@cache
def pronoun() -> re.Pattern[str]:
    return _compiled(rf"^{any_word('end_matter', 'pronoun')}{_WHOLE}")


@cache
def article() -> re.Pattern[str]:
    """The article, as it speaks of itself."""
    return _compiled(rf"{_NOT_IN_WORD}{any_word('end_matter', 'article')}")


@cache
def provenance() -> re.Pattern[str]:
    return _anywhere("end_matter", "provenance")


@cache
def reprint() -> re.Pattern[str]:
    return _compiled(rf"{_IN_FRONT}{any_word('end_matter', 'reprint')}")


@cache
def here() -> re.Pattern[str]:
    return _compiled(any_word("site_voice", "here"))


@cache
def site() -> re.Pattern[str]:
    return _anywhere("site_voice", "site")


@cache
def we() -> re.Pattern[str]:
    return _compiled(any_word("site_voice", "we"))


@cache
def disclaims() -> re.Pattern[str]:
    return _compiled(any_word("site_voice", "disclaim"))


@cache
def views() -> re.Pattern[str]:
    return _compiled(any_word("site_voice", "views"))


@cache
def disclaimer() -> re.Pattern[str]:
    """The label of a notice on what the site is not liable for."""
    return _compiled(rf"{_IN_FRONT}{any_word('site_voice', 'disclaimer')}\s?[:：]")


@cache
def asks() -> re.Pattern[str]:
    """What asks something of readers, at a line's beginning."""
    return _compiled(rf"{_IN_FRONT}{any_word('site_voice', 'ask')}")


@cache
def asks_anywhere() -> re.Pattern[str]:
    """The same at the beginning of any sentence."""
    return _compiled(rf"(?:^|[.!?؟。！？] ?){any_word('site_voice', 'ask')}")


@cache
def favour() -> re.Pattern[str]:
    return _compiled(any_word("site_voice", "favour"))


@cache
def credit() -> re.Pattern[str]:
    """A label for who worked on a page; names follow."""
    labelled = rf"{any_word('site_voice', 'credit')}(?: [^\W\d]+){{0,2}}\s?[:：/]"
    worked = any_word("end_matter", "worked")
    return _compiled(rf"{_IN_FRONT}(?:{labelled}|{worked})\s?(?=\S)")


def _anywhere(name: str, group: str) -> re.Pattern[str]:
    return _compiled(rf"{_NOT_IN_WORD}{any_word(name, group)}")
