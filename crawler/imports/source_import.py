"""Importing the captured answers of one source, in the order of their dates, while no other process
crawls it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from crawler.archive.records import RecordedAnswer, UnreadableAnswer, read_answer
from crawler.article import Page
from crawler.coverage import days_backfilled
from crawler.extract import LEAST_ARTICLES, LINES_VERSION
from crawler.fetch.robots import LARGEST_TDMREP, signals_of
from crawler.imports.captured import CapturedAnswer
from crawler.imports.counts import PAGE_COUNTS, ImportProgress
from crawler.imports.line import ImportLine, ImportSpider
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.spiders.crawl import ReasonTally
from crawler.spiders.page_visits import Fetched
from crawler.store import DiscoveredPage, KnownPage
from crawler.urls import site_host

AT_ONCE = 16
"""Answers that are read at one time, enough to keep the readers busy."""
LOOKED_UP = 200
"""Answers whose pages are looked up in the store at a time."""
WAIT_SECONDS = 1.0
"""How often a source that is being crawled is asked for."""
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class SourceCaptures:
    """The captured answers of a source, the oldest first, and the files of its sites on the use of
    their pages.
    """

    answers: Sequence[CapturedAnswer]
    site_files: Sequence[CapturedAnswer]
    by_key: dict[str, list[CapturedAnswer]]

    @classmethod
    def of(
        cls, answers: Sequence[CapturedAnswer], site_files: Iterable[CapturedAnswer]
    ) -> "SourceCaptures":
        """The captures of the source that these answers have in common."""
        by_key: dict[str, list[CapturedAnswer]] = {}
        for answer in answers:
            by_key.setdefault(answer.key, []).append(answer)
        own = [one for one in site_files if one.source.id == answers[0].source.id]
        return cls(answers, own, by_key)

    def batches(self) -> Iterator[list[CapturedAnswer]]:
        """The answers, some at a time, each page once: its answers follow each other."""
        batch: dict[str, CapturedAnswer] = {}
        for answer in self.answers:
            if answer.key in batch or len(batch) == LOOKED_UP:
                yield list(batch.values())
                batch = {}
            batch[answer.key] = answer
        yield list(batch.values())

    def nearest(self, key: str, to: Page) -> CapturedAnswer | None:
        """The answer of a page that was captured nearest to another one; None where none was."""
        answers = self.by_key.get(key, ())
        return min(answers, key=lambda one: abs(one.at - to.fetched_at), default=None)


@dataclass(slots=True)
class SourceImport:
    """The import of one source. `counts` are of its pages, `reasons` why they became none."""

    context: CrawlContext
    source: Source
    captures: SourceCaptures
    counts: Counter[str]
    reasons: Counter[str]
    _spider: ImportSpider = field(init=False)
    _line: ImportLine = field(init=False)
    _signals: dict[str, str] = field(default_factory=dict)
    _tdmrep: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sink = ReasonTally(self.reasons)
        self._spider = ImportSpider(self.source, self.context, self._part, sink)
        self._line = ImportLine(self._spider)

    async def run(self, stop: asyncio.Event, progress: ImportProgress, share: float) -> None:
        """Import what is not known yet, and tell `share` as the progress of each answer."""
        async with _held(self.context, self.source, stop, progress):
            await self._read_site_files()
            await self._spider.begin()
            for batch in self.captures.batches():
                if not await self.context.still_held(self.source):
                    break
                await self._import(batch, stop)
                progress.advance(share * len(batch))
            await self._end(stop)
        # A crawl counts its visits to entry points, too.
        for name in PAGE_COUNTS:
            self.counts[name] += self._spider.counts[name]

    async def _end(self, stop: asyncio.Event) -> None:
        """Note what was learned, and the days on which others captured what was not monitored."""
        store = self.context.async_store
        now = self.context.now()
        await store.lines.forget(self.source.id, LINES_VERSION, LEAST_ARTICLES, now)
        if not stop.is_set():
            days = days_backfilled(answer.at for answer in self.captures.answers)
            await store.ledger.add_backfills(self.source.id, days)

    async def _import(self, batch: Sequence[CapturedAnswer], stop: asyncio.Event) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def one(captured: CapturedAnswer, known: KnownPage | None) -> None:
            async with places:
                if not stop.is_set():
                    await self._take(captured, known)

        known = await self.context.async_store.imported.known([answer.key for answer in batch])
        fresh = []
        for captured in batch:
            if _is_known(captured, known.get(captured.key)):
                self.counts["known"] += 1
            else:
                fresh.append(one(captured, known.get(captured.key)))
        await asyncio.gather(*fresh)

    async def _take(self, captured: CapturedAnswer, known: KnownPage | None) -> None:
        """Bring one answer through the line."""
        answer = await self._read(captured)
        if answer is None:
            return
        if answer.status != 200:
            await self._take_status(captured, known, answer.status)
            return
        if known is None:
            found = DiscoveredPage(captured.key, captured.url)
            added = await self.context.async_store.imported.add(
                self.source.id, [(found, captured.at)]
            )
            known = added.get(captured.key)
        if known is None or known.source != self.source.id:
            self._leave_out("forgotten" if known is None else "duplicate")
            return
        host = site_host(captured.url)
        signals = self._signals.get(host, "")
        tdmrep = self._tdmrep.get(host, "")
        page = self._spider.visits.with_hints(answer.page, known.target, signals, tdmrep)
        await self._line.take(Fetched(page, known.target, known.target.key, None, None), known)

    async def _take_status(
        self, captured: CapturedAnswer, known: KnownPage | None, status: int
    ) -> None:
        """An answer without a page says something only where an article is held."""
        if status in _GONE and known and known.article:
            await self._line.take_gone(known, captured.at, status)
        else:
            self._leave_out(f"http {status}")

    async def _read(self, captured: CapturedAnswer) -> RecordedAnswer | None:
        """The answer; None, and counted, where it can't be read."""
        try:
            answer = await asyncio.to_thread(read_answer, captured.path, captured.offset)
        except UnreadableAnswer as error:
            self._leave_out(error.reason)
            return None
        page = replace(answer.page, url=captured.url, fetched_at=captured.at)
        return replace(answer, page=page)

    def _leave_out(self, reason: str) -> None:
        self.counts["skipped"] += 1
        self.reasons[reason] += 1

    async def _part(self, item: Fetched, url: str) -> Page | None:
        """A further page of an article, as it was captured."""
        captured = self.captures.nearest(self.source.key(url), item.page)
        if captured is None or site_host(url) != site_host(item.page.url):
            return None
        answer = await self._read(captured)
        if answer is None or answer.status != 200:
            return None
        return replace(
            answer.page,
            fetched_at=item.page.fetched_at,
            section=item.page.section,
            hints=item.page.hints,
        )

    async def _read_site_files(self) -> None:
        """What the sites say of the use of their pages, as far as it was captured."""
        for captured in self.captures.site_files:
            with suppress(UnreadableAnswer):
                answer = await asyncio.to_thread(read_answer, captured.path, captured.offset)
                self._keep_site_file(captured, answer)

    def _keep_site_file(self, captured: CapturedAnswer, answer: RecordedAnswer) -> None:
        host = site_host(captured.url)
        body = answer.page.body
        if urlsplit(captured.url).path == "/robots.txt":
            self._signals[host] = signals_of(answer.status, body)
        elif self.context.config.respect_tdm and answer.status == 200:
            self._tdmrep[host] = body[:LARGEST_TDMREP].decode("utf-8-sig", "replace")


def _is_known(captured: CapturedAnswer, known: KnownPage | None) -> bool:
    """Whether an answer tells nothing new: its page has an article and was visited then or later,
    or is a further page of one, or this answer was looked at before. Pure.
    """
    if known is None or known.visited_at is None:
        return False
    if known.article:
        return known.reason == "part" or known.visited_at >= captured.at
    return known.visited_at == captured.at


@asynccontextmanager
async def _held(
    context: CrawlContext, source: Source, stop: asyncio.Event, progress: ImportProgress
) -> AsyncIterator[None]:
    """Hold what a crawl of the source holds, so that nobody crawls it meanwhile."""
    while holder := await context.claim(source):
        progress.wait(source, holder)
        if stop.is_set():
            break
        await asyncio.sleep(WAIT_SECONDS)
    async with context.holding(source):
        yield
