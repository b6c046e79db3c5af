"""Pages in a store and its archive, as a crawl would have kept them, without a network."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive import Archive
from crawler.archive.recorder import CaptureRecorder
from crawler.article import Page
from crawler.extract import LINES_VERSION, read
from crawler.policy.decide import Signs, decide, next_visit
from crawler.policy.rights import may_copy, strip_reserved
from crawler.sources import Source, as_toml
from crawler.store import DiscoveredPage, PageVisit, Store
from crawler.store.articles.discovered import keep_found
from crawler.urls import article_id
from tests.support.clock import moment


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


def numbered_page(
    source: Source, number: int, title: str, sentence: str, *, day: int, extra: str = ""
) -> Page:
    """A page of a source, fetched on that day: five times the sentence, with other numbers in its
    two places, and what is more.
    """
    prose = "".join(
        f"<p>{sentence.format(number * 9 + part, number * 13 + part)}</p>" for part in range(5)
    )
    head = f"<title>{title}</title><meta property='article:published_time' content='2026-11-09'>"
    body = f"<article><h1>{title}</h1>{prose}{extra}</article>"
    html = f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return Page(f"{source.home}news/{number}", html.encode(), {}, moment(day))


def keep_in(folder: Path, source: Source, pages: list[Page], patch: pytest.MonkeyPatch) -> None:
    """Keep pages of a source, each of which is an article, in a folder that commands work in; the
    archive is closed at a clean end.
    """
    store, archive = opened(folder)
    assert visit(store, archive, source, pages) == len(pages)
    archive.close()
    store.close()
    (folder / "sources.toml").write_text(as_toml(source), encoding="utf-8")
    for name, value in {"DATA": folder, "SOURCES": folder / "sources.toml"}.items():
        patch.setenv(f"VEILLE_{name}", str(value))
    patch.setenv("VEILLE_WORKERS", "1")
    patch.chdir(folder)
