"""What was left out of an article's page, on request: the archived page is read again, in a process
of its own.
"""

import asyncio
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from crawler.archive import ArchiveError, RecordLocation
from crawler.article import Page
from crawler.extract import LEAST_ARTICLES, LINES_VERSION, Refused, learned_lines, left_out
from crawler.process.pool import ReadingPool
from search.api.search import ArticleId
from search.i18n import formatting
from search.i18n.catalogue import Texts
from search.pages.render import render, texts_of
from search.web.context import AppContext, Context
from search.web.errors import NoArticle

MOST = 500
"""Lines that are shown."""

router = APIRouter(include_in_schema=False)


@router.get("/article/{id}/removed")
async def removed(request: Request, context: Context, article_id: ArticleId) -> Response:
    stored = None
    if context.store:
        stored = await run_in_threadpool(context.store.pages.known_article, article_id)
    if stored is None or stored.withdrawn:
        raise NoArticle
    document = stored.document
    texts = texts_of(request, context)
    page = await run_in_threadpool(_archived, context, stored.page, document)
    lines = None
    fetched_on = ""
    if page:
        # Extraction takes memory and a processor: only so many pages are read at once.
        async with context.page_readers:
            lines = await run_in_threadpool(_left_out, page, document)
        fetched_on = formatting.day(page.fetched_at, texts, timed=True)
    groups = None
    if lines is not None:
        groups = _grouped(lines[:MOST], texts)
    values = {
        "article": document,
        "groups": groups,
        "more": len(lines or ()) > MOST,
        "most": MOST,
        "date": fetched_on,
    }
    return render(request, context, "removed.html", values)


def _archived(context: AppContext, key: str, document: dict[str, Any]) -> Page | None:
    """The page as it was last fetched; None where it is not kept, or where its publisher asks that
    no text is.
    """
    if context.store is None or context.archive is None or not document.get("text"):
        return None
    capture = context.store.captures.last_whole(key)
    if capture is None:
        return None
    try:
        page = context.archive.read(RecordLocation(capture.file, capture.offset, capture.length))
    except ArchiveError:
        return None
    source = document["source"] or ""
    counts = context.store.lines.common(source, LINES_VERSION, LEAST_ARTICLES)
    learned = learned_lines(counts.articles, counts.lines)
    return replace(page, hints=replace(page.hints, boilerplate=learned))


def _grouped(lines: list[tuple[str, str]], texts: Texts) -> list[tuple[str, list[str]]]:
    """The lines that follow each other for one reason, behind the reason in words."""
    groups = []
    for rule, group in groupby(lines, key=lambda line: line[0]):
        groups.append((_reason(rule, texts), [line for _, line in group]))
    return groups


def _reason(rule: str, texts: Texts) -> str:
    """The rule that left a line out, in words where the catalogues have them."""
    mark = rule.removeprefix("marked ")
    if mark and mark != rule:
        return texts("left_marked", mark=mark)
    key = f"left_{rule.replace(' ', '_')}"
    return texts(key) if key in texts.keys else rule


def _left_out(page: Page, document: dict[str, Any]) -> list[tuple[str, str]] | None:
    """The lines; None where the page is read as no article. Blocks while a process of its own
    reads the page: call it in a thread, not in the event loop.
    """
    with closing(ReadingPool(1)) as pool:
        try:
            return asyncio.run(pool.run(left_out, page, document["title"], document["text"]))
        except Refused:
            return None
