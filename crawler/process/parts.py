"""Reading an article that stands on several pages: each page says where the next one is."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from crawler.article import Page
from crawler.extract import MOST_PARTS, ExtractResult, Refused, read
from crawler.process.pool import ReadingPool

Fetch = Callable[[str], Awaitable[Page | None]]
"""Brings the page at an address; None where there is none to be had."""


async def read_whole(pool: ReadingPool, page: Page, fetch: Fetch) -> tuple[ExtractResult, Page]:
    """What a page gave together with the further pages of its article, and the page with those; a
    page that shows the whole article is preferred to its parts. Raises what `ReadingPool.run` does
    for the first page; what keeps a further one from being read ends the article before it.
    """
    result = await pool.run(read, page)
    tried = {page.url}
    while len(page.parts) + 1 < MOST_PARTS:
        further = (result.pagination.whole, result.pagination.following)
        address = next((url for url in further if url and url not in tried), None)
        if result.article is None or address is None:
            break
        tried.add(address)
        part = await fetch(address)
        if part is None:
            continue
        longer = replace(page, parts=(*page.parts, part))
        try:
            joined = await pool.run(read, longer)
        except Refused:
            continue
        if joined.parts == len(longer.parts):
            result = joined
            page = longer
    return result, page
