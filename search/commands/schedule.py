"""`veille schedule`: what is due goes into the queue."""

import asyncio

import click

from crawler.config import Config
from crawler.reactor import run
from crawler.runtime import Runtime, utc_now
from crawler.schedule import Schedule, every, next_run
from crawler.sources import Source
from crawler.store import Store
from search.commands.console import as_json, chosen, log_to, say, settings, sources_file, verbosely


@click.command("schedule")
@click.option("--list", "listing", is_flag=True, help="Print the next runs and end.")
@sources_file
@as_json
@verbosely
def command(listing: bool, sources: str | None, json_: bool, verbose: bool) -> int:
    """Put each source into the queue when it is due, until stopped; `veille work` crawls what is in it."""
    config = settings(sources=sources)
    watched = chosen(config, ())
    if listing:
        _list(config, watched, json_)
        return 0
    log_to(config.data, verbose)
    return run(lambda stop: _schedule(config, watched, stop), config.allow_hosts, config.pulse)


async def _schedule(config: Config, watched: list[Source], stop: asyncio.Event) -> int:
    runtime = Runtime.open(config)
    schedule = Schedule(runtime, watched)
    try:
        await schedule.start()
        click.echo(f"Scheduling {len(watched)} sources. Ctrl-C ends it.")
        await stop.wait()
    finally:
        schedule.stop()
        await asyncio.to_thread(runtime.close)
    return 0


def _list(config: Config, watched: list[Source], json_: bool) -> None:
    store = Store(config.database_url)
    due, now = store.queue.due(), utc_now()
    store.close()
    rows = [(next_run(due.get(source.id), source, now), source) for source in watched]
    for at, source in sorted(rows, key=lambda row: (row[0], row[1].id)) if not json_ else []:
        click.echo(f"{at:%Y-%m-%d %H:%M:%S} UTC  {source.id}  every {every(source)}")
    if json_:
        seconds = [{"source": s.id, "next": at.isoformat(), "every": every(s).total_seconds()} for at, s in rows]
        say(sorted(seconds, key=lambda row: (row["next"], row["source"])))
