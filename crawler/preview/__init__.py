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
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from crawler.config import Config
from crawler.preview.candidates import (
    CheckedEntryPoint,
    CheckedPage,
    Obstacle,
    Preview,
    PreviewLimits,
    PreviewNotes,
    kept,
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
    config: Config, asked: str | Source, known: Sequence[Source] = (), bounds: PreviewLimits = USUAL
) -> Preview:
    """Look at an address that may become a source, or at a source of the sources file. Runs on the
    reactor's loop.

    Raises `Busy` where another crawl of the site does not end in time.
    """
    runtime = CrawlContext.open(config)
    try:
        source = asked if isinstance(asked, Source) else _unnamed(asked)
        async with _alone(runtime, source):
            return await _look(runtime, asked, source, [one.id for one in known], bounds)
    finally:
        await asyncio.to_thread(runtime.close)


async def _look(
    runtime: CrawlContext,
    asked: str | Source,
    source: Source,
    taken: Sequence[str],
    bounds: PreviewLimits,
) -> Preview:
    from crawler.jobs.worker import runner
    from crawler.preview.spider import PreviewSpider

    boilerplate = await runtime.stored(_learned, runtime.store, source)
    look = PreviewNotes(bounds, asked if isinstance(asked, str) else None, taken)
    running = runner()
    with tempfile.TemporaryDirectory(prefix="veille-preview-") as folder:
        aside = dataclasses.replace(
            runtime, store=Store(f"sqlite:///{Path(folder) / 'veille.sqlite'}"), keeper=None
        )
        try:
            crawler = running.create_crawler(PreviewSpider)
            crawl = asyncio.ensure_future(
                running.crawl(
                    crawler, source=source, runtime=aside, look=look, boilerplate=boilerplate
                )
            )
            await asyncio.wait({crawl}, timeout=bounds.seconds)
            complete = crawl.done()
            if not complete:
                await running.stop()
            await crawl
        finally:
            aside.close_store()
    requests = crawler.stats.get_value("downloader/request_count", 0) if crawler.stats else 0
    found = look.source and kept(look.source, look.entries) if look.url else source
    problem = look.problem or (None if found else Obstacle("unanswered"))
    return Preview(found, problem, tuple(look.entries), tuple(look.articles), requests, complete)


def _learned(store: Store, source: Source) -> frozenset[str]:
    from crawler.extract import LEAST_ARTICLES, LINES_VERSION

    return store.lines.common(source.id, LINES_VERSION, LEAST_ARTICLES)


def _unnamed(url: str) -> Source:
    """An address as a source, before it is known what it is called."""
    return Source(
        id="preview-" + hashlib.blake2b(url.encode(), digest_size=8).hexdigest(),
        name="Preview",
        home=url,
    )


@asynccontextmanager
async def _alone(runtime: CrawlContext, source: Source) -> AsyncIterator[None]:
    """Hold what a crawl of the source holds, so that nobody else asks its hosts meanwhile."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while await runtime.claim(source):
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise SourceBusy from None
    keeping = asyncio.create_task(runtime.keep_claim(source))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await runtime.release(source)
