"""Whether a page is a live blog, whose posts leave it as new ones come."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise
from urllib.parse import unquote, urlsplit

from lxml.etree import XPath

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean
from crawler.extract.words.phrases import Phrases, phrases

_POSTS = 3
"""Posts with a time of their own that a live blog shows at least."""
_TIME_LINE = 12
"""Characters of an element that prints nothing but a time."""
_CLOCK = re.compile(r"\W{0,3}([01]?\d|2[0-3])\s?[:.hH時点시]\s?([0-5]\d)(?!\d)")
_MARKED = XPath(
    "boolean((.//article | .//main | .//section)[contains(@itemtype, 'LiveBlogPosting')])"
)
_MOST = 20_000
"""Elements that are looked at for times."""


def is_live_blog(evidence: PageEvidence, title: str, text: str) -> bool:
    """Whether the page says that it is one (LiveBlogPosting), is named one and shows times, or has
    a text whose lines begin with ever earlier times.
    """
    if "LiveBlogPosting" in jsonld.types(evidence.node) or _MARKED(evidence.tree):
        return True
    minutes = [minute for minute in map(_minute, text.split("\n")) if minute is not None]
    if _is_descending(minutes):
        return True
    path = re.sub(r"[-_/.]", " ", unquote(urlsplit(evidence.url).path))
    if not any(map(_named().search, (title, path))):
        return False
    return len(minutes) >= _POSTS or _printed_times(evidence) >= _POSTS


def _minute(line: str) -> int | None:
    match = _CLOCK.match(line)
    return 60 * int(match[1]) + int(match[2]) if match else None


def _is_descending(minutes: list[int]) -> bool:
    if len(set(minutes)) < _POSTS:
        return False
    return all(one >= other for one, other in pairwise(minutes))


def _printed_times(evidence: PageEvidence) -> int:
    """How many different times the page prints in elements of their own."""
    return len(set(_times(evidence)))


def _times(evidence: PageEvidence) -> Iterator[int]:
    for element in islice(evidence.attributes, _MOST):
        words = element.text
        if words and len(words) < 5 * _TIME_LINE:
            line = clean(words)
            minute = _minute(line) if len(line) <= _TIME_LINE else None
            if minute is not None:
                yield minute


@cache
def _named() -> Phrases:
    return phrases(r"(?<!\w)WORDS(?!\w)", "live.named")
