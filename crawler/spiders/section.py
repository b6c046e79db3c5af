"""`scrapy crawl section`: section pages, and the home page where a source names no entry point."""

from crawler.spiders.source import SourceSpider


class SectionSpider(SourceSpider):
    """Section pages alone."""

    name = "section"
    kinds = frozenset({"section", "older", "home"})
