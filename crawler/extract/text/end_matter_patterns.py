"""Patterns of the words in lines around an article (crawler/extract/words/end_matter.toml and
site_voice.toml), each built when it is first asked for.
"""

import re
from functools import cache

from crawler.extract.words.lists import any_word
from crawler.extract.words.phrases import Phrases, phrases

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


@cache
def label() -> Phrases:
    """The label in front of another headline."""
    behind = r"[^:：>»|→?]{0,40}?\s?(?:[:：>»|→]|\s?[–—-]\s)\s*(?=\S)"
    return phrases(rf"{_IN_FRONT}WORDS{_WHOLE}{behind}", "end_matter.pointer")


@cache
def bare_label() -> Phrases:
    """A label alone, as it heads a list of other articles."""
    return phrases(rf"{_IN_FRONT}WORDS\s?[:：>»|→]?$", "end_matter.pointer")


@cache
def sends() -> Phrases:
    """What sends readers elsewhere, at a line's beginning or behind a question."""
    return phrases(rf"(?:{_IN_FRONT}|^[^?!]{{3,60}}[?!] )WORDS{_WHOLE}", "end_matter.send")


@cache
def role() -> Phrases:
    return _anywhere("end_matter.role")


@cache
def past() -> Phrases:
    return phrases(rf"\s*WORDS{_WHOLE}", "end_matter.past")


@cache
def reports() -> Phrases:
    """What tells that somebody said or saw something."""
    return phrases("WORDS", "end_matter.report")


@cache
def pronoun() -> Phrases:
    return phrases(rf"^WORDS{_WHOLE}", "end_matter.pronoun")


@cache
def article() -> Phrases:
    """The article, as it speaks of itself."""
    return phrases(rf"{_NOT_IN_WORD}WORDS", "end_matter.article")


@cache
def provenance() -> Phrases:
    return _anywhere("end_matter.provenance")


@cache
def reprint() -> Phrases:
    return phrases(rf"{_IN_FRONT}WORDS", "end_matter.reprint")


@cache
def here() -> Phrases:
    return phrases("WORDS", "site_voice.here")


@cache
def site() -> Phrases:
    return _anywhere("site_voice.site")


@cache
def we() -> Phrases:
    return phrases("WORDS", "site_voice.we")


@cache
def disclaims() -> Phrases:
    return phrases("WORDS", "site_voice.disclaim")


@cache
def views() -> Phrases:
    return phrases("WORDS", "site_voice.views")


@cache
def disclaimer() -> Phrases:
    """The label of a notice on what the site is not liable for."""
    return phrases(rf"{_IN_FRONT}WORDS\s?[:：]", "site_voice.disclaimer")


@cache
def asks() -> Phrases:
    """What asks something of readers, at a line's beginning."""
    return phrases(rf"{_IN_FRONT}WORDS", "site_voice.ask")


@cache
def asks_anywhere() -> Phrases:
    """The same at the beginning of any sentence."""
    return phrases(r"(?:^|[.!?؟。！？] ?)WORDS", "site_voice.ask")


@cache
def favour() -> Phrases:
    return phrases("WORDS", "site_voice.favour")


@cache
def credit() -> Phrases:
    """A label for who worked on a page; names follow."""
    labelled = r"WORDS(?: [^\W\d]+){0,2}\s?[:：/]"
    form = rf"{_IN_FRONT}(?:{labelled}|WORDS)\s?(?=\S)"
    return phrases(form, "site_voice.credit", "end_matter.worked")


def _anywhere(words: str) -> Phrases:
    return phrases(rf"{_NOT_IN_WORD}WORDS", words)
