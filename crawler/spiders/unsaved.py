"""Articles between their comparison and their being saved: two addresses of one article may be read
at one time, and the second must not be compared before the first is known.
"""

import asyncio
from collections.abc import Iterator

from crawler.policy.identity import ShownArticle
from crawler.policy.shared import marks_of


class UnsavedReadings:
    """The articles of one crawl that are being compared or saved, by what they are found by."""

    def __init__(self) -> None:
        self._saved: dict[str, asyncio.Event] = {}
        self._names: dict[str, frozenset[str]] = {}

    async def begin(self, reading: ShownArticle) -> None:
        """Wait until no article that may be the same is under way; then this one is."""
        names = frozenset(_names(reading))
        while under_way := [self._saved[name] for name in names if name in self._saved]:
            await under_way[0].wait()
        saved = asyncio.Event()
        for name in names:
            self._saved[name] = saved
        self._names[reading.page] = names

    def end(self, reading: ShownArticle) -> None:
        """The article is saved, or will not be."""
        # The names were made when it began: marks cost a look through the text.
        for name in self._names.pop(reading.page, ()):
            saved = self._saved.pop(name, None)
            if saved:
                saved.set()


def _names(reading: ShownArticle) -> Iterator[str]:
    """What an article is found by: its addresses, and the marks of its text and address."""
    yield from (reading.page, reading.own, reading.claimed)
    marks = marks_of(reading.article)
    for kind in ("text_mark", "address_mark"):
        if marks[kind]:
            yield f"{kind} {marks[kind]}"
