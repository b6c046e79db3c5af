"""The form that saves a search and adds alerts, and what an alert would have sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from crawler.store import SavedSearch
from search.alerts.errors import InvalidRecipient
from search.alerts.service import AlertDraft, AlertService, SavedSearchDraft
from search.api.alerts import Id, Kept
from search.api.models_alerts import planned_body
from search.i18n.catalogue import Texts
from search.pages.forms import SentForm, SubmittedForm
from search.pages.render import done, render, texts_of
from search.parse import QueryError, QueryMistake, in_words
from search.query.request import FILTERS, MatchParams, ParameterError, search_of
from search.web.context import AppContext, Context

TIMINGS = {"matches": ("at-once", "hourly", "daily"), "volume": ("hour", "day")}
_PARAMETERS = frozenset({"q", *FILTERS, "from", "to", "tz", "sort"})
_FIELDS = {
    "name": "",
    "note": "",
    "search": "",
    "kind": "matches",
    "channel": "",
    "target": "",
    "timing": "at-once",
    "hour": "08:00",
    "tz": "UTC",
    "language": "",
    "on_change": "",
    "floor": "10",
}
REFUSED = (QueryError, ParameterError, InvalidRecipient, ValidationError)

router = APIRouter(include_in_schema=False)


@router.get("/saved/new")
def new(request: Request, desk: Context, kept: Kept) -> Response:
    asked = [
        pair
        for pair in request.query_params.multi_items()
        if pair[0] in _PARAMETERS and pair[1].strip()
    ]
    values = {"name": request.query_params.get("q", "")[:200], "search": urlencode(asked)}
    return AlertFormView(request, desk, kept).shown(values)


@router.post("/saved/new")
async def save(request: Request, desk: Context, kept: Kept, form: SentForm) -> Response:
    return await run_in_threadpool(AlertFormView(request, desk, kept).sent, form)


@router.get("/saved/{id}/alert")
def new_alert(request: Request, desk: Context, kept: Kept, id: Id) -> Response:
    one = kept.search(id)
    return AlertFormView(request, desk, kept, one).shown(
        {"search": urlencode(pairs(one.query)), "channel": "mail"}
    )


@router.post("/saved/{id}/alert")
async def add_alert(
    request: Request, desk: Context, kept: Kept, id: Id, form: SentForm
) -> Response:
    return await run_in_threadpool(AlertFormView(request, desk, kept, kept.search(id)).sent, form)


@dataclass(frozen=True, slots=True)
class AlertFormView:
    """The form, for a search that is not saved yet, or for another alert on `one` that is."""

    request: Request
    desk: AppContext
    kept: AlertService
    one: SavedSearch | None = None

    def sent(self, form: SubmittedForm) -> Response:
        """Carry out what the form asks for, or show it again with its mistake or with what would be sent."""
        values = {name: form.value(name) for name in _FIELDS}
        if self.one:
            values["search"] = urlencode(pairs(self.one.query))
        if not form.fresh:
            return self.shown(
                {**values, "mistake": texts_of(self.request, self.desk)("form_old")}, 403
            )
        try:
            query = query_of(values["search"])
            if form.value("try"):
                return self._tried(values, query)
            name = self._kept(values, query)
        except REFUSED as error:
            return self.shown(
                {**values, "mistake": told(error, texts_of(self.request, self.desk))}, 400
            )
        return done("/saved", "saved_done", name=name)

    def shown(self, values: dict[str, Any], status: int = 200) -> Response:
        """The form with these values."""
        texts = texts_of(self.request, self.desk)
        try:
            words = in_words(
                search_of(query_of(values["search"]), self.desk.now()).tree, texts.language
            )
        except REFUSED:
            words = ""
        form = {**_FIELDS, "language": texts.language, "mistake": None, "plan": None, **values}
        known = {
            "form": form,
            "saved": self.one,
            "words": words,
            "channels": list(self.kept.channels),
        }
        return render(
            self.request, self.desk, "saved_new.html", {**known, "timings": TIMINGS}, status
        )

    def _tried(self, values: dict[str, Any], query: MatchParams) -> Response:
        wish = AlertDraft.model_validate({**_wish(values), "channel": "mail", "target": "-"})
        plan = self.kept.would_send(self.desk.backend, query, wish, self.desk.now())
        return self.shown({**values, "plan": planned_body(self.desk.backend, plan)})

    def _kept(self, values: dict[str, Any], query: MatchParams) -> str:
        """Save what is new, the alert checked before the search is; returns the name of the search."""
        now = self.desk.now()
        wish = AlertDraft.model_validate(_wish(values)) if values["channel"] or self.one else None
        if wish:
            self.kept.wanted("", wish, now)
        wanted = (
            SavedSearchDraft(name=values["name"], query=query, note=values["note"])
            if self.one is None
            else None
        )
        one = self.kept.save(wanted, now) if wanted else self.one
        assert one is not None
        if wish:
            self.kept.tell(one.id, wish, now)
        return one.name


def query_of(search: str) -> MatchParams:
    """The parameters of a search that an address spells; raises pydantic's ValidationError."""
    given: dict[str, Any] = {}
    for name, value in parse_qsl(search, max_num_fields=200):
        if name in FILTERS:
            given.setdefault(name, []).append(value)
        elif name in _PARAMETERS:
            given[name] = value
    return MatchParams.model_validate(given)


def pairs(query: dict[str, Any]) -> list[tuple[str, str]]:
    """The parameters of a saved search, as an address spells them."""

    def spread(name: str, value: Any) -> Iterable[tuple[str, str]]:
        return ((name, str(one)) for one in (value if isinstance(value, list) else [value]))

    return [pair for name, value in query.items() for pair in spread(name, value)]


def told(error: Exception, texts: Texts) -> str:
    """What was wrong, in the reader's language where it has the sentence."""
    if isinstance(error, ParameterError):
        return f"{error.parameter}: {texts.mistake(error.mistake)}"
    if isinstance(error, QueryMistake):
        return texts.mistake(error)
    if isinstance(error, ValidationError):
        fault = error.errors()[0]
        return f"{fault['loc'][0] if fault['loc'] else ''}: {fault['msg']}"
    return str(error)


def _wish(values: dict[str, Any]) -> dict[str, Any]:
    """The alert that the form asks for; a timing of the other kind becomes the first of this one."""
    kind = values["kind"] if values["kind"] in TIMINGS else "matches"
    timing = values["timing"] if values["timing"] in TIMINGS[kind] else TIMINGS[kind][0]
    kept: dict[str, Any] = {
        name: values[name]
        for name in ("channel", "hour", "tz", "language", "floor")
        if values[name]
    }
    if values["floor"].isdecimal():
        kept["floor"] = int(values["floor"])
    return {
        **kept,
        "kind": kind,
        "timing": timing,
        "on_change": bool(values["on_change"]),
        "target": values["target"],
    }
