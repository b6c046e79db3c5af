"""Scrapy's HTTP downloader behind the gate."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response

from crawler.spiders.source import SourceSpider


class PoliteDownload(HTTP11DownloadHandler):
    """Waits for the host's turn. Here nothing passes by: robots.txt, redirects and retries come this way too."""

    async def download_request(self, request: Request) -> Response:
        spider = self._crawler.spider
        if not isinstance(spider, SourceSpider):
            return await super().download_request(request)
        async with spider.runtime.gate.turn(urlsplit(request.url).netloc.lower()):
            return await super().download_request(request)
