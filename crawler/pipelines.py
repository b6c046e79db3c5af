"""The line's stations as Scrapy item pipelines: thin adapters around pure decisions and the
store.
"""

import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.article import Article
from crawler.extract import LINES_VERSION, Directives, ExtractResult, Refused, remove_lines
from crawler.extract.refusal.announced import is_about, is_announced
from crawler.policy.decide import Decision, Signs, decide
from crawler.policy.identity import ShownArticle, identify
from crawler.policy.live_looks import LIVE, next_article_look
from crawler.policy.passing import next_look
from crawler.policy.rendering import may_gain, text_size
from crawler.policy.rights import may_copy, strip_reserved
from crawler.policy.shared import stands_in, text_mark
from crawler.process.parts import read_whole
from crawler.spiders.page_visits import Fetched
from crawler.spiders.publishers import foreign
from crawler.spiders.source import SourceSpider
from crawler.store import PageRequest, PageVisit
from crawler.urls import article_id

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Extracted:
    """A fetched page with its article, the folded lines of its text, and the canonical key of the
    address that it claims; `live` says that it is a live blog.
    """

    fetched: Fetched
    article: Article = field(repr=False)
    lines: frozenset[str] = field(repr=False)
    claimed: str
    live: bool = False


@dataclass(slots=True)
class Decided:
    """A fetched page with what its article means for what is known, the article's folded lines, and
    how its page showed it; `leaves` is the key of the page that the article had until now,
    and `live` says that it is a live blog.
    """

    fetched: Fetched
    decision: Decision = field(repr=False)
    lines: frozenset[str] = field(repr=False)
    reading: ShownArticle = field(repr=False)
    leaves: str | None = None
    live: bool = False


class PipelineStage:
    """Every station knows the spider whose line it stands on."""

    def __init__(self, spider: SourceSpider) -> None:
        self.spider = spider
        self.context = spider.context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PipelineStage":
        assert isinstance(crawler.spider, SourceSpider)
        return cls(crawler.spider)

    async def take_back(self, keys: Sequence[str]) -> None:
        """Take the articles of these pages from the index: their text is none of theirs."""
        now = self.context.now()
        again_at = next_look("shared", 0, now)
        await self.context.async_store.shared_texts.take_back(keys, now, again_at)


class ExtractPipeline(PipelineStage):
    """Reads the page in a worker process; what is no article, or asks not to be indexed, leaves the
    line here.
    """

    async def process_item(self, item: Fetched) -> Extracted:
        """Scrapy's entry point: the article of a page; raises `DropItem` where there is none."""
        result, refused = await self._read(item)
        await self._archive(item, result)
        key = self._key(result)
        if result and result.pagination.first:
            await self.spider.parts.find_first(item.target, result.pagination.first)
        refused = await self._refusal(item, result, key) or refused
        if refused or result is None or result.article is None:
            refused = refused or Refused("empty")
            await self.spider.pages.refuse(item, refused.reason, refused.message)
            raise DropItem(f"no article: {refused.reason}")
        respect_tdm = self.context.config.respect_tdm
        article = strip_reserved(result.article, result.directives, respect_tdm=respect_tdm)
        # An article whose text may not be kept teaches no lines.
        lines = result.lines if article.text else frozenset()
        return Extracted(item, self._named(article, key), lines, key, result.live)

    async def _read(self, item: Fetched) -> tuple[ExtractResult | None, Refused | None]:
        """What the page holds, and why it has no article, if so; with its scripts, where the
        source wants them run and its plain answer is not enough.
        """
        result, refused = await self._read_page(item)
        if not may_gain(result, refused.reason if refused else None):
            return result, refused
        rendered = await self.spider.renders.rendered(item.page)
        if rendered is None:
            if self.spider.source.render and self.spider.renders.are_over:
                raise DropItem("the crawl ends")  # the page waits for the next one
            return result, refused
        plain = item.page
        item.page = rendered
        fuller, now_refused = await self._read_page(item)
        if text_size(fuller) > text_size(result):
            return fuller, now_refused
        item.page = plain
        if refused and refused.reason == "shell":
            refused = Refused("empty", "its scripts bring no text")
        return result, refused

    async def _read_page(self, item: Fetched) -> tuple[ExtractResult | None, Refused | None]:
        try:
            result, item.page = await read_whole(
                self.context.pool, item.page, partial(self.spider.parts.fetch, item)
            )
        except Refused as error:
            return None, error
        except Exception as error:
            # A mistake of ours must not let a page be asked for at every crawl.
            log.exception("%s can't be read", item.page.url)
            await self.spider.pages.fail(item.target, type(error).__name__)
            raise DropItem(f"no article: {type(error).__name__}") from error
        return result, result.refused

    def _key(self, result: ExtractResult | None) -> str:
        """The canonical key of the address that an article claims; empty where there is none."""
        if result is None or result.article is None:
            return ""
        return self.spider.source.key(result.article.canonical_url or result.article.url)

    async def _refusal(
        self, item: Fetched, result: ExtractResult | None, key: str
    ) -> Refused | None:
        """Why a page that could be read is no article of this source."""
        keys = (key, item.own) if key or item.sent_on else ()
        if any(known in self.spider.entries for known in keys):
            return Refused("entry-point", "it is a page that lists articles")
        if result and not result.directives.index:
            return Refused("noindex", "the page asks not to be indexed")
        if result is None or result.article is None:
            return None
        return await foreign(self.spider, item, result)

    async def _archive(self, item: Fetched, result: ExtractResult | None) -> None:
        """Archive the page, unless it asks that no copy is kept; one at which reading broke is kept
        to look into.
        """
        if self.context.archive is None:
            return
        directives = result.directives if result else Directives()
        respect_tdm = self.context.config.respect_tdm
        if directives.index and may_copy(directives, respect_tdm=respect_tdm):
            source = self.spider.source
            target = item.target
            await self.context.archive.record(
                item.page, target.key, source.id, "page", fresh=target.first
            )
            for part in item.page.parts:
                await self.context.archive.record(part, source.key(part.url), source.id, "page")

    def _named(self, article: Article, key: str) -> Article:
        """The article with its id and what its source says of itself."""
        source = self.spider.source
        return dataclasses.replace(
            article,
            id=article_id(key),
            source=source.id,
            source_name=source.name,
            country=source.country,
            collections=source.collections,
        )


