"""Saved searches and their alerts: the list, and what is done to them."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from crawler.store import SavedSearch
from search.alerts.errors import NotFound
from search.api.alerts import Cursor, Id, Service, query_pairs
from search.api.models_alerts import alerts_by_search
from search.i18n.catalogue import Texts
from search.pages.alerts.form import channel_label, error_sentence
from search.pages.forms import WrittenForm
from search.pages.render import done, render, texts_of
from search.parse import QueryError, in_words
from search.parse.labels import label
from search.query.request import NARROWING, MatchParams, ParameterError
from search.web.context import AppContext, Context, MayWrite

PAGE = 50
"""Saved searches of one page: each has forms and a query in words."""
_SHOWN_PARAMETERS = (*NARROWING, "from", "to")
"""What is shown of a saved search beside its query."""

router = APIRouter(include_in_schema=False)


@router.get("/saved")
def saved(
    request: Request,
    context: Context,
    service: Service,
    may_write: MayWrite,
    cursor: Cursor = None,
) -> Response:
    texts = texts_of(request, context)
    page, onward = service.saved_page(cursor, PAGE)
    alerts = alerts_by_search(
        service.store, service.store.alerts.of_searches([search.id for search in page])
    )
    rows = []
    for search in page:
        lines = [_alert_line(body, texts) for body in alerts[search.id]]
        rows.append(_row(search, lines, context, texts))
    values = {"rows": rows, "onward": onward, "cursor": cursor, "may_write": may_write}
    return render(request, context, "saved.html", values)


@router.post("/saved/{id}/remove")
def remove(service: Service, search_id: Id, _: WrittenForm) -> Response:
    name = service.saved_search(search_id).name
    service.store.saved.remove(search_id)
    return done("/saved", "saved_removed", name=name)


@router.post("/alerts/{id}/{act}")
def change(context: Context, service: Service, alert_id: Id, act: str, _: WrittenForm) -> Response:
    alert = service.alert(alert_id)
    match act:
        case "pause":
            service.store.alerts.pause(alert.id, context.now())
            return done("/saved", "alert_paused")
        case "resume":
            service.resume(alert.id, context.now())
            return done("/saved", "alert_resumed")
        case "remove":
            service.store.alerts.remove(alert.id)
            return done("/saved", "alert_removed")
    raise NotFound("Nothing of this kind is done to an alert.")


def _row(
    search: SavedSearch, alerts: list[dict[str, Any]], context: AppContext, texts: Texts
) -> dict[str, Any]:
    mistake = None
    try:
        tree = context.search_of(MatchParams.model_validate(search.query)).tree
        words = in_words(tree, texts)
    except (QueryError, ParameterError, ValidationError) as error:
        words = str(search.query.get("q", ""))
        mistake = error_sentence(error, texts)
    pairs = query_pairs(search.query)
    shown = [(name, value) for name, value in pairs if name in _SHOWN_PARAMETERS]
    filters = [_filter(name, value, context, texts) for name, value in shown]
    return {
        "saved": search,
        "words": words,
        "mistake": mistake,
        "filters": filters,
        "address": f"/?{urlencode(pairs)}",
        "feed": f"/feeds/{search.feed_token}.atom",
        "alerts": alerts,
    }


def _filter(name: str, value: str, context: AppContext, texts: Texts) -> tuple[str, str]:
    """A filter's name and value as a reader sees them."""
    shown_name = texts(f"facet_{name}" if name in NARROWING else name)
    return shown_name, label(name, value, texts.language, context.source_names)


def _alert_line(body: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """An alert as the list shows it: its channel by name, the time of its last message in UTC."""
    last_sent = body["last_sent"]
    if last_sent:
        last_sent = str(last_sent)[:16].replace("T", " ")
    channel = channel_label(body["channel"], texts)
    return {**body, "channel": channel, "last_sent": last_sent}
