"""Articles from what others have captured: WARC files go through the line of a crawl. A door module
that imports Scrapy only when something is imported.
"""

from crawler.imports.counts import ImportCounts, ImportProgress
from crawler.imports.owners import Owners
from crawler.imports.warc_import import WarcImport

__all__ = ["ImportCounts", "ImportProgress", "Owners", "WarcImport"]