class DecidePipeline(PipelineStage):
    """New, changed or same."""

    async def process_item(self, item: Extracted) -> Decided:
        """Scrapy's entry point: compare the article with the one that is held."""
        fetched = item.fetched
        reading = ShownArticle(item.article, fetched.target.key, fetched.own, item.claimed)
        await self.spider.unsaved.begin(reading)
        try:
            return await self._decided(item, reading)
        except BaseException:
            self.spider.unsaved.end(reading)
            raise

    async def _decided(self, item: Extracted, reading: ShownArticle) -> Decided:
        compared = await self.context.async_store.pages.compared(reading)
        identity = identify(reading, compared.candidates)
        if other := await self.spider.pages.settle_other(item.fetched, identity):
            raise DropItem(f"no article: {other}")
        await self._refuse_shared(item, compared.same_text)
        article = dataclasses.replace(item.article, id=identity.id)
        if not identity.believed:
            article = dataclasses.replace(article, canonical_url=article.url)
        hints = item.fetched.page.hints
        tidied = partial(remove_lines, boilerplate=hints.boilerplate)
        signs = Signs(hints.title or "", item.live)
        decision = decide(article, identity.known, item.fetched.page.fetched_at, tidied, signs)
        return Decided(item.fetched, decision, item.lines, reading, identity.leaves, item.live)

    async def _refuse_shared(self, item: Extracted, others: Sequence[PageRequest]) -> None:
        """Drop a text that stands at these other addresses, too, in the place of what was
        announced, and take it from the index where it was taken for an article.
        """
        target = item.fetched.target
        if not others or not _stands_in(target, item.article, len(others)):
            return
        self.spider.shared_texts.add(str(text_mark(item.article.text)))
        # Once more: what was decided meanwhile is saved by now, or meets the mark when it is.
        others = await self.context.async_store.shared_texts.elsewhere(item.article, target.key)
        wrong = [other.key for other in others if not _is_announced(other, item.article)]
        await self.take_back(wrong)
        message = f"its text stands at {len(others)} other addresses, such as {others[0].url}"
        await self.spider.pages.skip(target, "shared", message)
        raise DropItem("no article: shared")


def _stands_in(target: PageRequest, article: Article, elsewhere: int) -> bool:
    announced = _is_announced(target, article)
    about_itself = is_about(article.title, article.text)
    return stands_in(announced, elsewhere, about_itself=about_itself)


def _is_announced(target: PageRequest, article: Article) -> bool | None:
    return is_announced(target.url, target.hints, article.title, article.text)


class OutboxPipeline(PipelineStage):
    """Commits the crawler's state and the outbox row together (transactional outbox); what passes
    here is never lost.
    """

    async def process_item(self, item: Decided) -> dict[str, Any]:
        """Scrapy's entry point: the article's JSON values, once it is committed."""
        try:
            return await self._keep(item)
        finally:
            self.spider.unsaved.end(item.reading)

    async def _keep(self, item: Decided) -> dict[str, Any]:
        fetched = item.fetched
        kind = item.decision.kind
        article = item.decision.article
        visit = self._visit(item)
        recorded = await self.context.async_store.pages.record_article(
            visit, item.decision, item.lines, LINES_VERSION
        )
        if not recorded:
            self.spider.counts["skipped"] += 1
            raise DropItem("no article: forgotten")
        mark = text_mark(article.text)
        if mark in self.spider.shared_texts and not _is_announced(fetched.target, article):
            await self.take_back([fetched.target.key])
        self.spider.pages.traps.fruitful(fetched.target.url)
        if kind == "new":
            await self.spider.learn()
        self.spider.counts["unchanged" if kind == "same" else kind] += 1
        return article.to_dict()

    def _visit(self, item: Decided) -> PageVisit:
        """The visit that brought an article, as it is recorded."""
        now = self.context.now()
        fetched = item.fetched
        first_seen = item.decision.article.first_seen or now
        moved = item.decision.kind != "same"
        again_at = next_article_look(
            now, first_seen, fetched.target.visited_at, item.live, moved=moved
        )
        key_of = self.spider.source.key
        parts = tuple((key_of(part.url), part.url) for part in fetched.page.parts)
        return PageVisit(
            fetched.target.key,
            "article",
            now,
            again_at,
            LIVE if item.live else None,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            parts=parts,
            answered=fetched.answered,
            leaves=item.leaves,
        )
