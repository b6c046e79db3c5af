"""`veille relay`: the outbox to the index, until stopped or until the outbox is empty."""

import signal
import threading
from collections import Counter

import click

from crawler.process.clock import utc_now
from crawler.process.heartbeat import Heartbeat
from crawler.process.owner import owner_name
from crawler.runtime.clock_watch import ClockWatch
from crawler.store import Store
from indexer.backend import Backend
from indexer.relay import Relay, RelayLock
from search.commands.alert_runner import alerts_of
from search.commands.console import (
    CommandError,
    as_json,
    index_of,
    print_output,
    settings,
    verbosely,
)
from search.commands.crawl_relay import CrawlRelayThread
from search.commands.log_output import announce, log_to


@click.command("relay")
@click.option("--once", is_flag=True, help="End when the outbox is empty.")
@as_json
@verbosely
def command(once: bool, json_: bool, verbose: bool) -> None:
    """Write the articles that wait in the outbox to the index, and run alerts, beside `veille
    work`. `veille up` does so itself.
    """
    config = settings()
    log_to(config, verbose, lasting=not once)
    store = Store(config.database_url)
    lock = RelayLock(config.data)
    clock = ClockWatch(store, owner_name())
    turn = clock.lease()
    if not lock.take():
        other = f"Another relay works for {config.data}"
        raise CommandError(f"{other}: there is one for a data folder, and it is enough.")
    if once and (holder := turn.take()):
        raise CommandError(f"Another relay ({holder}) works for this store, and it is enough.")
    total: Counter[str] = Counter()
    crawls = CrawlRelayThread(config, store)
    try:
        with clock.watching(), index_of(config, writer=True) as backend:
            relay = Relay(store.outbox, backend, utc_now, turn.take, Heartbeat(config.pulse))
            if once:
                _empty_outbox(relay, backend, total)
            else:
                stop = _stop()
                alerts = alerts_of(config, backend, clock, stop)
                alerts.start()
                crawls.start()
                relay.run(stop, total.update)
                alerts.join(60)
    finally:
        crawls.close()
        turn.release()
        lock.release()
        store.close()
    if json_:
        print_output({"indexed": total["done"], "rejected": total["rejected"]})
    else:
        told = f"{total['done']} indexed, {total['rejected']} rejected"
        click.echo(told) if once else announce(config, told)


def _empty_outbox(relay: Relay, backend: Backend, total: Counter[str]) -> None:
    backend.setup()
    while counts := relay.deliver():
        total.update(counts)
    backend.refresh()


def _stop() -> threading.Event:
    """An event that is set when this process is asked to end."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
