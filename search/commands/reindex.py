"""`veille reindex`: a new index, filled from the store."""

import sys

import click

from crawler.process.clock import utc_now
from crawler.process.owner import owner_name
from crawler.runtime.leases import Lease
from crawler.store import Store
from indexer.backend import Backend
from indexer.relay import Relay, RelayLock
from search.commands.console import CommandError, index_of, settings, verbosely
from search.commands.log_output import log_to


@click.command("reindex")
@verbosely
def command(verbose: bool) -> None:
    """Begin the index anew and fill it with every article of the store; searches find little until
    it ends.

    For after an update that changed the fields of the index, and for an index that was lost.
    """
    config = settings()
    log_to(config, verbose)
    store = Store(config.database_url)
    lock = RelayLock(config.data)
    if not lock.take():
        raise CommandError(f"A `veille up` or relay works on {config.data}: stop it first.")
    turn = Lease(store.leases, utc_now, owner_name())
    holder = turn.take()
    if holder:
        raise CommandError(
            f"A `veille up` or relay ({holder}) works for this store: stop it first."
        )
    try:
        with index_of(config, writer=True) as backend:
            _refill(store, backend, turn)
            click.echo(f"{backend.count()} articles in the index")
    finally:
        turn.release()
        store.close()
        lock.release()


def _refill(store: Store, backend: Backend, turn: Lease) -> None:
    # Queued before the index is emptied: whatever happens from here, the relay has it all.
    count = store.pages.requeue(utc_now())
    backend.renew()
    relay = Relay(store.outbox, backend, utc_now, turn.take)
    with click.progressbar(length=count, label="Indexing", file=sys.stderr) as bar:
        while turn.take() is None and (counts := relay.deliver()):
            bar.update(counts["done"])
    backend.refresh()
