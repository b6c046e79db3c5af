"""The tables of the store, in SQLAlchemy Core: the same on SQLite and PostgreSQL. Times are aware,
UTC.
"""

from crawler.store.tables.alerting import alert_hits, alerts, firsts, notices, saved_searches
from crawler.store.tables.archive import captures, forgotten, not_taken, revisions, takedowns
from crawler.store.tables.base import UNKNOWN_MOMENT, StoredJson, UtcDateTime, metadata
from crawler.store.tables.crawling import (
    backfills,
    counters,
    crawls,
    due,
    host_waits,
    leases,
    paces,
    pauses,
    points,
    queue,
    spans,
    tallies,
    tally_languages,
    tally_refusals,
    visits,
)
from crawler.store.tables.delivery import dead_letters, outbox
from crawler.store.tables.frontier import articles, entry_points, lines, pages
from crawler.store.tables.judging import finding_events, findings, judgements

__all__ = [
    "UNKNOWN_MOMENT",
    "StoredJson",
    "UtcDateTime",
    "alert_hits",
    "alerts",
    "articles",
    "backfills",
    "captures",
    "counters",
    "crawls",
    "dead_letters",
    "due",
    "entry_points",
    "finding_events",
    "findings",
    "firsts",
    "forgotten",
    "host_waits",
    "judgements",
    "leases",
    "lines",
    "metadata",
    "not_taken",
    "notices",
    "outbox",
    "paces",
    "pages",
    "pauses",
    "points",
    "queue",
    "revisions",
    "saved_searches",
    "spans",
    "takedowns",
    "tallies",
    "tally_languages",
    "tally_refusals",
    "visits",
]
