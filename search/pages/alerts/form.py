"""The form that saves a search and adds alerts, and what an alert would have sent."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from crawler.store import SavedSearch
from indexer.query.conditions import CONDITIONS
from search.alerts.errors import InvalidRecipient
from search.alerts.service import TIMINGS, AlertDraft, AlertService, SavedSearchDraft
from search.api.alerts import Id, Service, query_pairs
from search.api.models_alerts import planned_body
from search.i18n.catalogue import Texts
from search.pages.forms import SentForm, SubmittedForm
from search.pages.render import done, render, texts_of
from search.parse import QueryError, QueryMistake, in_words
from search.query.request import FILTERS, NARROWING, MatchParams, ParameterError
from search.web.context import AppContext, Context

_PARAMETERS = frozenset({"q", *NARROWING, "from", "to", "tz", "sort"})
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
"""What a form can get wrong: each has a sentence for the reader."""

router = APIRouter(include_in_schema=False)


@router.get("/saved/new")
def new(request: Request, context: Context, service: Service) -> Response:
    parameters = request.query_params
    pairs = [(name, value) for name, value in parameters.multi_items() if name in _PARAMETERS]
    search = urlencode([(name, value) for name, value in pairs if value.strip()])
    values = {"name": parameters.get("q", "")[:200], "search": search}
    return AlertFormView(request, context, service).page(values)


@router.post("/saved/new")
async def save(request: Request, context: Context, service: Service, form: SentForm) -> Response:
    return await run_in_threadpool(AlertFormView(request, context, service).submit, form)


@router.get("/saved/{id}/alert")
def new_alert(request: Request, context: Context, service: Service, search_id: Id) -> Response:
    saved = service.saved_search(search_id)
    values = {"search": urlencode(query_pairs(saved.query)), "channel": "mail"}
    return AlertFormView(request, context, service, saved).page(values)


@router.post("/saved/{id}/alert")
async def add_alert(
    request: Request, context: Context, service: Service, search_id: Id, form: SentForm
) -> Response:
    saved = await run_in_threadpool(service.saved_search, search_id)
    view = AlertFormView(request, context, service, saved)
    return await run_in_threadpool(view.submit, form)


@dataclass(frozen=True, slots=True)
class AlertFormView:
    """The form, for a search that is not saved yet, or for another alert on `saved`."""

    request: Request
    context: AppContext
    service: AlertService
    saved: SavedSearch | None = None

    def submit(self, form: SubmittedForm) -> Response:
        """Carry out what the form asks for, or show it again with its mistake or with what would be
        sent.
        """
        texts = texts_of(self.request, self.context)
        values = {name: form.value(name) for name in _FIELDS}
        if self.saved:
            values["search"] = urlencode(query_pairs(self.saved.query))
        if not form.fresh:
            return self.page({**values, "mistake": texts("form_old")}, 403)
        try:
            query = query_of(values["search"])
            if form.value("try"):
                return self._dry_run(values, query)
            name = self._store(values, query)
        except REFUSED as error:
            return self.page({**values, "mistake": error_sentence(error, texts)}, 400)
        return done("/saved", "saved_done", name=name)

    def page(self, values: dict[str, Any], status: int = 200) -> Response:
        """The form with these values."""
        texts = texts_of(self.request, self.context)
        try:
            tree = self.context.search_of(query_of(values["search"])).tree
            words = in_words(tree, texts)
        except REFUSED:
            words = ""
        form = {**_FIELDS, "language": texts.language, "mistake": None, "plan": None, **values}
        variables = {
            "form": form,
            "saved": self.saved,
            "words": words,
            "channels": {name: channel_label(name, texts) for name in self.service.channels},
            "timings": TIMINGS,
        }
        return render(self.request, self.context, "saved_new.html", variables, status)

    def _dry_run(self, values: dict[str, Any], query: MatchParams) -> Response:
        draft = AlertDraft.model_validate(
            {**_alert_values(values), "channel": "mail", "target": "-"}
        )
        backend = self.context.backend
        plan = self.service.would_send(
            backend, self.context.search_of(query), draft, self.context.now()
        )
        return self.page({**values, "plan": planned_body(backend, plan)})

    def _store(self, values: dict[str, Any], query: MatchParams) -> str:
        """Store what is new; returns the name of the search.

        The alert is checked before the search is stored, so that a wrong alert stores nothing.
        """
        now = self.context.now()
        alert = None
        if values["channel"] or self.saved:
            alert = AlertDraft.model_validate(_alert_values(values))
            self.service.checked_alert("", alert, now)
        saved = self.saved
        if saved is None:
            draft = SavedSearchDraft(name=values["name"], query=query, note=values["note"])
            saved = self.service.save(draft, now, self.context.names)
        if alert:
            self.service.add_alert(saved.id, alert, now, self.context.names)
        return saved.name


def query_of(search: str) -> MatchParams:
    """The parameters of a search that an address spells; raises pydantic's ValidationError."""
    parameters: dict[str, Any] = {}
    for name, value in parse_qsl(search, max_num_fields=200):
        if name in (*FILTERS, *CONDITIONS):
            parameters.setdefault(name, []).append(value)
        elif name in _PARAMETERS:
            parameters[name] = value
    return MatchParams.model_validate(parameters)


def channel_label(channel: str, texts: Texts) -> str:
    """What a reader calls a channel; one that the catalogues don't name yet has its own name."""
    key = f"channel_{channel}"
    return texts(key) if key in texts.keys else channel.capitalize()


def error_sentence(error: Exception, texts: Texts) -> str:
    """What was wrong, in the reader's language where it has the sentence."""
    if isinstance(error, ParameterError):
        return f"{error.parameter}: {texts.mistake(error.mistake)}"
    if isinstance(error, QueryMistake):
        return texts.mistake(error)
    if isinstance(error, ValidationError):
        fault = error.errors()[0]
        return f"{fault['loc'][0] if fault['loc'] else ''}: {fault['msg']}"
    return str(error)


def _alert_values(values: dict[str, Any]) -> dict[str, Any]:
    """The alert that the form asks for; a timing of the other kind becomes this one's first."""
    kind = values["kind"] if values["kind"] in TIMINGS else "matches"
    timings = TIMINGS[kind]
    timing = values["timing"] if values["timing"] in timings else timings[0]
    alert: dict[str, Any] = {
        "kind": kind,
        "timing": timing,
        "on_change": bool(values["on_change"]),
        "target": values["target"],
    }
    # An empty field takes the default of `AlertDraft`.
    for name in ("channel", "hour", "tz", "language", "floor"):
        if values[name]:
            alert[name] = values[name]
    if values["floor"].isdecimal():
        alert["floor"] = int(values["floor"])
    return alert
