"""`veille up`: everything on one machine."""

import asyncio
import socket
import threading

import click

from crawler.config import Config
from crawler.jobs.cleaning import clean_daily
from crawler.jobs.scheduler import Schedule
from crawler.jobs.watchlist import Watchlist
from crawler.jobs.worker import Worker
from crawler.process.clock import utc_now
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.runtime.clock_watch import ClockWatch
from crawler.sources import Source
from crawler.store import Store
from indexer.relay import Relay, RelayLock
from search.commands.alert_runner import alerts_of
from search.commands.console import (
    PATIENCE,
    CommandError,
    chosen,
    opened,
    settings,
    sources_file,
    verbosely,
)
from search.commands.crawl_relay import CrawlRelayThread
from search.commands.log_output import announce, log_to
from search.commands.serve import (
    BACKLOG,
    address,
    bind,
    host_option,
    introduce,
    port_option,
    server_of,
)


@click.command("up")
@sources_file
@host_option
@port_option
@verbosely
def command(sources: str | None, host: str, port: int, verbose: bool) -> int:
    """Watch the sources: schedule, crawl, index, and serve on http://HOST:PORT, until stopped."""
    config = settings(sources=sources)
    watched = chosen(config, ())
    log_to(config, verbose, lasting=True)
    bound = bind(host, port)
    introduce(config, host)
    return run(lambda stop: watch(config, watched, bound, stop), config.allow_hosts)


async def watch(
    config: Config, watched: list[Source], bound: socket.socket, stop: asyncio.Event
) -> int:
    """Schedule, crawl, relay and serve until `stop` is set, then end each in turn; nothing is lost
    on the way.
    """
    lock = RelayLock(config.data)
    context = CrawlContext.open(config, upgrade=True)
    if not lock.take():
        context.close()
        raise CommandError(
            f"Another `veille up` or relay works on {config.data}: stop it, or set VEILLE_DATA."
        )
    backend = opened(config, writer=True)
    # Its own: what writes for crawls waits longer for others than a reader would.
    served = Store(config.database_url, patience=PATIENCE)
    server = server_of(config, backend, served, bound=bound)
    halt = threading.Event()
    schedule = Schedule(context, watched)
    clock = ClockWatch(context.store, context.owner)
    context.settling = clock.settling
    turn = clock.lease()
    crawls = CrawlRelayThread(config, context.store)
    threads = [
        alerts_of(config, backend, clock, halt),
        threading.Thread(
            target=Relay(context.store.outbox, backend, utc_now, turn.take).run,
            args=(halt,),
            name="relay",
            daemon=True,
        ),
        threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="serve", daemon=True),
    ]
    for thread in threads:
        thread.start()
    crawls.start()
    bound.listen(BACKLOG)
    announce(
        config,
        f"Watching {len(watched)} sources; Veille answers on {address(bound)} (Ctrl-C ends it)",
    )
    try:
        worker = Worker(context)
        with clock.watching():
            await schedule.start()
            await asyncio.gather(
                worker.work(watched, stop),
                Watchlist(config.sources, watched).follow(stop, schedule.watch, worker.watch),
                clean_daily(context, stop),
            )
    finally:
        schedule.stop()
        halt.set()
        server.should_exit = True
        for thread in threads:
            await asyncio.to_thread(thread.join, 60)
        await asyncio.to_thread(crawls.close)
        await asyncio.to_thread(turn.release)
        await asyncio.to_thread(context.close)
        await asyncio.to_thread(served.close)
        backend.close()
        lock.release()
    return 0
