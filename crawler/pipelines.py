"""The line's stations as Scrapy item pipelines: thin adapters around pure decisions and the store."""

import dataclasses
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.article import Article
from crawler.extract import LINES_VERSION, Directives, ExtractResult, Refused, read, remove_lines
from crawler.policy.decide import Decision, decide, next_visit
from crawler.policy.rights import may_copy, strip_reserved
from crawler.spiders.page_visits import Fetched
from crawler.spiders.source import SourceSpider
from crawler.store import PageVisit
from crawler.urls import article_id

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Extracted:
    """A fetched page with its article and the folded lines of its text."""

    fetched: Fetched
    article: Article = field(repr=False)
    lines: frozenset[str] = field(repr=False)


@dataclass(slots=True)
class Decided:
    """A fetched page with what its article means for what is known, and the article's folded lines."""

    fetched: Fetched
    decision: Decision = field(repr=False)
    lines: frozenset[str] = field(repr=False)


class Station:
    """Every station knows the spider whose line it stands on."""

    def __init__(self, spider: SourceSpider) -> None:
        self.spider = spider
        self.runtime = spider.runtime

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Station":
        assert isinstance(crawler.spider, SourceSpider)
        return cls(crawler.spider)


class ExtractPipeline(Station):
    """Reads the page in a worker process; what is no article, or asks not to be indexed, leaves the
    line here.
    """

    async def process_item(self, item: Fetched) -> Extracted:
        try:
            reading = await self.runtime.pool.run(read, item.page)
            refused = reading.refused
        except Refused as error:
            reading, refused = None, error
        except Exception as error:
            # A mistake of ours must not let a page be asked for at every crawl.
            log.exception("%s can't be read", item.page.url)
            await self.spider.pages.fail(item.target, type(error).__name__)
            raise DropItem(f"no article: {type(error).__name__}") from error
        await self._keep(item, reading)
        if reading and not reading.directives.index:
            refused = Refused("noindex", "the page asks not to be indexed")
        key = self._key(reading.article) if reading and reading.article else ""
        if key in self.spider.entries:
            refused = Refused("entry-point", "it is a page that lists articles")
        if refused or reading is None or reading.article is None:
            reason = refused or Refused("empty")
            await self.spider.pages.skip(item.target, reason.reason, reason.message)
            raise DropItem(f"no article: {reason.reason}")
        article = strip_reserved(
            reading.article, reading.directives, respect_tdm=self.runtime.config.respect_tdm
        )
        return Extracted(
            item, self._named(article, key), reading.lines if article.text else frozenset()
        )

    async def _keep(self, item: Fetched, reading: ExtractResult | None) -> None:
        """Archive the page, unless it asks that no copy is kept; one at which reading broke is kept
        to look into.
        """
        respect_tdm = self.runtime.config.respect_tdm
        asked = reading.directives if reading else Directives()
        allowed = asked.index and may_copy(asked, respect_tdm=respect_tdm)
        if self.runtime.keeper and allowed:
            write, target = self.runtime.keeper.write, item.target
            await self.runtime.archived(
                write, item.page, target.key, self.spider.source.id, "page", fresh=target.first
            )

    def _named(self, article: Article, key: str) -> Article:
        source = self.spider.source
        return dataclasses.replace(
            article,
            id=article_id(key),
            source=source.id,
            source_name=source.name,
            country=source.country,
            collections=source.collections,
        )

    def _key(self, article: Article) -> str:
        return self.spider.source.key(article.canonical_url or article.url)


class DecidePipeline(Station):
    """New, changed or same."""

    async def process_item(self, item: Extracted) -> Decided:
        known = await self.runtime.stored(self.runtime.store.pages.known, item.article.id)
        if (
            known
            and known.page != item.fetched.target.key
            and known.document["url"] != item.article.url
        ):
            await self.spider.pages.skip(
                item.fetched.target, "duplicate", f"its article is {known.document['url']}"
            )
            raise DropItem("no article: duplicate")
        tidied = partial(remove_lines, boilerplate=item.fetched.page.hints.boilerplate)
        decision = decide(item.article, known, self.runtime.now(), tidied)
        return Decided(item.fetched, decision, item.lines)


class OutboxPipeline(Station):
    """Commits the crawler's state and the outbox row together; what passes here is never lost."""

    async def process_item(self, item: Decided) -> dict[str, Any]:
        article, now = item.decision.article, self.runtime.now()
        visit = PageVisit(
            item.fetched.target.key,
            "article",
            now,
            next_visit(article.first_seen or now, now),
            etag=item.fetched.etag,
            last_modified=item.fetched.last_modified,
        )
        decided = self.runtime.store.pages.decided
        if not await self.runtime.stored(decided, visit, item.decision, item.lines, LINES_VERSION):
            self.spider.counts["skipped"] += 1
            raise DropItem("no article: forgotten")
        self.spider.pages.traps.fruitful(item.fetched.target.url)
        if item.decision.kind == "new":
            await self.spider.learn()
        self.spider.counts["unchanged" if item.decision.kind == "same" else item.decision.kind] += 1
        return article.to_dict()
