"""What the pages tell of the sources, as far as the store knows it."""

from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException

from crawler.sources import Source
from indexer.query import Search
from search.ask import MAX_FACET_SIZE
from search.desk import Desk


def sources_body(desk: Desk) -> dict[str, Any]:
    """Every source with its state."""
    found = desk.backend.search(Search(facets=("source",), facet_size=MAX_FACET_SIZE, limit=1))
    counts = {count.value: count.count for count in found.facets.get("source", ())}
    return {"sources": [_source(desk, source, counts.get(source.id, 0)) for source in desk.sources]}


def source_body(desk: Desk, id: str) -> dict[str, Any]:
    """One source; raises HTTPException where there is none."""
    for source in sources_body(desk)["sources"]:
        if source["id"] == id:
            visits = [] if desk.store is None else desk.store.ledger.visits(id)
            return {**source, "entry_points": [], "visits": visits, "watched": None}
    raise HTTPException(404, "There is no source with this id.")


def _source(desk: Desk, source: Source, articles: int) -> dict[str, Any]:
    crawls, paused, due = {}, {}, {}
    if desk.store is not None:
        crawls = desk.store.ledger.last_crawls([source.id])
        paused, due = desk.store.pauses.running(desk.now()), desk.store.queue.due()
    crawl = crawls.get(source.id)
    state = "paused" if source.id in paused else "well" if crawl else "new"
    return {
        **{name: getattr(source, name) for name in ("id", "name", "home", "language", "country", "collections")},
        "articles": articles,
        "state": state,
        "findings": [],
        "articles_a_day": None,
        "last_visit": _iso(crawl["started_at"]) if crawl else None,
        "last_read": _iso(crawl["finished_at"]) if crawl else None,
        "next_due": _iso(due.get(source.id)),
        "every_seconds": source.every.total_seconds() if source.every else None,
        "paused": source.id in paused,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
