"""Extracting again what is archived: what today's rules make of the pages, compared with the
articles that are held. A door module.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from crawler.archive import Archive, ArchiveError
from crawler.archive.archived_pages import ArchivedPages, with_bodies, with_hints
from crawler.article import Article
from crawler.extract import (
    LEAST_ARTICLES,
    LINES_VERSION,
    ExtractResult,
    Refused,
    learned_lines,
    lines_of,
    remove_lines,
    standing,
)
from crawler.policy.decide import (
    OWN_FIELDS,
    Decision,
    KnownArticle,
    Signs,
    decide,
    digest,
    next_visit,
)
from crawler.policy.first_date import keep_date
from crawler.policy.fullest import keep_fullest
from crawler.policy.rights import strip_reserved
from crawler.process.parts import read_whole
from crawler.process.pool import ReadingPool
from crawler.sources import Source
from crawler.store import Capture, PageVisit, Store, StoredPage
from crawler.urls import article_id

AT_ONCE = 16
"""Pages that are read at one time, enough to keep the pool of readers busy."""


@dataclass(frozen=True, slots=True)
class ReextractResult:
    """What became of one page: `before` is the article that is held, `after` what it is now.

    `changed` names the fields that other rules changed, `learned` says that lines left it which
    have been learned to be boilerplate since.
    """

    url: str
    page: str = ""
    before: Article | None = None
    after: Article | None = None
    changed: tuple[str, ...] = ()
    learned: bool = False
    refused: str | None = None
    lost: str | None = None


@dataclass(frozen=True, slots=True)
class _ArchivedPage:
    """A page whose answers are archived, and the article `before` that is held of it, if any."""

    captures: Sequence[Capture]
    held: StoredPage
    before: Article | None

    @property
    def key(self) -> str:
        return self.captures[0].key

    @property
    def source_id(self) -> str:
        return self.captures[0].source


@dataclass(slots=True)
class Reextraction:
    """Reads archived pages again. `known` are the sources by id: a source that the file no longer
    names keeps the names that its articles have.
    """

    store: Store
    archive: Archive
    pool: ReadingPool
    known: Mapping[str, Source]
    _learned: dict[str, frozenset[str]] = field(default_factory=dict)

    async def pages(self, sources: Sequence[str]) -> AsyncIterator[ReextractResult]:
        """Every archived page of these sources (of all where none is named), then the articles
        without one.
        """
        seen: set[str] = set()
        async for result in self._archived(sources):
            held = result.before or result.after
            if held:
                seen.add(held.id)
            yield result
        for source in sources or self.store.lines.sources():
            for name, document in self.store.pages.of_source(source):
                if name not in seen:
                    yield self._unarchived(Article.from_dict(document))

    async def _archived(self, sources: Sequence[str]) -> AsyncIterator[ReextractResult]:
        for chunk in _chunks(self.store.captures.of_pages(sources)):
            for result in await asyncio.gather(*(self._page(captures) for captures in chunk)):
                if result is not None:
                    yield result

    async def _page(self, captures: Sequence[Capture]) -> ReextractResult | None:
        page = self._archived_page(captures)
        if page is None:
            return None
        boilerplate = self._boilerplate(page.source_id)
        # Read without the lines that were learned since, a page tells what other rules changed;
        # read with them, what it is now.
        since = standing(page.before.text, boilerplate) if page.before else frozenset()
        then = await self._read(page, boilerplate - since)
        now = await self._read(page, boilerplate) if since else then
        return compare_articles(page.held.target.url, page.key, page.before, then, now)

    def _archived_page(self, captures: Sequence[Capture]) -> _ArchivedPage | None:
        """What the store holds of a page; None where it is none of an article, or its article is
        held by another page.
        """
        key = captures[0].key
        held = self.store.pages.stored_page(key)
        if held is None or (held.article is None and not held.may_become_article):
            return None
        if not held.article:
            return _ArchivedPage(captures, held, None)
        article = self.store.pages.known_article(held.article)
        if article is None:
            # Its row is damaged: the article is made anew.
            return _ArchivedPage(captures, held, None) if held.state == "article" else None
        if article.page != key:
            return None
        return _ArchivedPage(captures, held, Article.from_dict(article.document))

    async def _read(
        self, page: _ArchivedPage, boilerplate: frozenset[str]
    ) -> Article | Refused | ArchiveError:
        """The article as if these rules had read every answer, from the first to the last."""
        source = self.known.get(page.source_id)
        tidied = partial(remove_lines, boilerplate=boilerplate)
        known: KnownArticle | None = None
        last: Refused | ArchiveError = Refused("empty")
        for capture, body in with_bodies(page.captures):
            if body is None:
                last = ArchiveError("its body is not archived")
                continue
            try:
                reading = await self._extract(body, capture, page.held, source, boilerplate)
            except (ArchiveError, Refused) as error:
                last = error
                continue
            if reading.article is None:
                last = reading.refused or Refused("empty")
                continue
            article = strip_reserved(reading.article, reading.directives, respect_tdm=False)
            article = _with_source_values(article, source, page.before, capture.source)
            signs = Signs(page.held.target.hints.title or "", reading.live)
            decision = decide(article, known, capture.at, tidied, signs)
            known = KnownArticle(decision.article.to_dict(), decision.digest, capture.key)
        if known is None:
            return last
        return _with_history(Article.from_dict(known.document), page.before, page.captures[0].at)

    async def _extract(
        self,
        body: Capture,
        capture: Capture,
        held: StoredPage,
        source: Source | None,
        boilerplate: frozenset[str],
    ) -> ExtractResult:
        """Read one answer, whose `body` may be that of an answer before; raises `ArchiveError` and
        `Refused`.
        """
        pages = ArchivedPages(self.archive, self.store)
        page = with_hints(pages.body(body), capture, held, source, boilerplate)
        result, _ = await read_whole(self.pool, page, partial(pages.part, page, source))
        return result

    def _unarchived(self, before: Article) -> ReextractResult:
        text = remove_lines(before.text, self._boilerplate(before.source or ""))
        if text == before.text:
            return ReextractResult(before.url, "", before, before)
        after = replace(before, text=text, words=len(text.split()))
        return ReextractResult(before.url, "", before, after, learned=True)

    def _boilerplate(self, source: str) -> frozenset[str]:
        if source not in self._learned:
            counts = self.store.lines.common(source, LINES_VERSION, LEAST_ARTICLES)
            self._learned[source] = learned_lines(counts.articles, counts.lines)
        return self._learned[source]


def compare_articles(
    url: str,
    page: str,
    before: Article | None,
    then: Article | Refused | ArchiveError,
    now: Article | Refused | ArchiveError,
) -> ReextractResult:
    """What a page became: `then` is read by today's rules without the lines that were learned
    meanwhile, `now` with them. Pure.
    """
    if isinstance(now, ArchiveError) or isinstance(then, ArchiveError):
        return ReextractResult(url, page, before, lost=str(now))
    if isinstance(now, Refused) or isinstance(then, Refused):
        refused = now.reason if isinstance(now, Refused) else str(then)
        return ReextractResult(url, page, before, refused=refused)
    if before is None:
        return ReextractResult(url, page, None, now)
    changed = _differing(before, then)
    learned = bool(_differing(then, now))
    return ReextractResult(url, page, before, now, changed, learned)


def _with_history(article: Article, before: Article | None, first_at: datetime) -> Article:
    """An article that was read again, with what only the one that is held knows."""
    if before is None:
        return replace(article, revision=1)
    if before.first_seen and first_at > before.first_seen:
        # The answer that it was first taken from is not archived.
        article, _ = keep_fullest(keep_date(article, before, first_at), before)
    article = replace(article, tdm_reserved=article.tdm_reserved or before.tdm_reserved)
    if before.words and not before.text:
        # The page has asked since that none is kept.
        article = replace(article, text="", lead=before.lead)
    return replace(article, **{name: getattr(before, name) for name in ("id", *OWN_FIELDS)})


def write(store: Store, result: ReextractResult, at: datetime) -> None:
    """Keep what an article is now, and queue it for the index: its publisher revised nothing."""
    if result.after is None:
        return
    if result.before is None:
        visit = PageVisit(result.page, "article", at, next_visit(result.after.first_seen or at, at))
        decision = Decision("new", result.after, digest(result.after))
        store.pages.record_article(visit, decision, lines_of(result.after.text), LINES_VERSION)
    elif result.changed or result.learned:
        store.pages.replace_article(
            result.after.id, result.after.to_dict(), digest(result.after), at
        )


def _differing(one: Article, other: Article) -> tuple[str, ...]:
    one_values = one.to_dict()
    other_values = other.to_dict()
    published = (name for name in one_values if name not in OWN_FIELDS)
    return tuple(name for name in published if one_values[name] != other_values[name])


def _with_source_values(
    article: Article, source: Source | None, before: Article | None, source_id: str
) -> Article:
    """The article with what its source says of itself."""
    if source is not None:
        return replace(
            article,
            id=article_id(source.key(article.canonical_url or article.url)),
            source=source.id,
            source_name=source.name,
            country=source.country,
            collections=source.collections,
        )
    if before is None:
        return replace(article, source=source_id)
    return replace(
        article,
        source=before.source,
        source_name=before.source_name,
        country=before.country,
        collections=before.collections,
    )


def _chunks(groups: Iterable[list[Capture]]) -> Iterator[list[list[Capture]]]:
    chunk: list[list[Capture]] = []
    for group in groups:
        chunk.append(group)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
