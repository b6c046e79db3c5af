"""What is under way: the queue, what waits for the index, what it refused."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from crawler.store import Store
from search.i18n.durations import Moments
from search.pages.render import render, texts_of
from search.web.context import AppContext, Context

SHOWN = 50
"""Rows of each table."""

router = APIRouter(include_in_schema=False)


@router.get("/status")
def status(request: Request, context: Context) -> Response:
    values = {
        "articles": context.backend.count(),
        "index": context.backend.name,
        "store": None if context.store is None else _work(context.store, context),
        "moments": Moments(texts_of(request, context), context.now()),
        "names": context.source_names,
    }
    return render(request, context, "status.html", values)


def _work(store: Store, context: AppContext) -> dict[str, Any]:
    """What waits, since when, and what was refused."""
    oldest: datetime | None = store.outbox.oldest()
    dead_rows = store.outbox.dead(SHOWN)
    articles = context.backend.get([row["article"] for row in dead_rows])
    crawls = store.ledger.last_crawls([source.id for source in context.sources])
    dead = [{**row, "title": articles.get(row["article"], {}).get("title")} for row in dead_rows]
    due = sorted(store.queue.due().items(), key=lambda item: item[1])
    newest_first = sorted(crawls.values(), key=lambda row: row["started_at"], reverse=True)
    return {
        "waiting": store.outbox.waiting(),
        "oldest": oldest,
        "due": due[:SHOWN],
        "crawls": newest_first[:SHOWN],
        "dead": dead,
    }
