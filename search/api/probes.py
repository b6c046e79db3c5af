"""Whether the server lives, and whether it can do its work: for what supervises it."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.exc import DBAPIError

from indexer.backend import IndexUnavailable
from search.api.models import HealthBody, LiveBody, ReadyBody
from search.web.context import Context
from search.web.http_cache import responses

router = APIRouter()


@router.get("/livez", responses=responses(LiveBody), summary="Whether the server answers at all")
async def live() -> Mapping[str, Any]:
    # It asks nothing of store and index: restarting the server brings neither of them back.
    return {"status": "ok"}


@router.get(
    "/readyz",
    responses={**responses(ReadyBody), 503: {"model": ReadyBody}},
    summary="Whether index and store answer",
)
def ready(context: Context, response: Response) -> Mapping[str, Any]:
    parts: dict[str, Callable[[], object]] = {"index": context.backend.count}
    if context.store is not None:
        parts["store"] = context.store.outbox.waiting
    answers = {name: _does_answer(ask) for name, ask in parts.items()}
    is_ready = all(answers.values())
    if not is_ready:
        response.status_code = 503
    return {"status": "ok" if is_ready else "away", **answers}


@router.get("/healthz", responses=responses(HealthBody), summary="Whether the index answers")
def health(context: Context) -> Mapping[str, Any]:
    body = {"status": "ok", "index": context.backend.name, "articles": context.backend.count()}
    if context.store is not None:
        body["waiting"] = context.store.outbox.waiting()
    return body


def _does_answer(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (IndexUnavailable, DBAPIError):
        return False
    return True
