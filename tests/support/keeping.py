"""Articles that a store keeps, by the way that the line takes; rows that only tests look at."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crawler.article import Article
from crawler.policy.decide import decide
from crawler.store import DiscoveredPage, EntryPoint, PageVisit, Store, Visit
from crawler.store.tables import crawls, leases
from tests.support.clock import NOW


def keep(
    store: Store,
    number: int,
    text: str = "Text.",
    at: datetime = NOW,
    lines: frozenset[str] = frozenset(),
    *,
    published: datetime | None = None,
    version: int = 1,
) -> str:
    """Find, visit and keep the article with this number; returns its id."""
    key, url = f"example.org/{number}", f"https://example.org/{number}"
    crawl = store.ledger.start("one", at)
    store.ledger.record_visit(
        Visit(crawl, "one", EntryPoint("https://example.org/s", "section"), at, "read"),
        [DiscoveredPage(key, url)],
    )
    article = Article(
        url=url,
        id=f"{number:032}",
        title="Title",
        text=text,
        source="one",
        language="en",
        canonical_url=url,
    )
    if published:
        article = replace(
            article,
            published=published,
            published_precision="second",
            published_earliest=published,
            published_latest=published,
        )
    decision = decide(article, store.pages.known_article(article.id), at)
    store.pages.record_article(PageVisit(key, "article", at, None), decision, lines, version)
    return article.id


def crawl_rows(store: Store, source: str) -> list[dict[str, Any]]:
    """The crawls of a source, newest first."""
    query = select(crawls).where(crawls.c.source == source)
    query = query.order_by(crawls.c.started_at.desc(), crawls.c.id.desc())
    with store.ledger._reads.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def lease_holder(store: Store, name: str, now: datetime) -> str | None:
    """Who holds a lease now."""
    query = select(leases.c.owner).where(leases.c.name == name, leases.c.expires_at > now)
    with store.leases._reads.connect() as connection:
        return connection.execute(query).scalar_one_or_none()
