"""Leases: who may work on something until when, however many processes and machines there are."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, or_, select, update

from crawler.store.dialect import prepared
from crawler.store.tables import leases
from crawler.store.transactions import Database


class Leases:
    """Leases by name: a source, a host, the relay. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def claim(self, names: Sequence[str], owner: str, now: datetime, span: timedelta) -> str | None:
        """Take all these leases until now + span, or renew one's own; else takes none and returns
        an owner that holds one of them.
        """
        with self._writes.begin() as connection, connection.begin_nested() as taking:
            holder = take(connection, names, owner, now, span)
            if holder:
                taking.rollback()
        return holder

    def release(self, names: Sequence[str], owner: str, until: datetime | None = None) -> None:
        """Give leases back, at once or at a later moment; one that another took over stays."""
        mine = leases.c.name.in_(names) & (leases.c.owner == owner)
        with self._writes.begin() as connection:
            if until is None:
                connection.execute(delete(leases).where(mine))
            else:
                connection.execute(update(leases).where(mine).values(expires_at=until))

    def free(self, owner: str) -> None:
        """Give back all leases of an owner that is gone."""
        with self._writes.begin() as connection:
            connection.execute(delete(leases).where(leases.c.owner == owner))

    def owners(self, now: datetime) -> set[str]:
        """Who holds any lease now."""
        with self._reads.connect() as connection:
            query = select(leases.c.owner).where(leases.c.expires_at > now)
            return set(connection.execute(query).scalars())


def take(
    connection: Connection, names: Sequence[str], owner: str, now: datetime, span: timedelta
) -> str | None:
    """Take leases within a savepoint, to which the caller rolls back where another owner is
    returned.
    """
    missed = names_missed(connection, names, owner, now, span)
    if not missed:
        return None
    holder = select(leases.c.owner).where(leases.c.name == missed[0])
    return str(connection.execute(holder).scalar_one())


def names_missed(
    connection: Connection, names: Collection[str], owner: str, now: datetime, span: timedelta
) -> list[str]:
    """Take leases within a savepoint; returns those that others hold. Where there is one, the
    caller rolls back.

    Always in the order of their names, so that two who want the same wait for each other and not in
    a circle.
    """
    statement = _take(connection)
    values = {"owner": owner, "expires_at": now + span, "now": now}
    return [
        name
        for name in sorted(names)
        if connection.execute(statement, {"name": name, **values}).scalar_one_or_none() is None
    ]


@prepared
def _take(insert: Callable[[Table], Any]) -> Any:
    upsert = insert(leases).values(
        name=bindparam("name"), owner=bindparam("owner"), expires_at=bindparam("expires_at")
    )
    new = upsert.excluded
    free = or_(
        leases.c.owner == new.owner,
        leases.c.expires_at <= bindparam("now", type_=leases.c.expires_at.type),
    )
    return upsert.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": new.owner, "expires_at": new.expires_at},
        where=free,
    ).returning(leases.c.owner)
