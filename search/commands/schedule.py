"""`veille schedule`: what is due goes into the queue."""

import asyncio
from datetime import datetime
from typing import Any

import click

from crawler.config import Config
from crawler.jobs.cleaning import clean_daily
from crawler.jobs.scheduler import Schedule, next_run
from crawler.jobs.watchlist import Watchlist
from crawler.policy.pace import describe_pace, pace_row
from crawler.process.clock import utc_now
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.runtime.clock_watch import ClockWatch
from crawler.sources import Source
from crawler.store import Store
from search.commands.console import (
    as_json,
    chosen,
    print_output,
    settings,
    sources_file,
    verbosely,
)
from search.commands.log_output import announce, log_to


@click.command("schedule")
@click.option("--list", "listing", is_flag=True, help="Print the next runs and end.")
@sources_file
@as_json
@verbosely
def command(listing: bool, sources: str | None, json_: bool, verbose: bool) -> int:
    """Put each source into the queue when it is due, until stopped; `veille work` crawls it."""
    config = settings(sources=sources)
    watched = chosen(config, ())
    if listing:
        _list(config, watched, json_)
        return 0
    log_to(config, verbose, lasting=True)
    return run(lambda stop: _schedule(config, watched, stop), config.allow_hosts, config.pulse)


async def _schedule(config: Config, watched: list[Source], stop: asyncio.Event) -> int:
    context = CrawlContext.open(config)
    schedule = Schedule(context, watched)
    try:
        with ClockWatch(context.store, context.owner).watching():
            await schedule.start()
            announce(config, f"Scheduling {len(watched)} sources. Ctrl-C ends it.")
            await asyncio.gather(
                Watchlist(config.sources, watched).follow(stop, schedule.watch),
                clean_daily(context, stop),
            )
    finally:
        schedule.stop()
        await asyncio.to_thread(context.close)
    return 0


def _list(config: Config, watched: list[Source], json_: bool) -> None:
    store = Store(config.database_url)
    due = store.queue.due()
    store.close()
    now = utc_now()
    runs = [(next_run(due.get(source.id), source, now), source) for source in watched]
    rows = sorted(runs, key=_order)
    if json_:
        print_output([_row(at, source) for at, source in rows])
        return
    for at, source in rows:
        click.echo(f"{at:%Y-%m-%d %H:%M:%S} UTC  {source.id}  {describe_pace(source)}")


def _row(at: datetime, source: Source) -> dict[str, Any]:
    return {"source": source.id, "next": at.isoformat(), **pace_row(source)}


def _order(row: tuple[datetime, Source]) -> tuple[datetime, str]:
    return row[0], row[1].id
