"""The list of the publishers that are watched: how many are in each state, found by name, filtered,
sorted, a page at a time; and what is done with many of them at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from search.api import listing
from search.i18n.durations import Moments
from search.pages.forms import SubmittedForm, WrittenForm
from search.pages.render import done, render, texts_of
from search.sources.listing import SORTS, STATES
from search.web.context import AppContext, Context

SHOWN = 100
"""Sources on a page."""
_OFFERED = 300
"""Values that a box to choose from holds, the most frequent ones."""
_DONE: Mapping[listing.Action, str] = {
    "pause": "sources_paused",
    "resume": "sources_resumed",
    "crawl": "sources_queued",
}

router = APIRouter(include_in_schema=False)
_WITHOUT_STORE: Mapping[str, Any] = {
    "articles_a_day": None,
    "last_visit": None,
    "last_read": None,
    "next_due": None,
    "every_seconds": None,
    "watched": None,
    "findings": (),
    "entry_points": (),
    "visits": (),
    "state": "new",
    "activity": None,
    "paused": False,
}
"""What a server that does not know the store leaves out of its answer."""


class PageParams(listing.SourceListParams):
    """The list's parameters, and the language of the page; an address may hold more than that."""

    model_config = ConfigDict(extra="ignore")
    limit: Annotated[int, Field(ge=1, le=SHOWN)] = SHOWN
    ui: str = ""


@dataclass(frozen=True, slots=True)
class WrongAddress:
    """An address that can't be watched, a sentence that says why, and the status of the answer."""

    url: str
    sentence: str
    status: int


@router.get("/sources")
def sources(request: Request, context: Context, params: Annotated[PageParams, Query()]) -> Response:
    return list_page(request, context, params)


@router.post("/sources/bulk")
async def bulk(context: Context, form: WrittenForm) -> Response:
    """Pause, resume or crawl the sources that are chosen, or all that match."""
    action = _action(form.value("action"))
    choice = listing.SourceChoice.model_validate(_choice(form))
    ids: Sequence[str] = form.values("id")
    if form.value("scope") == "all":
        ids = await run_in_threadpool(listing.matching_ids, context, choice)
    number = await run_in_threadpool(listing.act, context, action, ids)
    back = _address(choice, form.value("sort"))
    return done(back, _DONE[action], n=str(number))


def list_page(
    request: Request,
    context: AppContext,
    params: PageParams,
    mistake: WrongAddress | None = None,
) -> Response:
    """The list; with the mistake of an address that was typed to be watched."""
    texts = texts_of(request, context)
    body = listing.listing_of(context).body(params, texts)
    rows = [source_row(source) for source in body["sources"]]
    around = {**shared_values(request, context), **_links(params, body["cursor"])}
    values = {
        **around,
        "sources": rows,
        "total": body["total"],
        "counts": body["states"],
        "choice": params,
        "chosen": _chosen(params),
        "offers": _offers(context),
        "sorts": SORTS,
    }
    if mistake is None:
        return render(request, context, "sources.html", values)
    values |= {"wrong": mistake.sentence, "url": mistake.url}
    return render(request, context, "sources.html", values, mistake.status)


def source_row(source: Mapping[str, Any]) -> dict[str, Any]:
    """A source as the pages show it, whatever the server knows of it."""
    row = {**_WITHOUT_STORE, **source}
    row["state"] = row["state"] or "watched"
    return row


def shared_values(request: Request, context: AppContext) -> dict[str, Any]:
    """What the templates about sources share."""
    return {
        "moments": Moments(texts_of(request, context), context.now()),
        "wrong": "",
        "exactly": "",
        "url": "",
        "already": None,
    }


def _action(sent: str) -> listing.Action:
    for action in _DONE:
        if action == sent:
            return action
    raise HTTPException(400, "action is pause, resume or crawl.")


def _links(params: PageParams, cursor: str | None) -> dict[str, Any]:
    """Where the list goes on, and the list in each state."""
    onward = _address(params, params.sort, cursor=cursor) if cursor else None
    by_state = {state: _address(params, params.sort, state=state) for state in STATES}
    return {
        "onward": onward,
        "by_state": by_state,
        "in_all_states": _address(params, params.sort, state=""),
    }


def _chosen(params: listing.SourceChoice) -> list[tuple[str, str]]:
    """The filters that are set, as fields of a form."""
    values = params.model_dump(include=set(listing.SourceChoice.model_fields))
    pairs = []
    for name, value in values.items():
        for one in (value,) if isinstance(value, str) else value:
            if one:
                pairs.append((name, one))
    return pairs


def _address(params: listing.SourceChoice, sort: str, **changes: str) -> str:
    """The list with some parameters changed; an empty one is left out."""
    pairs = [pair for pair in _chosen(params) if pair[0] not in changes]
    if sort in SORTS and sort != "state":
        pairs.append(("sort", sort))
    pairs += [pair for pair in changes.items() if pair[1]]
    return f"/sources?{urlencode(pairs)}" if pairs else "/sources"


def _offers(context: AppContext) -> dict[str, list[str]]:
    """The collections, languages and countries that sources have, the most frequent ones."""
    collections: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for source in context.sources:
        collections.update(source.collections)
        languages.update([source.language] if source.language else ())
        countries.update([source.country] if source.country else ())
    kinds = {"collection": collections, "language": languages, "country": countries}
    offers = {}
    for name, counts in kinds.items():
        frequent = [value for value, _ in counts.most_common(_OFFERED)]
        if frequent:
            offers[name] = sorted(frequent)
    return offers


def _choice(form: SubmittedForm) -> dict[str, Any]:
    """The filters of a form, as they were when its page was shown."""
    choice: dict[str, Any] = {"q": form.value("q")}
    for name in ("state", "collection", "language", "country"):
        choice[name] = tuple(form.values(name))
    return choice
