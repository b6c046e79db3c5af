"""Which sources wait to be crawled, and which are being crawled now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from crawler.store.tables import leases, queue
from crawler.store.transactions import Database

Activity = Literal["queued", "running"]
_PREFIX = "source:"


class Activities:
    """Reads what is under way. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def now(self, now: datetime) -> Mapping[str, Activity]:
        """The sources that wait in the queue or are being crawled at `now` (aware), by id; a source
        stays in the queue until its crawl is over.
        """
        held = select(leases.c.name).where(
            leases.c.name.startswith(_PREFIX), leases.c.expires_at > now
        )
        with self._reads.connect() as connection:
            found: dict[str, Activity] = dict.fromkeys(
                connection.execute(select(queue.c.source)).scalars(), "queued"
            )
            for name in connection.execute(held).scalars():
                found[name.removeprefix(_PREFIX)] = "running"
        return found
