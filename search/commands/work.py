"""`veille work`: crawls what is in the queue."""

import asyncio

import click

from crawler.config import Config
from crawler.jobs.watchlist import Watchlist
from crawler.jobs.worker import Worker
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.runtime.clock_watch import ClockWatch
from crawler.sources import Source
from search.commands.console import chosen, settings, sources_file, verbosely
from search.commands.log_output import announce, log_to


@click.command("work")
@sources_file
@verbosely
def command(sources: str | None, verbose: bool) -> int:
    """Crawl the sources that `veille schedule` puts into the queue, until stopped."""
    config = settings(sources=sources)
    watched = chosen(config, ())
    log_to(config, verbose, lasting=True)
    return run(lambda stop: _work(config, watched, stop), config.allow_hosts, config.pulse)


async def _work(config: Config, watched: list[Source], stop: asyncio.Event) -> int:
    context = CrawlContext.open(config)
    clock = ClockWatch(context.store, context.owner)
    context.settling = clock.settling
    try:
        announce(config, f"Working for {len(watched)} sources. Ctrl-C ends it.")
        worker = Worker(context)
        watchlist = Watchlist(config.sources, watched)
        with clock.watching():
            await asyncio.gather(worker.work(watched, stop), watchlist.follow(stop, worker.watch))
    finally:
        await asyncio.to_thread(context.close)
    return 0
