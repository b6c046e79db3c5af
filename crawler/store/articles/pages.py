"""Pages that are known and articles that were taken from them: the frontier that survives a
crash.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from crawler.article import Article
from crawler.policy.decide import Decision, KnownArticle
from crawler.policy.identity import Candidate, ShownArticle
from crawler.policy.live_looks import LIVE
from crawler.policy.shared import marks_of
from crawler.store.articles.addresses import candidates, keep_addresses
from crawler.store.articles.boilerplate import keep_lines
from crawler.store.articles.discovered import (
    TARGET,
    DiscoveredPage,
    PageRequest,
    keep_found,
    target_of,
)
from crawler.store.articles.documents import (
    DamagedDocument,
    document_or_none,
    read_document,
    whole_documents,
)
from crawler.store.articles.recording import (
    PageState,
    PageVisit,
    keep_article,
    keep_parts,
    keep_visit,
    queue,
    tally_refused,
)
from crawler.store.articles.revisions import keep_not_taken, keep_revision, mark_gone
from crawler.store.articles.shared import count_shared, pages_with_text
from crawler.store.articles.takedowns import drop_if_forgotten
from crawler.store.dialect import parts
from crawler.store.statistics.tallies import add_article
from crawler.store.tables import UtcDateTime, articles, outbox, pages
from crawler.store.transactions import Database

_CHUNK = 400
"""Articles that are read at a time, so that a walk over millions holds no connection for long."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What is held of a page: how it is asked, and what it came to."""

    target: PageRequest
    state: PageState
    reason: str | None
    article: str | None

    @property
    def may_become_article(self) -> bool:
        """Whether the page was read and became no article: other rules may make it one."""
        return self.state == "skipped" and self.reason not in (
            "duplicate",
            "noindex",
            "robots",
            "address",
            "forgotten",
            "shared",
            "part",
            "moved",
            "other-site",
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """What an article that was read is compared with: the articles that it may be one of, and the
    other pages of its source with its very text, which are not looked up where its page's is the
    same.
    """

    candidates: Sequence[Candidate]
    same_text: Sequence[PageRequest] = ()


class Pages:
    """The pages and articles of the store. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def due(self, source: str, keys: Sequence[str] | None, now: datetime) -> list[PageRequest]:
        """The pages of a source that are to be fetched: found and never fetched, failed, or due to
        be looked at again; only those among `keys`, in their order, unless None. One that is named
        now is fetched where only an import has met it, in vain.
        """
        due = or_(
            pages.c.state == "found",
            and_(pages.c.next_visit.is_not(None), pages.c.next_visit <= now),
        )
        if keys is not None:
            due = or_(due, _ONLY_IMPORTED)
        query = select(*TARGET).where(pages.c.source == source, due)
        with self._reads.connect() as connection:
            if keys is None:
                rows = connection.execute(query.order_by(pages.c.found_at, pages.c.key))
                return [target_of(row) for row in rows]
            by_key = {}
            for batch in parts(keys):
                for row in connection.execute(query.where(pages.c.key.in_(batch))):
                    by_key[row.key] = row
        return [target_of(by_key[key]) for key in dict.fromkeys(keys) if key in by_key]

    def find(self, source: str, page: DiscoveredPage, now: datetime) -> None:
        """Add a page that another page names, unless it is known or forgotten."""
        with self._writes.begin() as connection:
            keep_found(connection, source, [page], now)

    def stored_page(self, key: str) -> StoredPage | None:
        """What is held of the page with this key."""
        with self._reads.connect() as connection:
            row = connection.execute(select(pages).where(pages.c.key == key)).one_or_none()
        return StoredPage(target_of(row), row.state, row.reason, row.article) if row else None

    def known_article(self, article: str) -> KnownArticle | None:
        """What is held of the article with this id; nothing where its row is damaged, so that it is
        made anew.
        """
        with self._reads.connect() as connection:
            row = connection.execute(_KNOWN, {"article": article}).one_or_none()
        if row is None:
            return None
        document = document_or_none(article, row.document)
        if document is None:
            return None
        return KnownArticle(document, row.digest, row.page, row.withdrawn)

    def compared(self, reading: ShownArticle) -> Compared:
        """What an article as its page shows it is compared with."""
        text = reading.article.text
        with self._reads.connect() as connection:
            found = candidates(connection, reading)
            for candidate in found:
                known = candidate.known
                if known.page == reading.page and known.document["text"] == text:
                    return Compared(found)
            return Compared(found, pages_with_text(connection, reading.article, reading.page))

    def record_visit(self, visit: PageVisit) -> None:
        """Record a visit that brought no article, or the same one."""
        with self._writes.begin() as connection:
            if visit.first or visit.lost:
                tally_refused(connection, visit)
            keep_visit(connection, visit, visit.article)
            if visit.state == "gone" or visit.reason == "noindex":
                mark_gone(connection, visit.key, visit.at, withdrawn=visit.reason == "noindex")

    def record_unchanged(
        self,
        key: str,
        now: datetime,
        next_look: Callable[[datetime, datetime | None, bool], datetime | None],
    ) -> None:
        """Record that a page has not changed; its next look goes by when it was found, its visit
        before this one, and whether it was a live blog then.
        """
        query = select(pages.c.found_at, pages.c.visited_at, pages.c.reason)
        with self._writes.begin() as connection:
            row = connection.execute(query.where(pages.c.key == key)).one()
            again_at = next_look(row.found_at, row.visited_at, row.reason == LIVE)
            values = {"visited_at": now, "next_visit": again_at}
            connection.execute(update(pages).where(pages.c.key == key).values(values))

    def record_article(
        self,
        visit: PageVisit,
        decision: Decision,
        lines: frozenset[str] = frozenset(),
        version: int = 0,
    ) -> bool:
        """Record a visit together with its article and the outbox row that brings it to the index;
        False, and nothing kept, where the article has been forgotten.

        `lines` are the article's folded lines, by that version of the folding: a new article's are
        counted.
        """
        article = decision.article
        with self._writes.begin() as connection:
            keys = [visit.key, *(key for key, _ in visit.parts)]
            if drop_if_forgotten(connection, str(article.id), keys, visit.at):
                return False
            changed = decision.kind == "changed"
            silent_before = keep_visit(connection, visit, article.id, changed=changed)
            keep_parts(connection, visit, article.source, str(article.id))
            if decision.before:
                keep_revision(connection, decision.before, visit.at)
            if decision.not_taken:
                keep_not_taken(connection, str(article.id), decision.not_taken, visit.at)
            if decision.kind == "new":
                recorded_at = visit.recorded_at
                repeated = keep_lines(connection, str(article.source), version, lines, recorded_at)
                # What is imported says nothing of how a source is watched.
                if not visit.imported_at:
                    add_article(connection, article, visit.at, repeated)
                    count_shared(connection, article, visit.at)
            if decision.kind != "same":
                keep_article(connection, visit, decision, silent_before)
            keep_addresses(connection, visit, decision)
        return True

    def documents(self) -> int:
        """How many articles are held for the index."""
        with self._reads.connect() as connection:
            query = select(func.count()).select_from(articles).where(~articles.c.withdrawn)
            return int(connection.execute(query).scalar_one())

    def of_source(self, source: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every article of a source, one after another: its id and its JSON values; none whose row
        is damaged.
        """
        return self._walk(articles.c.source == source)

    def each(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every article, one after another: its id and its JSON values."""
        return self._walk(true())

    def damaged(self) -> Iterator[tuple[str, str]]:
        """The articles whose rows are damaged: id and what is wrong."""
        for name, text in self._rows(true()):
            try:
                read_document(text)
            except DamagedDocument as error:
                yield name, str(error)

    def shown(self) -> Iterator[str]:
        """The ids of all articles that are held for the index."""
        for name, _ in self._rows(~articles.c.withdrawn):
            yield name

    def holding(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that articles are held for."""
        existing: set[str] = set()
        with self._reads.connect() as connection:
            for batch in parts(ids):
                query = select(articles.c.id).where(articles.c.id.in_(batch))
                existing.update(connection.execute(query).scalars())
        return existing

    def _walk(self, condition: ColumnElement[bool]) -> Iterator[tuple[str, dict[str, Any]]]:
        return whole_documents(self._rows(condition))

    def _rows(self, condition: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
        last = ""
        while True:
            query = select(articles.c.id, articles.c.document).where(
                condition, articles.c.id > last
            )
            with self._reads.connect() as connection:
                rows = connection.execute(query.order_by(articles.c.id).limit(_CHUNK)).all()
            yield from ((row.id, row.document) for row in rows)
            if len(rows) < _CHUNK:
                return
            last = rows[-1].id

    def replace_article(
        self, article: str, document: dict[str, Any], digest: str, now: datetime
    ) -> None:
        """Keep an article that was extracted again, and queue it for the index."""
        marks = marks_of(Article.from_dict(document))
        text = orjson.dumps(document).decode()
        values = {"document": text, "digest": digest, "updated_at": now, **marks}
        with self._writes.begin() as connection:
            connection.execute(update(articles).where(articles.c.id == article).values(values))
            queue(connection, [article], now)

    def requeue(self, now: datetime) -> int:
        """Put every article into the outbox again, to fill a new index; returns how many."""
        with self._writes.begin() as connection:
            connection.execute(delete(outbox))
            rows = select(
                articles.c.id,
                literal(False, Boolean()),
                literal(now, UtcDateTime()),
                literal(0, Integer()),
                literal(now, UtcDateTime()),
            )
            names = ["article", "delete", "queued_at", "tries", "next_try"]
            connection.execute(insert(outbox).from_select(names, rows))
            return int(connection.execute(select(func.count()).select_from(outbox)).scalar_one())

    def skipped(self, limit: int = 20) -> list[dict[str, Any]]:
        """Pages that became no article, by reason, most first: reason and count."""
        count = func.count().label("count")
        query = select(pages.c.state, pages.c.reason, count).where(
            pages.c.state.in_(("skipped", "failed", "gone"))
        )
        query = query.group_by(pages.c.state, pages.c.reason).order_by(count.desc()).limit(limit)
        with self._reads.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


_ONLY_IMPORTED = and_(
    pages.c.state == "skipped", pages.c.next_visit.is_(None), pages.c.article.is_(None)
)
"""Pages that an import found and that became no article: crawls look at theirs again, and further
pages of articles name that article.
"""
_KNOWN = select(
    articles.c.document, articles.c.digest, articles.c.page, articles.c.withdrawn
).where(articles.c.id == bindparam("article"))
