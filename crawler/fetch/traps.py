"""Crawler traps, addresses without end: calendars, parameters, ever deeper paths. Pure.

Veille follows no links of articles, so that a trap is only met where an entry point lists it; here
what is listed gets bounds as well.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

DEEPEST_PATH = 20
"""Segments of a path; articles have up to ten."""
MOST_REPEATED = 3
"""How often one segment may stand in a path: relative links that go wrong make /a/b/a/b/a/b …"""
MOST_FRUITLESS = 100
"""Pages of one shape that brought no article, and none that did, after which a crawl asks for no
more of them.
"""

_DIGITS = re.compile(r"\d+")


def endless(url: str) -> str | None:
    """Why a path can't be one that a person made; None where it may be."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    if len(segments) > DEEPEST_PATH:
        return f"a path of {len(segments)} segments"
    names = Counter(segment for segment in segments if not segment.isdigit())
    for name, times in names.most_common(1):
        if times > MOST_REPEATED:
            return f"{name[:40]!r} comes {times} times in the path"
    return None


def shape(url: str) -> str | None:
    """What the addresses of a calendar or of a page with parameters have in common.

    None for one without numbers and parameters, of which there can't be endlessly many.
    """
    parts = urlsplit(url)
    path = _DIGITS.sub("#", parts.path)
    names = sorted({name for name, _ in parse_qsl(parts.query[:2000], keep_blank_values=True)})
    if not names and path == parts.path:
        return None
    return f"{parts.netloc.lower()}{path}?{'&'.join(names)}"


@dataclass(slots=True)
class Traps:
    """What the shapes of one crawl came to."""

    _fruitless: Counter[str] = field(default_factory=Counter)
    _fruitful: set[str] = field(default_factory=set)

    def reason(self, url: str) -> str | None:
        """Why a page that was never fetched is left alone; None where it is worth asking for."""
        url_shape = shape(url)
        if url_shape is None or url_shape in self._fruitful:
            return endless(url)
        fruitless = self._fruitless[url_shape]
        if fruitless < MOST_FRUITLESS:
            return endless(url)
        return f"{fruitless} pages like it held no article"

    def fruitless(self, url: str) -> None:
        """A page held no article."""
        if (url_shape := shape(url)) is not None:
            self._fruitless[url_shape] += 1

    def fruitful(self, url: str) -> None:
        """A page held an article: more of its shape are welcome."""
        if (url_shape := shape(url)) is not None:
            self._fruitful.add(url_shape)
