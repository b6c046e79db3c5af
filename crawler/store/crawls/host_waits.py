"""Hosts that asked to be left alone until a moment, for every crawl and process."""

from datetime import datetime

from sqlalchemy import delete, select

from crawler.fetch.host_waits import HostWait
from crawler.store.dialect import insert_or
from crawler.store.tables import host_waits
from crawler.store.transactions import Database


class KeptHostWaits:
    """The waits of hosts. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def keep(self, wait: HostWait, now: datetime) -> None:
        """Keep the wait that a host asked for last, and forget those that are over."""
        row = {"until": wait.until, "status": wait.status}
        with self._writes.begin() as connection:
            connection.execute(delete(host_waits).where(host_waits.c.until <= now))
            upsert = insert_or(connection, host_waits).values(host=wait.host, **row)
            connection.execute(upsert.on_conflict_do_update(index_elements=["host"], set_=row))

    def running(self, now: datetime) -> list[HostWait]:
        """The waits that are not over."""
        query = select(host_waits).where(host_waits.c.until > now)
        with self._reads.connect() as connection:
            rows = connection.execute(query).all()
        return [HostWait(row.host, row.until, row.status) for row in rows]
