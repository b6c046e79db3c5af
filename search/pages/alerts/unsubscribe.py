"""One-click unsubscribe (RFC 8058) from the messages of an alert: their link is signed, and needs
no token.

Looking at the link changes nothing, because programs that check mails look at every link; the
button does, and so do mail programs that post as the RFC says.
"""

import secrets

from fastapi import APIRouter, Request
from starlette.responses import Response

from crawler.store import Alert
from search.alerts.errors import NotFound
from search.alerts.message import signature
from search.alerts.service import AlertService
from search.api.alerts import Id, Service
from search.pages.render import render
from search.web.context import AppContext, Context

router = APIRouter(include_in_schema=False)


@router.get("/pause/{id}/{signed}")
def ask(
    request: Request, context: Context, service: Service, alert_id: Id, signed: str
) -> Response:
    alert = _signed_alert(service, alert_id, signed)
    return _page(request, context, service, alert, paused=alert.paused_at is not None)


@router.post("/pause/{id}/{signed}")
def pause(
    request: Request, context: Context, service: Service, alert_id: Id, signed: str
) -> Response:
    alert = _signed_alert(service, alert_id, signed)
    service.store.alerts.pause(alert.id, context.now())
    return _page(request, context, service, alert, paused=True)


def _signed_alert(service: AlertService, alert_id: str, signed: str) -> Alert:
    alert = service.store.alerts.find(alert_id)
    # In constant time, so that the time of an answer does not tell how much of a guess is right.
    if alert is None or not secrets.compare_digest(signature(alert).encode(), signed.encode()):
        raise NotFound("There is no alert with this link any more.")
    return alert


def _page(
    request: Request, context: AppContext, service: AlertService, alert: Alert, *, paused: bool
) -> Response:
    name = service.saved_search(alert.search).name
    return render(request, context, "pause.html", {"name": name, "paused": paused})
