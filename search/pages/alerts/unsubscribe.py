"""The one click that ends an alert's messages, from the messages themselves: their link is signed,
and asks no token.

Looking at the link changes nothing, because programs that check mails look at every link; the
button does, and so do mail programs that post as RFC 8058 says.
"""

import secrets

from fastapi import APIRouter, Request
from starlette.responses import Response

from crawler.store import Alert
from search.alerts.errors import NotFound
from search.alerts.message import signature
from search.api.alerts import Id, Kept
from search.pages.render import render
from search.web.context import Context

router = APIRouter(include_in_schema=False)


@router.get("/pause/{id}/{signed}")
def ask(request: Request, desk: Context, kept: Kept, id: Id, signed: str) -> Response:
    alert = _of(kept.store.alerts.find(id), signed)
    name = kept.search(alert.search).name
    return render(
        request, desk, "pause.html", {"name": name, "paused": alert.paused_at is not None}
    )


@router.post("/pause/{id}/{signed}")
def pause(request: Request, desk: Context, kept: Kept, id: Id, signed: str) -> Response:
    alert = _of(kept.store.alerts.find(id), signed)
    kept.store.alerts.pause(alert.id, desk.now())
    return render(
        request, desk, "pause.html", {"name": kept.search(alert.search).name, "paused": True}
    )


def _of(alert: Alert | None, signed: str) -> Alert:
    if alert is None or not secrets.compare_digest(signature(alert).encode(), signed.encode()):
        raise NotFound("There is no alert with this link any more.")
    return alert
