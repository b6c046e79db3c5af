"""Articles that a store keeps, by the way that the line takes."""

from dataclasses import replace
from datetime import UTC, datetime

from crawler.article import Article
from crawler.policy.decide import decide
from crawler.store import DiscoveredPage, EntryPoint, PageVisit, Store, Visit

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def keep(
    store: Store,
    number: int,
    text: str = "Text.",
    at: datetime = NOW,
    lines: frozenset[str] = frozenset(),
    *,
    published: datetime | None = None,
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
    store.pages.record_article(PageVisit(key, "article", at, None), decision, lines, 1)
    return article.id
