"""What the index of crawls holds: a document for each crawl that is over and for each of its
visits. A door module.

One table, as for articles: it makes the mapping and what Kibana calls the fields. Ids are made from
the store's own numbers, so a report that is told twice lands on itself.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from statistics import median
from typing import Any

from crawler.store import Report

FIELDS: Mapping[str, str] = {
    "id": "keyword",
    "kind": "keyword",
    "crawl": "long",
    "source": "keyword",
    "at": "date",
    "started_at": "date",
    "outcome": "keyword",
    "succeeded": "boolean",
    "seconds": "double",
    "entry_point": "keyword",
    "entry_kind": "keyword",
    "items": "integer",
    "new": "integer",
    "bytes": "long",
    "requests": "integer",
    "fetched": "integer",
    "changed": "integer",
    "unchanged": "integer",
    "skipped": "integer",
    "failed": "integer",
    "searchable_at": "date",
    "lag_minutes": "double",
    "longest_lag_minutes": "double",
    "lag_articles": "integer",
    "news_at": "date",
    "read_at": "date",
}
"""Every field of a report in the index, and its type in Elasticsearch.

`kind` is crawl or visit; `at` is when a crawl ended or a visit was made. A lag is the time from an
article's publication, where it is known to the hour, to when it was searchable: over the news of a
crawl, not over what was old when it was met. `news_at` is `at` of a crawl that brought new
articles, `read_at` that of a visit with something to read: the latest of them tell silence.
"""

READ = ("read", "same")
"""Outcomes of visits that brought what there was to read."""
FINISHED = "finished"
"""The outcome of a crawl that came to its end."""
_PRECISE = ("second", "minute", "hour")
"""Precisions of a date from which a lag in minutes can be told."""
_COUNTS = ("new", "requests", "fetched", "changed", "unchanged", "skipped", "failed")
_MAX_URL = 8_000
"""Characters; a longer address is stored and not indexed: Lucene's terms have 32,766 bytes."""


def crawls_alias(alias: str) -> str:
    """The alias of the index of crawls beside the index of articles with this alias."""
    return f"{alias}-crawls"


def documents(report: Report, searchable_at: datetime | None) -> list[dict[str, Any]]:
    """The documents of a report: of the crawl, and of each visit.

    `searchable_at` is when all that the crawl brought was searchable, where that is known.
    """
    visits = [_visit(report, visit) for visit in report.visits]
    return [_crawl(report, searchable_at), *visits]


def mapping() -> dict[str, Any]:
    """The Elasticsearch mapping of the whole table."""
    properties: dict[str, Any] = {name: {"type": kind} for name, kind in FIELDS.items()}
    properties["entry_point"]["ignore_above"] = _MAX_URL
    return {"dynamic": "strict", "_meta": {"fingerprint": fingerprint()}, "properties": properties}


def fingerprint() -> str:
    """Changes when the index must be made again."""
    return hashlib.sha256(json.dumps(dict(FIELDS)).encode()).hexdigest()[:12]


def _crawl(report: Report, searchable_at: datetime | None) -> dict[str, Any]:
    row = report.crawl
    counts = row["counts"]
    document = {
        "id": f"crawl-{report.id}",
        "kind": "crawl",
        "crawl": report.id,
        "source": row["source"],
        "at": report.ended_at.isoformat(),
        "started_at": row["started_at"].isoformat(),
        "outcome": row["outcome"],
        "succeeded": row["outcome"] == FINISHED,
        "seconds": round((report.ended_at - row["started_at"]).total_seconds(), 3),
    }
    for name in _COUNTS:
        document[name] = int(counts.get(name, 0))
    if document["new"]:
        document["news_at"] = document["at"]
    if searchable_at:
        document |= _lags(report, searchable_at)
    return document


def _visit(report: Report, visit: Mapping[str, Any]) -> dict[str, Any]:
    was_read = visit["outcome"] in READ
    document = {
        "id": f"visit-{visit['id']}",
        "kind": "visit",
        "crawl": report.id,
        "source": visit["source"],
        "at": visit["at"].isoformat(),
        "outcome": visit["outcome"],
        "succeeded": was_read,
        "seconds": visit["seconds"],
        "entry_point": visit["url"],
        "entry_kind": visit["kind"],
        "items": visit["items"],
        "new": visit["new"],
        "bytes": visit["bytes"],
    }
    if was_read:
        document["read_at"] = document["at"]
    return document


def _lags(report: Report, searchable_at: datetime) -> dict[str, Any]:
    lags = []
    for article in report.news:
        lag = _lag(article.published, article.precision, article.searchable_at)
        if lag is not None:
            lags.append(lag)
    fields: dict[str, Any] = {"searchable_at": searchable_at.isoformat(), "lag_articles": len(lags)}
    if lags:
        fields["lag_minutes"] = round(median(lags), 2)
        fields["longest_lag_minutes"] = round(max(lags), 2)
    return fields


def _lag(published: str, precision: str, searchable_at: datetime) -> float | None:
    """Minutes from an article's publication (ISO 8601) to when it was searchable.

    None where it can't be told: without a precise date, or where the date is the later one.
    """
    if precision not in _PRECISE:
        return None
    moment = datetime.fromisoformat(published)
    if moment.tzinfo is None:
        return None
    minutes = (searchable_at - moment).total_seconds() / 60
    return minutes if minutes >= 0 else None
