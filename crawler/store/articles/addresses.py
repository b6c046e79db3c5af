"""The addresses of an article: pages that were found to be of an article that is held of another
page. They keep its id, and are not asked for as long as its own page answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from crawler.article import Article
from crawler.policy.decide import Decision, KnownArticle
from crawler.policy.departures import LatePages
from crawler.policy.identity import Candidate, ShownArticle, Way
from crawler.policy.shared import address_mark, text_mark
from crawler.store.articles.documents import document_or_none, whole_documents
from crawler.store.articles.recording import PageVisit
from crawler.store.dialect import insert_or
from crawler.store.tables import articles, pages
from crawler.store.transactions import Database
from crawler.urls import article_id, canonical_key, site, site_host

_MOST = 12
"""Articles with the mark of an address or a text that are looked at: of many, it tells nothing."""
_AWAKENED = 3
"""Other addresses that are asked when the page of an article has vanished, the newest ones: a site
may have made thousands."""
_NEWEST = 20
"""Articles of a source whose hosts are looked at."""
OTHER_ADDRESSES = ("duplicate", "moved")
"""Why a page is none of an article of its own, where it is another address of one."""


@dataclass(frozen=True, slots=True)
class OtherAddress:
    """Another address of an article, and when it was found: a `duplicate`, which shows the article,
    too, or one that it has `moved` from.
    """

    url: str
    reason: str
    found_at: datetime


class ArticleAddresses:
    """The other addresses of articles. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def of(self, article: str) -> list[OtherAddress]:
        """The other addresses of an article, the first found first."""
        query = select(pages.c.url, pages.c.reason, pages.c.found_at).where(
            _others(article), pages.c.reason.in_(OTHER_ADDRESSES)
        )
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(pages.c.found_at, pages.c.key))
            return [OtherAddress(row.url, row.reason, row.found_at) for row in rows]

    def current(self, url: str) -> list[str]:
        """Where the articles stand now that a page with this address was found to be of, whatever
        its scheme and tracking parameters; none where there is no such page.
        """
        try:
            key = canonical_key(url)
        except ValueError:
            return []
        theirs = select(pages.c.article).where(pages.c.key == key, pages.c.article.is_not(None))
        query = select(articles.c.id, articles.c.document).where(
            or_(articles.c.id == article_id(key), articles.c.id.in_(theirs))
        )
        with self._reads.connect() as connection:
            rows = connection.execute(query.where(~articles.c.withdrawn)).all()
        return [document["url"] for _, document in whole_documents(rows)]

    def sites_of(self, source: str) -> set[str]:
        """The sites (registered domains) on which the newest articles of a source stand."""
        newest = (
            select(articles.c.id, articles.c.document)
            .where(articles.c.source == source, ~articles.c.withdrawn)
            .order_by(articles.c.first_seen.desc())
            .limit(_NEWEST)
        )
        with self._reads.connect() as connection:
            rows = connection.execute(newest).all()
        return {site(site_host(document["url"])) for _, document in whole_documents(rows)}

    def late_pages(self, source: str, reason: str, since: datetime) -> LatePages:
        """The pages of a source that were visited since a moment and are to be looked at again."""
        late = (pages.c.next_visit.is_not(None), pages.c.visited_at >= since)
        mine = (pages.c.source == source, *late)
        count = select(func.count()).select_from(pages)
        articles_read = count.where(*mine, pages.c.state == "article")
        states = pages.c.state.in_(("skipped", "gone"))
        alike = count.where(*mine, states, pages.c.reason == reason)
        with self._reads.connect() as connection:
            return LatePages(
                connection.execute(articles_read).scalar_one(),
                connection.execute(alike).scalar_one(),
            )


def candidates(connection: Connection, reading: ShownArticle) -> list[Candidate]:
    """The articles that a page may be of, the likeliest first: the one that is held of it; those of
    its addresses; and where none is held of it yet, those with its guid, its number or headline in
    their address, or its text.
    """
    wanted = {
        "page": reading.page,
        "own": reading.own,
        "claimed": reading.claimed,
        "own_id": article_id(reading.own),
        "claimed_id": article_id(reading.claimed),
    }
    found = _read(connection.execute(_BY_ADDRESS, wanted), "address")
    if all(candidate.known.page != reading.page for candidate in found):
        found += _read(connection.execute(_BY_GUID, {"page": reading.page}), "guid")
        marks = {
            "whose": reading.article.source,
            "named": address_mark(reading.article.url),
            "text": text_mark(reading.article.text),
        }
        found += _read(connection.execute(_BY_MARK, marks), "mark")
    return found


