"""`scrapy crawl sitemap`: sitemaps, discovered in robots.txt where a source names none."""

from crawler.spiders.source import SourceSpider


class SitemapSpider(SourceSpider):
    """Sitemaps alone."""

    name = "sitemap"
    kinds = frozenset({"sitemap"})
