"""What a source would bring: a bounded crawl through the same line, kept nowhere. A door module.

Nothing of it reaches the store or the index: state goes to a store of its own in a temporary
folder. Guard, robots.txt and delay are those of every crawl, and a source that is being crawled is
waited for.
"""

import asyncio
import dataclasses
import hashlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from crawler.config import Config
from crawler.preview.candidates import (
    CheckedEntryPoint,
    CheckedPage,
    Obstacle,
    Preview,
    PreviewLimits,
    PreviewNotes,
    with_entry_points,
)
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.store import Store

__all__ = [
    "CheckedEntryPoint",
    "CheckedPage",
    "Obstacle",
    "Preview",
    "PreviewLimits",
    "SourceBusy",
    "preview",
]

WAIT_SECONDS = 30.0
"""How long a crawl of the same site is waited for."""


class SourceBusy(Exception):
    """The site is being crawled just now."""


USUAL = PreviewLimits()


async def preview(
    config: Config,
    subject: str | Source,
    others: Sequence[Source] = (),
    bounds: PreviewLimits = USUAL,
) -> Preview:
    """Look at an address that may become a source, or at a source of the sources file. Runs on the
    reactor's loop. `others` are the sources there are, whose ids are taken.

    Raises `SourceBusy` where another crawl of the site does not end in time.
    """
    url = None if isinstance(subject, Source) else subject
    # Before the context opens: what is no address raises here, and worker processes would stay.
    source = subject if isinstance(subject, Source) else _unnamed(subject)
    notes = PreviewNotes(bounds, url, [other.id for other in others])
    context = CrawlContext.open(config)
    try:
        async with _alone(context, source):
            return await _crawl(context, source, notes)
    finally:
        await asyncio.to_thread(context.close)


async def _crawl(context: CrawlContext, source: Source, notes: PreviewNotes) -> Preview:
    from crawler.jobs.worker import runner
    from crawler.preview.spider import PreviewSpider

    boilerplate = await _learned(context, source)
    running = runner()
    with tempfile.TemporaryDirectory(prefix="veille-preview-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'veille.sqlite'}")
        # The same throttle and robots.txt as every crawl of this process, but a store of its own.
        aside = dataclasses.replace(context, store=store, recorder=None)
        try:
            crawler = running.create_crawler(PreviewSpider)
            crawl = asyncio.ensure_future(
                running.crawl(
                    crawler, source=source, context=aside, notes=notes, boilerplate=boilerplate
                )
            )
            await asyncio.wait({crawl}, timeout=notes.bounds.seconds)
            complete = crawl.done()
            if not complete:
                await running.stop()
            await crawl
        finally:
            aside.close_store()
    requests = crawler.stats.get_value("downloader/request_count", 0) if crawler.stats else 0
    return _result(source, notes, requests, complete)


def _result(source: Source, notes: PreviewNotes, requests: int, complete: bool) -> Preview:
    proposed: Source | None = source
    problem = notes.problem
    if notes.url:
        proposed = notes.source and with_entry_points(notes.source, notes.entries)
        problem = problem or _obstacle(proposed, notes, complete)
    return Preview(
        None if problem else proposed,
        problem,
        tuple(notes.entries),
        tuple(notes.articles),
        requests,
        complete,
    )


def _obstacle(proposed: Source | None, notes: PreviewNotes, complete: bool) -> Obstacle | None:
    """Why an address that was asked for brings no source all the same."""
    if proposed is None:
        return Obstacle("unanswered")
    if complete and not any(entry.items for entry in notes.entries):
        return Obstacle("nothing")
    return None


async def _learned(context: CrawlContext, source: Source) -> frozenset[str]:
    from crawler.extract import LEAST_ARTICLES, LINES_VERSION, learned_lines

    counts = await context.async_store.lines.common(source.id, LINES_VERSION, LEAST_ARTICLES)
    return learned_lines(counts.articles, counts.lines)


def _unnamed(url: str) -> Source:
    """An address as a source, before it is known what it is called."""
    return Source(
        id="preview-" + hashlib.blake2b(url.encode(), digest_size=8).hexdigest(),
        name="Preview",
        home=url,
    )


@asynccontextmanager
async def _alone(context: CrawlContext, source: Source) -> AsyncIterator[None]:
    """Hold what a crawl of the source holds, so that nobody else asks its hosts meanwhile."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while await context.claim(source):
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise SourceBusy from None
    async with context.holding(source):
        yield
