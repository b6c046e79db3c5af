"""What a visit to a page writes, within the transaction that records it. These statements run for
every page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update

from crawler.policy.decide import Decision
from crawler.policy.shared import marks_of
from crawler.store.articles.first_indexed import is_silent
from crawler.store.dialect import insert_or, prepared
from crawler.store.statistics.tallies import add, add_refusal
from crawler.store.tables import articles, outbox, pages

PageState = Literal["found", "article", "skipped", "failed", "gone"]
_NO_ARTICLE = ("no-article", "empty", "shell", "too-deep", "too-complex", "too-slow", "not-html")
"""Why a page has no article where the layout has changed; other reasons say nothing of the layout.
"""
_KNOWN_ELSEWHERE = ("duplicate", "entry-point", "forgotten", "moved", "other-site", "part", "trap")
"""Why a page has no article of its own, though the source may be well."""
_WALLS = ("blocked", "consent", "login", "http 401", "http 403", "http 429", "http 451")


@dataclass(frozen=True, slots=True)
class PageVisit:
    """What a visit to a page came to; `etag` and `last_modified` are kept where None.

    `first` says that the page was never fetched before, `lost` that it had an article and has none
    now, `is_try` that the visit counts as a try that failed, as each one with the state failed
    does. `parts` are key and address of the further pages that its article stands on, `answered`
    those of the address to which it sent on. `article` is the id of the one that the page is
    another address of; `leaves` is the key of the page that its article had until now.
    `imported_at` is when an answer that was captured `at` was imported, None for a visit of a
    crawl.
    """

    key: str
    state: PageState
    at: datetime
    next_visit: datetime | None
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    first: bool = False
    parts: tuple[tuple[str, str], ...] = ()
    is_try: bool = False
    lost: bool = False
    article: str | None = None
    answered: tuple[str, str] | None = None
    leaves: str | None = None
    imported_at: datetime | None = None

    @property
    def recorded_at(self) -> datetime:
        """When the visit is recorded, by the clock of this machine."""
        return self.imported_at or self.at


def keep_visit(
    connection: Connection,
    visit: PageVisit,
    article: str | None = None,
    *,
    changed: bool = False,
) -> datetime | None:
    """Record a visit, with the article that it brought and whether that has changed; returns before
    when what the page published is old news.
    """
    is_try = visit.is_try or visit.state == "failed"
    values: dict[str, Any] = {
        "address": visit.key,
        "state": visit.state,
        "reason": visit.reason,
        "visited_at": visit.at,
        "next_visit": visit.next_visit,
    }
    if not is_try:
        values["tries"] = 0
    if article:
        values["article"] = article
    if visit.etag is not None or visit.last_modified is not None:
        values |= {"etag": visit.etag, "last_modified": visit.last_modified}
    statement = _CHANGED if changed else _VISITED
    silent_before: datetime | None = connection.execute(
        _TRIED if is_try else statement, values
    ).scalar_one_or_none()
    return silent_before


def keep_article(
    connection: Connection,
    visit: PageVisit,
    decision: Decision,
    silent_before: datetime | None = None,
) -> None:
    """Keep a new or changed article with its outbox row. A new one that was published before
    `silent_before` is old news.
    """
    article = decision.article
    values: dict[str, Any] = {
        "id": article.id,
        "page": visit.key,
        "source": article.source,
        "document": orjson.dumps(article.to_dict()).decode(),
        "digest": decision.digest,
        "revision": article.revision,
        "first_seen": article.first_seen,
        "updated_at": visit.at,
        "withdrawn": False,
    }
    values |= marks_of(article)
    if decision.kind == "new":
        values["silent"] = is_silent(silent_before, article.published_latest)
        connection.execute(_new(connection), values)
    else:
        connection.execute(_changed(connection), values)
    queue(connection, [str(article.id)], visit.recorded_at)


def keep_parts(connection: Connection, visit: PageVisit, source: str | None, article: str) -> None:
    """Keep the further pages of an article as what they are: they are never asked for alone, nor
    articles of their own, and are forgotten with it.
    """
    values = {
        "state": "skipped",
        "reason": "part",
        "article": article,
        "visited_at": visit.at,
        "next_visit": None,
        "tries": 0,
    }
    for key, url in visit.parts:
        row = {"key": key, "url": url, "source": source, "found_at": visit.at}
        added = insert_or(connection, pages).values(**row, **values)
        connection.execute(
            added.on_conflict_do_update(
                index_elements=["key"], set_=values, where=pages.c.state != "article"
            )
        )


def queue(
    connection: Connection, ids: Sequence[str], now: datetime, *, delete: bool = False
) -> None:
    """Add outbox rows within the transaction that makes them true."""
    row = {"delete": delete, "queued_at": now, "tries": 0, "next_try": now}
    connection.execute(_QUEUE, [{"article": article, **row} for article in ids])


def tally_refused(connection: Connection, visit: PageVisit) -> None:
    """Count a page that was met for the first time, or had an article, and holds none now."""
    source = connection.execute(
        select(pages.c.source).where(pages.c.key == visit.key)
    ).scalar_one_or_none()
    if not source or not visit.reason or visit.reason in _KNOWN_ELSEWHERE:
        return
    add_refusal(connection, source, visit.at, visit.reason)
    if visit.reason in _NO_ARTICLE and visit.first:
        add(connection, source, visit.at, refused=1)
    elif visit.reason in _WALLS:
        add(connection, source, visit.at, blocked=1)


_VISITED = update(pages).where(pages.c.key == bindparam("address")).returning(pages.c.silent_before)
_CHANGED = _VISITED.values(told_true=pages.c.told_true + 1)
_TRIED = _VISITED.values(tries=pages.c.tries + 1)
_QUEUE = insert(outbox).inline()
_KEPT = (
    "page",
    "source",
    "document",
    "digest",
    "revision",
    "first_seen",
    "updated_at",
    "withdrawn",
    "text_mark",
    "title_mark",
    "address_mark",
)


def _keeping(names: Sequence[str]) -> Callable[[Connection], Any]:
    @prepared
    def statement(insert: Any) -> Any:
        row = insert(articles)
        return row.on_conflict_do_update(
            index_elements=["id"], set_={name: row.excluded[name] for name in names}
        )

    return statement


_new = _keeping((*_KEPT, "silent"))
_changed = _keeping(_KEPT)
