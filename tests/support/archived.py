"""Pages in a store and its archive, as a crawl would have kept them, without a network."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.recorder import CaptureRecorder
from crawler.article import Page
from crawler.extract import LINES_VERSION, read
from crawler.policy.decide import Signs, decide, next_visit
from crawler.policy.rights import may_copy, strip_reserved
from crawler.sources import Source
from crawler.store import DiscoveredPage, PageVisit, Store
from crawler.store.articles.discovered import keep_found
from crawler.urls import article_id


def visit(store: Store, archive: Archive, source: Source, pages: Iterable[Page]) -> int:
    """Fetch these pages of a source, so to speak; returns how many are articles."""
    keeper, articles = CaptureRecorder(archive, store), 0
    for page in pages:
        articles += _visit(store, keeper, source, page)
    return articles


def _visit(store: Store, keeper: CaptureRecorder, source: Source, page: Page) -> bool:
    key, now = source.key(page.url), page.fetched_at
    with store.pages._writes.begin() as connection:
        keep_found(connection, source.id, [DiscoveredPage(key, page.url)], now)
    hints = replace(
        page.hints, language=source.language, country=source.country, selectors=source.chosen
    )
    reading = read(replace(page, hints=hints))
    if reading.directives.index and may_copy(reading.directives, respect_tdm=False):
        keeper.note(keeper.write(page, key, source.id, "page"))
    if reading.article is None or not reading.directives.index:
        store.pages.record_visit(
            PageVisit(
                key, "skipped", now, None, reading.refused.reason if reading.refused else "empty"
            )
        )
        return False
    article = replace(
        strip_reserved(reading.article, reading.directives, respect_tdm=False),
        id=article_id(source.key(reading.article.canonical_url or page.url)),
        source=source.id,
        source_name=source.name,
        country=source.country,
        collections=source.collections,
    )
    known = store.pages.known_article(article.id)
    if known and known.page != key:
        store.pages.record_visit(PageVisit(key, "skipped", now, None, "duplicate"))
        return False
    decision = decide(article, known, now, signs=Signs(live=reading.live))
    lines = reading.lines if article.text else frozenset[str]()
    store.pages.record_article(
        PageVisit(key, "article", now, next_visit(now, now)), decision, lines, LINES_VERSION
    )
    return True


def opened(folder: Path) -> tuple[Store, Archive]:
    """A new store and its archive."""
    return Store(f"sqlite:///{folder / 'veille.sqlite'}"), Archive(folder / "archive")
