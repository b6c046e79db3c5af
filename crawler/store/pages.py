"""Pages that are known and articles that were taken from them: the frontier that survives a crash."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from crawler.article import Hints
from crawler.decide import Decision, Known
from crawler.store.dialect import insert_or
from crawler.store.firsts import is_silent
from crawler.store.forgetting import barred, forgotten_among
from crawler.store.leaving import keep_revision, leave
from crawler.store.lines import keep_lines
from crawler.store.tables import Moment, articles, outbox, pages
from crawler.store.tallies import add, add_article
from crawler.store.together import Database

State = Literal["found", "article", "skipped", "failed", "gone"]
_CHUNK = 400
_NO_ARTICLE = ("no-article", "empty", "too-deep", "too-complex", "too-slow", "not-html")
"""Why a page has no article where the layout has changed; other reasons say nothing of the layout."""
_WALLS = ("blocked", "consent", "login", "http 401", "http 403", "http 429", "http 451")


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A link of an entry point: where a page is, and what the entry point says of it."""

    key: str
    url: str
    section: str | None = None
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True)
class Target:
    """A page to fetch now, with what makes the request conditional."""

    key: str
    url: str
    section: str | None
    hints: Hints
    etag: str | None
    last_modified: str | None
    tries: int
    first: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a page: how it is asked, and what it came to."""

    target: Target
    state: State
    reason: str | None
    article: str | None

    @property
    def may_become_article(self) -> bool:
        """Whether the page was read and became no article: other rules may make it one."""
        return self.state == "skipped" and self.reason not in ("duplicate", "noindex", "robots", "address", "forgotten")


@dataclass(frozen=True, slots=True)
class Visited:
    """What a visit to a page came to; `etag` and `last_modified` are kept where None. `first` says that the page was
    never fetched before."""

    key: str
    state: State
    at: datetime
    next_visit: datetime | None
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    first: bool = False


class Pages:
    """The pages and articles of the store. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def targets(self, source: str, keys: Sequence[str] | None, now: datetime) -> list[Target]:
        """The pages of a source that are to be fetched: found and never fetched, failed, or due to be looked at again;
        only those among `keys`, in their order, unless None."""
        due = or_(pages.c.state == "found", and_(pages.c.next_visit.is_not(None), pages.c.next_visit <= now))
        query = select(pages).where(pages.c.source == source, due).order_by(pages.c.found_at, pages.c.key)
        with self._reads.connect() as connection:
            if keys is None:
                return [_target(row) for row in connection.execute(query)]
            rows = {
                row.key: row
                for at in range(0, len(keys), _CHUNK)
                for row in connection.execute(query.where(pages.c.key.in_(keys[at : at + _CHUNK])))
            }
        return [_target(rows[key]) for key in dict.fromkeys(keys) if key in rows]

    def held(self, key: str) -> Held | None:
        """What is held of the page with this key."""
        with self._reads.connect() as connection:
            row = connection.execute(select(pages).where(pages.c.key == key)).one_or_none()
        return Held(_target(row), row.state, row.reason, row.article) if row else None

    def known(self, article: str) -> Known | None:
        """What is held of the article with this id."""
        with self._reads.connect() as connection:
            row = connection.execute(select(articles).where(articles.c.id == article)).one_or_none()
        return Known(orjson.loads(row.document), row.digest, row.page, row.withdrawn) if row else None

    def visited(self, visit: Visited) -> None:
        """Record a visit that brought no article, or the same one."""
        with self._writes.begin() as connection:
            if visit.first:
                _tally_refused(connection, visit)
            _record(connection, visit, None)
            if visit.state == "gone" or visit.reason == "noindex":
                leave(connection, visit.key, visit.at, withdrawn=visit.reason == "noindex")

    def confirmed(self, key: str, now: datetime, next_visit: Callable[[datetime, datetime], datetime | None]) -> None:
        """Record that a page has not changed; its next look goes by when it was found."""
        with self._writes.begin() as connection:
            found_at = connection.execute(select(pages.c.found_at).where(pages.c.key == key)).scalar_one()
            values = {"visited_at": now, "next_visit": next_visit(found_at, now)}
            connection.execute(update(pages).where(pages.c.key == key).values(values))

    def decided(
        self, visit: Visited, decision: Decision, lines: frozenset[str] = frozenset(), version: int = 0
    ) -> bool:
        """Record a visit together with its article and the outbox row that brings it to the index; False, and nothing
        kept, where the article has been forgotten.

        `lines` are the article's folded lines, by that version of the folding: a new article's are counted.
        """
        article = decision.article
        values: dict[str, Any] = {
            "page": visit.key,
            "source": article.source,
            "document": orjson.dumps(article.to_dict()).decode(),
            "digest": decision.digest,
            "revision": article.revision,
            "first_seen": article.first_seen,
            "updated_at": visit.at,
            "withdrawn": False,
        }
        with self._writes.begin() as connection:
            if barred(connection, article.id, visit.key, visit.at):
                return False
            _record(connection, visit, article.id)
            if decision.kind == "same":
                return True
            if decision.before:
                keep_revision(connection, decision.before, visit.at)
            if decision.kind == "new":
                before = select(pages.c.silent_before).where(pages.c.key == visit.key)
                silence = connection.execute(before).scalar_one_or_none()
                values["silent"] = is_silent(silence, article.published_latest)
                add_article(connection, article, visit.at, version, lines)
                keep_lines(connection, str(article.source), version, lines, visit.at)
            upsert = insert_or(connection, articles).values(id=article.id, **values)
            connection.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=values))
            queue(connection, [article.id], visit.at)
        return True

    def documents(self) -> int:
        """How many articles are held for the index."""
        with self._reads.connect() as connection:
            query = select(func.count()).select_from(articles).where(~articles.c.withdrawn)
            return int(connection.execute(query).scalar_one())

    def of_source(self, source: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every article of a source, one after another: its id and its JSON values."""
        return self._walk(articles.c.source == source)

    def each(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every article, one after another: its id and its JSON values."""
        return self._walk(true())

    def holding(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that articles are held for."""
        found: set[str] = set()
        with self._reads.connect() as connection:
            for start in range(0, len(ids), _CHUNK):
                query = select(articles.c.id).where(articles.c.id.in_(ids[start : start + _CHUNK]))
                found.update(connection.execute(query).scalars())
        return found

    def _walk(self, condition: ColumnElement[bool]) -> Iterator[tuple[str, dict[str, Any]]]:
        last = ""
        while True:
            query = select(articles.c.id, articles.c.document).where(condition, articles.c.id > last)
            with self._reads.connect() as connection:
                rows = connection.execute(query.order_by(articles.c.id).limit(_CHUNK)).all()
            yield from ((row.id, orjson.loads(row.document)) for row in rows)
            if len(rows) < _CHUNK:
                return
            last = rows[-1].id

    def reworked(self, article: str, document: dict[str, Any], digest: str, now: datetime) -> None:
        """Keep an article that was extracted again, and queue it for the index."""
        values = {"document": orjson.dumps(document).decode(), "digest": digest, "updated_at": now}
        with self._writes.begin() as connection:
            connection.execute(update(articles).where(articles.c.id == article).values(values))
            queue(connection, [article], now)

    def requeue(self, now: datetime) -> int:
        """Put every article into the outbox again, to fill a new index; returns how many."""
        with self._writes.begin() as connection:
            connection.execute(delete(outbox))
            rows = select(articles.c.id, _literal(False), _literal(now), _literal(0), _literal(now))
            names = ["article", "delete", "queued_at", "tries", "next_try"]
            connection.execute(insert(outbox).from_select(names, rows))
            return int(connection.execute(select(func.count()).select_from(outbox)).scalar_one())

    def skipped(self, limit: int = 20) -> list[dict[str, Any]]:
        """Pages that became no article, by reason, most first: reason and count."""
        count = func.count().label("count")
        query = select(pages.c.state, pages.c.reason, count).where(pages.c.state.in_(("skipped", "failed", "gone")))
        query = query.group_by(pages.c.state, pages.c.reason).order_by(count.desc()).limit(limit)
        with self._reads.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def keep_found(
    connection: Connection,
    source: str,
    links: Sequence[FoundPage],
    now: datetime,
    silent_before: datetime | None = None,
) -> int:
    """Add the links that are not known yet; returns how many were new. What they published before `silent_before` is
    old news."""
    rows = {
        link.key: {
            "key": link.key,
            "url": link.url,
            "source": source,
            "state": "found",
            "section": link.section,
            "hints": _hints_row(link.hints),
            "found_at": now,
            "tries": 0,
            "silent_before": silent_before,
        }
        for link in links
    }
    for key in forgotten_among(connection, list(rows)):
        del rows[key]
    # In the order of their keys, so that two sources that list the same pages wait for each other and not in a circle.
    ordered, new = [rows[key] for key in sorted(rows)], 0
    for at in range(0, len(ordered), _CHUNK):
        some = insert_or(connection, pages).values(ordered[at : at + _CHUNK])
        new += len(connection.execute(some.on_conflict_do_nothing().returning(pages.c.key)).all())
    return new


def known_before(connection: Connection, keys: Sequence[str], moment: datetime) -> tuple[int, int]:
    """How many of the pages were known at a moment, and how many are known to hold no article, which say nothing."""
    again = useless = 0
    for at in range(0, len(keys), _CHUNK):
        held = select(pages.c.state, pages.c.found_at).where(pages.c.key.in_(keys[at : at + _CHUNK]))
        for row in connection.execute(held):
            useless += row.state == "skipped"
            again += row.state != "skipped" and row.found_at <= moment
    return again, useless


def queue(connection: Connection, ids: Sequence[str], now: datetime, *, delete: bool = False) -> None:
    """Add outbox rows within the transaction that makes them true."""
    row = {"delete": delete, "queued_at": now, "tries": 0, "next_try": now}
    connection.execute(insert(outbox), [{"article": one, **row} for one in ids])


def _record(connection: Connection, visit: Visited, article: str | None) -> None:
    values: dict[str, Any] = {
        "state": visit.state,
        "reason": visit.reason,
        "visited_at": visit.at,
        "next_visit": visit.next_visit,
        "tries": pages.c.tries + 1 if visit.state == "failed" else 0,
    }
    if article:
        values["article"] = article
    if visit.etag is not None or visit.last_modified is not None:
        values |= {"etag": visit.etag, "last_modified": visit.last_modified}
    connection.execute(update(pages).where(pages.c.key == visit.key).values(values))


def _tally_refused(connection: Connection, visit: Visited) -> None:
    source = connection.execute(select(pages.c.source).where(pages.c.key == visit.key)).scalar_one_or_none()
    if source and visit.reason in _NO_ARTICLE:
        add(connection, source, visit.at, refused=1)
    elif source and visit.reason in _WALLS:
        add(connection, source, visit.at, blocked=1)


def _literal(value: Any) -> Any:
    kind = Boolean() if isinstance(value, bool) else Integer() if isinstance(value, int) else Moment()
    return literal(value, kind)


def _hints_row(hints: Hints) -> dict[str, Any] | None:
    row = {
        "title": hints.title,
        "published": hints.published.isoformat() if hints.published else None,
        "published_origin": hints.published_origin,
        "authors": list(hints.authors),
        "tags": list(hints.tags),
        "topic": hints.topic,
    }
    return {name: value for name, value in row.items() if value} or None


def _target(row: Any) -> Target:
    held: dict[str, Any] = dict(row.hints or {})
    if "published" in held:
        held["published"] = datetime.fromisoformat(held["published"])
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in held.items()}
    hints = Hints(**values)
    first = row.state == "found"
    return Target(row.key, row.url, row.section, hints, row.etag, row.last_modified, row.tries, first)
