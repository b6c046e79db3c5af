"""`scrapy crawl feed`: RSS, Atom and JSON feeds, discovered on the home page where a source names
none.
"""

from crawler.spiders.source import SourceSpider


class FeedSpider(SourceSpider):
    """Feeds alone."""

    name = "feed"
    kinds = frozenset({"feed"})