def keep_addresses(connection: Connection, visit: PageVisit, decision: Decision) -> None:
    """Keep the address at which the page of an article has answered, and the one that the article
    has moved from.
    """
    article = str(decision.article.id)
    if visit.answered:
        _keep_answered(connection, visit, decision.article)
    if visit.leaves and decision.kind != "same":
        _leave(connection, article, visit.leaves)


def _keep_answered(connection: Connection, visit: PageVisit, article: Article) -> None:
    """Keep an address, unless it is known for one of an article."""
    assert visit.answered
    key, url = visit.answered
    values = {
        "state": "skipped",
        "reason": "duplicate",
        "article": article.id,
        "visited_at": visit.at,
        "next_visit": None,
    }
    row = {"key": key, "url": url, "source": article.source, "found_at": visit.at, "tries": 0}
    added = insert_or(connection, pages).values(**row, **values)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=["key"], set_=values, where=pages.c.article.is_(None)
        )
    )


def _leave(connection: Connection, article: str, key: str) -> None:
    """Make the page that an article had until now one of its other addresses."""
    values = {"state": "skipped", "reason": "moved", "article": article, "next_visit": None}
    connection.execute(update(pages).where(pages.c.key == key).values(values))


def awaken_others(connection: Connection, article: str, now: datetime) -> None:
    """Let the other addresses of an article be asked for: its own page has vanished."""
    newest = (
        select(pages.c.key)
        .where(_others(article), pages.c.reason.in_(OTHER_ADDRESSES))
        .order_by(pages.c.found_at.desc())
        .limit(_AWAKENED)
    )
    keys = connection.execute(newest).scalars().all()
    if keys:
        connection.execute(update(pages).where(pages.c.key.in_(keys)).values(next_visit=now))


def _others(article: str) -> Any:
    return (pages.c.article == article) & (pages.c.state == "skipped")


def _read(rows: Any, way: Way) -> list[Candidate]:
    found: list[Candidate] = []
    for row in rows:
        document = document_or_none(row.id, row.document)
        if document is None:
            continue
        known = KnownArticle(document, row.digest, row.page, row.withdrawn)
        found.append(Candidate(row.id, row.source, known, way))
    return found


_COLUMNS = [
    articles.c[name] for name in ("id", "source", "page", "document", "digest", "withdrawn")
]
_KEYS: Sequence[Any] = [bindparam("page"), bindparam("own"), bindparam("claimed")]
_BY_ADDRESS = select(*_COLUMNS).where(
    or_(
        articles.c.id.in_([bindparam("own_id"), bindparam("claimed_id")]),
        articles.c.id.in_(
            select(pages.c.article).where(pages.c.key.in_(_KEYS), pages.c.article.is_not(None))
        ),
    )
)
_ASKED = pages.alias()
_BY_GUID = (
    select(*_COLUMNS)
    .where(
        articles.c.id.in_(
            select(pages.c.article).where(
                pages.c.source == _ASKED.c.source,
                pages.c.guid == _ASKED.c.guid,
                pages.c.guid.is_not(None),
                _ASKED.c.key == bindparam("page"),
            )
        )
    )
    .limit(_MOST)
)


def _with_mark(column: Any, name: str) -> Any:
    """The ids of some articles of a source with a mark. Each mark is looked up by itself, so that
    its index is used: for both at once SQLite walks through all articles of the source.
    """
    ids = select(articles.c.id).where(
        articles.c.source == bindparam("whose"), column == bindparam(name)
    )
    return ids.limit(_MOST).subquery().select()


_BY_MARK = select(*_COLUMNS).where(
    or_(
        articles.c.id.in_(_with_mark(articles.c.address_mark, "named")),
        articles.c.id.in_(_with_mark(articles.c.text_mark, "text")),
    ),
    ~articles.c.withdrawn,
)
