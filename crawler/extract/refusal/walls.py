"""Recognises pages that are no article: challenges, consent and login walls, soft errors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from lxml.etree import XPath

from crawler.extract.errors import Refused
from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line
from crawler.extract.refusal import shell
from crawler.extract.refusal.announced import announcements, share
from crawler.extract.words.lists import any_word, words
from crawler.tables import any_of

_WALL_LIMIT = 1_200
"""Characters from which a text is no wall, whatever its words: an article about captchas stays."""
_SHORT_TEXT = 400
"""Characters below which words of the text itself, and marks of the markup, may show a wall."""
_SENTENCE = 100
"""Characters of a line that is a paragraph: walls have no three of them."""
_UNTITLED = 40
"""Characters that a text without a headline needs at least."""
_OPENING = 160
"""Characters at the beginning of a text where a wall says what it is."""

_CHALLENGE_MARKS = (
    b"/cdn-cgi/challenge-platform/",
    b"_Incapsula_Resource",
    b"px-captcha",
    b"captcha-delivery.com",
    b"anubis_challenge",
    b"awswaf",
)
"""Addresses and names in the markup of the services that check for robots."""
_ANNOUNCED = 0.5
"""Share of its words that a title has in common with what the feed, the link or the address
announced, from which it is the announced one.
"""
_PASSWORD_FIELD = XPath("boolean(.//input[@type='password'])")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where a wall says what it is: titles, and the beginning of the text."""

    titles: list[str]
    opening: str


def check(evidence: PageEvidence, title: str, text: str, body: bytes) -> None:
    """Raises Refused where the page is a wall or an error instead of an article."""
    if len(text) > _WALL_LIMIT:
        return
    lines = _telling_lines(evidence, title, text)
    describes_article = bool(jsonld.types(evidence.node) & jsonld.ARTICLE_TYPES)
    if not describes_article:
        _check_shell(evidence, lines, text, body)
    short = len(text) < _SHORT_TEXT or not describes_article
    if short and not _has_paragraphs(text):
        _check_errors(lines, text, body)
    _check_size(title, text)
    if _any_matches(_login(), lines.titles) and _PASSWORD_FIELD(evidence.tree):
        raise Refused("login", "the page asks for a login")
    if _any_matches(_consent(), lines.titles):
        raise Refused("consent", "the page asks for consent first")


def _telling_lines(evidence: PageEvidence, title: str, text: str) -> _Lines:
    """The lines whose words may show a wall: no title that was announced, and no text that is about
    what was announced.
    """
    announced = announcements(evidence.url, evidence.hints)
    titles = [clean(title), clean(evidence.tree.findtext(".//title") or "")]
    unannounced = [line for line in titles if share(announced, line) < _ANNOUNCED]
    opening = clean(text)[:_OPENING]
    is_own_story = len(unannounced) < len(titles) and share(announced, text) > 0
    return _Lines(unannounced, "" if is_own_story else opening)


def _check_shell(evidence: PageEvidence, lines: _Lines, text: str, body: bytes) -> None:
    # A check for robots is filled by scripts, too.
    if not _is_challenge(body) and not _any_matches(_blocked(), lines.titles):
        shell.check(evidence.tree, text)


def _check_size(title: str, text: str) -> None:
    has_title = bool(comparable_line(title)) or len(text) >= _UNTITLED
    if not comparable_line(text) or not has_title:
        raise Refused("empty", "the page has no text, or a few words without a headline")


def _has_paragraphs(text: str) -> bool:
    paragraphs = sum(len(line) >= _SENTENCE for line in text.split("\n"))
    return paragraphs >= 3


def _check_errors(lines: _Lines, text: str, body: bytes) -> None:
    tiny = len(text) < _SHORT_TEXT
    challenged = tiny and _is_challenge(body)
    everywhere = [*lines.titles, lines.opening]
    if challenged or _any_matches(_blocked(), everywhere):
        raise Refused("blocked", "the site answered with a check for robots")
    in_titles_or_tiny = everywhere if tiny else lines.titles
    if _any_matches(_troubled(), in_titles_or_tiny):
        raise Refused("maintenance", "the site says that it is out of order for now")
    if _any_matches(_missing(), in_titles_or_tiny):
        raise Refused("soft-404", "the page says that there is no such page")


def _is_challenge(body: bytes) -> bool:
    return any(mark in body for mark in _CHALLENGE_MARKS)


def _any_matches(pattern: re.Pattern[str], lines: Iterable[str]) -> bool:
    return any(map(pattern.search, lines))


@cache
def _blocked() -> re.Pattern[str]:
    return re.compile(any_word("walls", "blocked"), re.IGNORECASE)


@cache
def _troubled() -> re.Pattern[str]:
    return re.compile(any_word("walls", "troubled"), re.IGNORECASE)


@cache
def _missing() -> re.Pattern[str]:
    after_number = rf"\b(?:404|410)\b.{{0,40}}{any_word('walls', 'missing_after_number')}"
    return re.compile(any_of([after_number, *words("walls", "missing")]), re.IGNORECASE)


@cache
def _consent() -> re.Pattern[str]:
    return re.compile(any_word("walls", "consent"), re.IGNORECASE)


@cache
def _login() -> re.Pattern[str]:
    return re.compile(rf"^{any_word('walls', 'login')}\b", re.IGNORECASE)
