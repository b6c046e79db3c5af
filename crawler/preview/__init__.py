"""What a source would bring: a bounded crawl through the same line, kept nowhere. A door module.

Nothing of it reaches the store or the index: state goes to a store of its own in a temporary folder. Guard, robots.txt
and delay are those of every crawl, and a source that is being crawled is waited for.
"""

import asyncio
import dataclasses
import hashlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from crawler.config import Config
from crawler.preview.found import Bounds, Look, LookedAt, Preview, Read, kept
from crawler.runtime import Runtime
from crawler.sources import Source
from crawler.store import Store
from crawler.urls import same_site, site, site_host

__all__ = ["Bounds", "Busy", "LookedAt", "Preview", "Read", "preview"]

WAIT_SECONDS = 30.0
"""How long a crawl of the same site is waited for."""


class Busy(Exception):
    """The site is being crawled just now; the message says what to do."""


USUAL = Bounds()


async def preview(config: Config, asked: str | Source, known: Sequence[Source] = (), bounds: Bounds = USUAL) -> Preview:
    """Look at an address that may become a source, or at a source of the sources file. Runs on the reactor's loop.

    Raises `Busy` where another crawl of the site does not end in time.
    """
    runtime = Runtime.open(config)
    try:
        url = asked if isinstance(asked, str) else asked.home
        leases = [one.id for one in known if same_site(one.home, url)] or [_lease(url)]
        async with _alone(runtime, leases):
            return await _look(runtime, asked, [one.id for one in known], bounds)
    finally:
        await asyncio.to_thread(runtime.close)


async def _look(runtime: Runtime, asked: str | Source, taken: Sequence[str], bounds: Bounds) -> Preview:
    from crawler.preview.spider import PreviewSpider
    from crawler.worker import runner

    source = asked if isinstance(asked, Source) else Source(id="preview", name="Preview", home=asked)
    boilerplate = await runtime.stored(_learned, runtime.store, source)
    look = Look(bounds, asked if isinstance(asked, str) else None, taken)
    running = runner()
    with tempfile.TemporaryDirectory(prefix="veille-preview-") as folder:
        aside = dataclasses.replace(runtime, store=Store(f"sqlite:///{Path(folder) / 'veille.sqlite'}"))
        try:
            crawler = running.create_crawler(PreviewSpider)
            crawl = asyncio.ensure_future(
                running.crawl(crawler, source=source, runtime=aside, look=look, boilerplate=boilerplate)
            )
            await asyncio.wait({crawl}, timeout=bounds.seconds)
            complete = crawl.done()
            if not complete:
                await running.stop()
            await crawl
        finally:
            aside.store.close()
    requests = crawler.stats.get_value("downloader/request_count", 0) if crawler.stats else 0
    found = look.source and kept(look.source, look.entries) if look.url else source
    return Preview(found, look.problem, tuple(look.entries), tuple(look.articles), requests, complete)


def _learned(store: Store, source: Source) -> frozenset[str]:
    from crawler.extract import LEAST_ARTICLES, LINES_VERSION

    return store.lines.common(source.id, LINES_VERSION, LEAST_ARTICLES)


def _lease(url: str) -> str:
    """The name under which previews of one site that is no source yet wait for each other."""
    return "preview:" + hashlib.blake2b(site(site_host(url)).encode(), digest_size=8).hexdigest()


@asynccontextmanager
async def _alone(runtime: Runtime, leases: Sequence[str]) -> AsyncIterator[None]:
    """Hold the leases of the sources on a site, so that nobody else asks it meanwhile."""
    held: list[str] = []
    keeping: list[asyncio.Task[None]] = []
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            for lease in sorted(leases):
                while await runtime.claim(lease):
                    await asyncio.sleep(0.5)
                held.append(lease)
                keeping.append(asyncio.create_task(runtime.keep_claim(lease)))
    except TimeoutError:
        await _give_back(runtime, held, keeping)
        raise Busy("The site is being crawled just now: try again in a minute.") from None
    try:
        yield
    finally:
        await _give_back(runtime, held, keeping)


async def _give_back(runtime: Runtime, held: Sequence[str], keeping: Sequence["asyncio.Task[None]"]) -> None:
    for task in keeping:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for lease in held:
        await runtime.release(lease)
