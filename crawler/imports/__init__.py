"""Articles from what others have captured or listed: WARC files go through the line of a crawl,
addresses are fetched by one. A door module that imports Scrapy only when something is imported.
"""

from crawler.imports.address_import import AddressImport, ListedPages
from crawler.imports.address_list import ListedAddress, read_addresses
from crawler.imports.counts import PAGE_COUNTS, ImportCounts, ImportProgress
from crawler.imports.inputs import STANDARD_INPUT, InputError, Inputs
from crawler.imports.owners import Owners
from crawler.imports.warc_import import WarcImport

__all__ = [
    "PAGE_COUNTS",
    "STANDARD_INPUT",
    "AddressImport",
    "ImportCounts",
    "ImportProgress",
    "InputError",
    "Inputs",
    "ListedAddress",
    "ListedPages",
    "Owners",
    "WarcImport",
    "read_addresses",
]
