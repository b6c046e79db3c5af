"""Extracting again what is archived: what today's rules make of the pages, compared with the
articles that are held. A door module.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from crawler.archive import Archive, ArchiveError, RecordLocation
from crawler.article import Article, Hints, Page
from crawler.extract import (
    LEAST_ARTICLES,
    LINES_VERSION,
    ExtractResult,
    Refused,
    lines_of,
    read,
    without,
)
from crawler.policy.decide import (
    UNPUBLISHED,
    Decision,
    KnownArticle,
    decide,
    digest,
    keep_date,
    next_visit,
)
from crawler.policy.rights import strip_reserved
from crawler.process.pool import ReadingPool
from crawler.sources import Source
from crawler.store import Capture, PageVisit, Store, StoredPage
from crawler.urls import article_id

AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class ReextractResult:
    """What became of one page: `before` is the article that is held, `after` what it is now;
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
        """Every archived page of these sources (of all where none is named), then the articles without one."""
        seen: set[str] = set()
        for chunk in _chunks(self.store.captures.of_pages(sources)):
            for again in await asyncio.gather(*(self._page(captures) for captures in chunk)):
                if again:
                    seen |= {again.before.id} if again.before else set()
                    yield again
        for source in sources or self.store.lines.sources():
            for name, document in self.store.pages.of_source(source):
                if name not in seen:
                    yield self._unarchived(Article.from_dict(document))

    async def _page(self, captures: Sequence[Capture]) -> ReextractResult | None:
        held = self.store.pages.held(captures[0].key)
        if held is None or (held.article is None and not held.may_become_article):
            return None
        known = self.store.pages.known(held.article) if held.article else None
        if held.article and (known is None or known.page != captures[0].key):
            return None
        before = Article.from_dict(known.document) if known else None
        boilerplate = self._boilerplate(captures[0].source)
        standing = lines_of(before.text) if before else frozenset()
        then = await self._read(captures, held, before, boilerplate - standing)
        now = (
            await self._read(captures, held, before, boilerplate)
            if boilerplate & standing
            else then
        )
        return compare_articles(held.target.url, captures[0].key, before, then, now)

    async def _read(
        self,
        captures: Sequence[Capture],
        held: StoredPage,
        before: Article | None,
        boilerplate: frozenset[str],
    ) -> Article | Refused | ArchiveError:
        """The article as if these rules had read every answer, from the first to the last."""
        source = self.known.get(captures[0].source)
        known: KnownArticle | None = None
        last: Refused | ArchiveError = Refused("empty")
        body = captures[0]
        for capture in captures:
            body = capture if capture.whole else body
            try:
                page = self.archive.read(RecordLocation(body.file, body.offset, body.length))
                reading: ExtractResult = await self.pool.run(
                    read, _hinted(page, capture, held, source, boilerplate)
                )
            except (ArchiveError, Refused) as error:
                last = error
                continue
            if reading.article is None:
                last = reading.refused or Refused("empty")
                continue
            tidied = partial(without, boilerplate=boilerplate)
            article = strip_reserved(reading.article, reading.directives, respect_tdm=False)
            article = _named(article, source, before, capture.source)
            decision = decide(article, known, capture.at, tidied)
            known = KnownArticle(decision.article.to_dict(), decision.digest, capture.key)
        if known is None:
            return last
        article = Article.from_dict(known.document)
        if before is None:
            return replace(article, revision=1)
        if before.first_seen and captures[0].at > before.first_seen:
            article = keep_date(
                article, before
            )  # the answer that it was first taken from is not archived
        article = replace(article, tdm_reserved=article.tdm_reserved or before.tdm_reserved)
        if before.words and not before.text:  # the page has asked since that none is kept
            article = replace(article, text="", lead=before.lead)
        return replace(article, **{name: getattr(before, name) for name in ("id", *UNPUBLISHED)})

    def _unarchived(self, before: Article) -> ReextractResult:
        text = without(before.text, self._boilerplate(before.source or ""))
        after = (
            replace(before, text=text, words=len(text.split())) if text != before.text else before
        )
        return ReextractResult(before.url, "", before, after, learned=after is not before)

    def _boilerplate(self, source: str) -> frozenset[str]:
        if source not in self._learned:
            self._learned[source] = self.store.lines.common(source, LINES_VERSION, LEAST_ARTICLES)
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
        return ReextractResult(
            url, page, before, refused=now.reason if isinstance(now, Refused) else str(then)
        )
    if before is None:
        return ReextractResult(url, page, None, now)
    return ReextractResult(
        url, page, before, now, _differing(before, then), bool(_differing(then, now))
    )


def write(store: Store, again: ReextractResult, at: datetime) -> None:
    """Keep what an article is now, and queue it for the index; its revision stays: its publisher
    changed nothing.
    """
    if again.after is None:
        return
    if again.before is None:
        visit = PageVisit(again.page, "article", at, next_visit(again.after.first_seen or at, at))
        decision = Decision("new", again.after, digest(again.after))
        store.pages.decided(visit, decision, lines_of(again.after.text), LINES_VERSION)
    elif again.changed or again.learned:
        store.pages.reworked(again.after.id, again.after.to_dict(), digest(again.after), at)


def _differing(one: Article, other: Article) -> tuple[str, ...]:
    left, right = one.to_dict(), other.to_dict()
    return tuple(name for name in left if name not in UNPUBLISHED and left[name] != right[name])


def _hinted(
    page: Page,
    capture: Capture,
    held: StoredPage,
    source: Source | None,
    boilerplate: frozenset[str],
) -> Page:
    hints: Hints = replace(held.target.hints, boilerplate=boilerplate)
    if source:
        hints = replace(
            hints,
            language=source.language,
            country=source.country,
            hosts=source.same,
            selectors=source.chosen,
        )
    return dataclasses.replace(
        page, fetched_at=capture.at, section=held.target.section, hints=hints
    )


def _named(article: Article, source: Source | None, before: Article | None, id: str) -> Article:
    """The article with what its source says of itself."""
    if source is None:
        if before is None:
            return replace(article, source=id)
        return replace(
            article,
            source=before.source,
            source_name=before.source_name,
            country=before.country,
            collections=before.collections,
        )
    return replace(
        article,
        id=article_id(source.key(article.canonical_url or article.url)),
        source=source.id,
        source_name=source.name,
        country=source.country,
        collections=source.collections,
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
