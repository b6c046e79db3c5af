"""The walk of a crawl along the older pages of listings."""

from collections.abc import Sequence
from datetime import datetime

from crawler.coverage import OpenGap
from crawler.spiders.crawl import Crawl
from crawler.store import EntryPoint


class ListingWalk:
    """The pages of listings that one crawl has read, with what they list."""

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl
        self._listed: set[str] = set()
        self._keys: dict[str, Sequence[str]] = {}
        self._gaps: dict[str, OpenGap] = {}

    def gap_before(self, entry: EntryPoint) -> OpenGap | None:
        """The gap that the pages before this one have left open."""
        return self._gaps.pop(entry.url, None)

    def leave_open(self, gap: OpenGap | None, older: Sequence[EntryPoint]) -> None:
        """Note the gap that these older pages may close."""
        if gap:
            self._gaps |= {entry.url: gap for entry in older}

    async def goes_on(self, entry: EntryPoint, keys: Sequence[str]) -> bool:
        """In a crawl that reaches back, whether the older page behind this one, which lists these,
        is read: not where the listing repeats itself, or where what the page before it lists was
        published earlier.
        """
        since = self._crawl.since
        is_repeated = self._listed.issuperset(keys)
        if since is None or is_repeated:
            return False
        self._listed.update(keys)
        self._keys[entry.url] = keys
        before = self._keys.pop(entry.parent or "", ())
        published = await self._crawl.context.async_store.ledger.published(before)
        return _may_go_back(published, since)


def _may_go_back(published: Sequence[datetime], since: datetime) -> bool:
    """Whether behind articles of these moments some may stand that were published since: also where
    no moment is known.
    """
    return not published or max(published) >= since
