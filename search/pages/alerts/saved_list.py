"""Saved searches and their alerts: the list, and what is done to them."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from crawler.store import SavedSearch
from search.alerts.errors import NotFound
from search.api.alerts import Id, Kept
from search.api.models_alerts import alert_bodies
from search.i18n.catalogue import Texts
from search.pages.alerts.form import pairs, told
from search.pages.forms import WrittenForm
from search.pages.render import done, render, texts_of
from search.parse import QueryError, in_words
from search.parse.labels import label
from search.query.request import FILTERS, MatchParams, ParameterError, search_of
from search.web.context import AppContext, Context

_TOLD = (*FILTERS, "from", "to")
"""What is told of a saved search beside its query."""

router = APIRouter(include_in_schema=False)


@router.get("/saved")
def saved(request: Request, desk: Context, kept: Kept) -> Response:
    texts = texts_of(request, desk)
    alerts_of: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for body in alert_bodies(kept.store, kept.store.alerts.all()):
        alerts_of[body["search"]].append(_alert(body))
    rows = [_row(one, alerts_of[one.id], desk, texts) for one in kept.store.saved.all()]
    return render(request, desk, "saved.html", {"rows": rows})


@router.post("/saved/{id}/remove")
def remove(kept: Kept, id: Id, _: WrittenForm) -> Response:
    name = kept.search(id).name
    kept.store.saved.remove(id)
    return done("/saved", "saved_removed", name=name)


@router.post("/alerts/{id}/{act}")
def change(desk: Context, kept: Kept, id: Id, act: str, _: WrittenForm) -> Response:
    alert = kept.alert(id)
    match act:
        case "pause":
            kept.store.alerts.pause(alert.id, desk.now())
            return done("/saved", "alert_paused")
        case "resume":
            kept.resume(alert.id, desk.now())
            return done("/saved", "alert_resumed")
        case "remove":
            kept.store.alerts.remove(alert.id)
            return done("/saved", "alert_removed")
    raise NotFound("Nothing of this kind is done to an alert.")


def _row(
    one: SavedSearch, alerts: list[dict[str, Any]], desk: AppContext, texts: Texts
) -> dict[str, Any]:
    try:
        words = in_words(
            search_of(MatchParams.model_validate(one.query), desk.now()).tree, texts.language
        )
        mistake = None
    except (QueryError, ParameterError, ValidationError) as error:
        words, mistake = str(one.query.get("q", "")), told(error, texts)
    return {
        "saved": one,
        "words": words,
        "mistake": mistake,
        "filters": [_filter(*pair, desk, texts) for pair in pairs(one.query) if pair[0] in _TOLD],
        "address": f"/?{urlencode(pairs(one.query))}",
        "feed": f"/feeds/{one.feed_token}.atom",
        "alerts": alerts,
    }


def _filter(name: str, value: str, desk: AppContext, texts: Texts) -> tuple[str, str]:
    """A filter's name and value as a reader sees them."""
    return texts(f"facet_{name}" if name in FILTERS else name), label(
        name, value, texts.language, desk.source_names
    )


def _alert(body: dict[str, Any]) -> dict[str, Any]:
    return {
        **body,
        "last_sent": body["last_sent"] and str(body["last_sent"])[:16].replace("T", " "),
    }
