"""Crawls that brought nothing: the newest are kept one by one, the others as what they count for in
tallies and spans.
"""

from sqlalchemy import Connection, RowMapping, delete, or_, select

from crawler.store.tables import crawls, visits

QUIET_KEPT = 2
"""Crawls of a source that brought nothing and are kept one by one, so that one sees when it was
visited last, and the time before.
"""
_LOOKED_AT = 8
"""Crawls of a source that are looked at when one ends: those before were looked at earlier."""
_QUIET_COUNTS = frozenset(
    ("requests", "fetched", "known", "listings", "listings_due", "rendered", "same", "unchanged")
)
"""What a crawl may count that brought nothing."""


def drop_quiet(connection: Connection, source: str) -> None:
    """Drop crawls of a source that brought nothing, with their visits, except for the newest of
    them and for those that are still to be told to an index of crawls.
    """
    brought = or_(visits.c.new > 0, visits.c.outcome.not_in(("read", "same")))
    eventful = select(visits.c.id).where(visits.c.crawl == crawls.c.id, brought).exists()
    query = (
        select(crawls, eventful.label("eventful"))
        .where(crawls.c.source == source)
        .order_by(crawls.c.started_at.desc(), crawls.c.id.desc())
        .limit(_LOOKED_AT)
    )
    rows = connection.execute(query).mappings().all()
    quiet = [row for row in rows if _is_quiet(row)][QUIET_KEPT:]
    if not quiet:
        return
    is_told = select(crawls.c.id).where(crawls.c.told_at.is_not(None)).limit(1)
    if connection.execute(is_told).first() is not None:
        quiet = [row for row in quiet if row["told_at"] is not None]
    dropped = [row["id"] for row in quiet]
    connection.execute(delete(visits).where(visits.c.crawl.in_(dropped)))
    connection.execute(delete(crawls).where(crawls.c.id.in_(dropped)))


def _is_quiet(row: RowMapping) -> bool:
    """Whether a crawl came to its end, reached back to nothing, and found all as it was."""
    if row["outcome"] != "finished" or row["since"] is not None or row["eventful"]:
        return False
    counts = row["counts"] or {}
    return all(name in _QUIET_COUNTS for name, count in counts.items() if count)
