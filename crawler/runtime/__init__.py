"""What all crawls of one process share: context, store writer, leases. A door module."""

from crawler.runtime.context import CrawlContext

__all__ = ["CrawlContext"]
