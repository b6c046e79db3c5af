"""The service of saved searches and alerts: checks what people ask for and stores it; API, page and
commands all go through it.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import uuid4
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from crawler.monitor.coverage import Coverage
from crawler.plain import plain, plain_value
from crawler.store import Alert, SavedSearch, Store
from indexer.backend import Backend
from indexer.query import Search
from search.alerts import paging
from search.alerts.channels import Channel
from search.alerts.dry_run import PlannedNotice, dry_run
from search.alerts.errors import NotFound
from search.alerts.matching import search_for
from search.alerts.schedule import next_due
from search.parse import QueryMistake
from search.parse.names import ANY_NAME, Names
from search.query.request import MatchParams, ParameterError, search_of
from search.sources.source_list import SourceList

MONTH = timedelta(days=31)
_TOKEN_BYTES = 24
"""Of a feed's address, which is a secret: too many to guess."""
TIMINGS: Mapping[str, tuple[str, ...]] = {
    "matches": ("at-once", "hourly", "daily"),
    "headlines": ("at-once", "hourly", "daily"),
    "volume": ("hour", "day"),
    "findings": ("at-once", "hourly", "daily"),
}
"""The timings that each kind of alert can have."""
Name = Annotated[str, BeforeValidator(plain_value), StringConstraints(min_length=1, max_length=200)]


class SavedSearchDraft(BaseModel):
    """A saved search as it is asked for: a name, the parameters of `/api/v1/search`, a note."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    query: MatchParams
    note: Annotated[str, AfterValidator(plain), StringConstraints(max_length=5_000)] = ""


def _hour(text: str) -> str:
    moment = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 a time of day
    return f"{moment:%H:%M}"


class AlertDraft(BaseModel):
    """An alert as it is asked for.

    `timing` is at-once, hourly or daily; of a volume alert it is the step of its buckets, hour or
    day. An alert on findings tells of the sources that its search is of.
    """

    model_config = ConfigDict(extra="forbid")
    kind: Literal["matches", "headlines", "volume", "findings"] = "matches"
    channel: Annotated[str, Field(max_length=16, examples=["mail"])]
    target: Annotated[str, Field(max_length=2_000, examples=["name@example.org"])]
    timing: Literal["at-once", "hourly", "daily", "hour", "day"] = "at-once"
    hour: Annotated[str, AfterValidator(_hour), Field(description="HH:MM of a daily digest.")] = (
        "08:00"
    )
    tz: Annotated[str, StringConstraints(max_length=64)] = "UTC"
    language: Annotated[
        str, StringConstraints(max_length=8), Field(description="Of what is sent.")
    ] = "en"
    on_change: Annotated[
        bool, Field(strict=True, description="Tell again of an article that was edited.")
    ] = False
    floor: Annotated[
        int,
        Field(strict=True, ge=1, le=1_000_000, description="Volume: fewer articles are no news."),
    ] = 10


@dataclass(frozen=True, slots=True)
class AlertService:
    """Saved searches and alerts in the store. Methods raise `QueryError`, `ParameterError`,
    `InvalidRecipient` and `NotFound`; `now` is an aware time.
    """

    store: Store
    channels: Mapping[str, Channel]
    languages: frozenset[str]
    source_list: SourceList

    def save(self, draft: SavedSearchDraft, now: datetime, names: Names = ANY_NAME) -> SavedSearch:
        """Store a new saved search, of an installation with these names."""
        search_of(draft.query, now, names)  # raises where it can't be read
        saved = SavedSearch(
            id=uuid4().hex,
            name=draft.name,
            query=_parameters(draft.query, now, names),
            note=draft.note,
            feed_token=secrets.token_urlsafe(_TOKEN_BYTES),
            created_at=now,
            updated_at=now,
        )
        self.store.saved.add(saved)
        return saved

    def change(
        self,
        search_id: str,
        draft: SavedSearchDraft,
        now: datetime,
        names: Names = ANY_NAME,
    ) -> SavedSearch:
        """Give a saved search another name, query or note."""
        previous = self.saved_search(search_id)
        search_of(draft.query, now, names)  # raises where it can't be read
        query = _parameters(draft.query, now, names)
        saved = replace(previous, name=draft.name, query=query, note=draft.note, updated_at=now)
        self.store.saved.change(saved, fresh=query != previous.query)
        return saved

    def saved_search(self, search_id: str) -> SavedSearch:
        """The saved search with this id."""
        saved = self.store.saved.find(search_id)
        if saved is None:
            raise NotFound("There is no saved search with this id.")
        return saved

    def saved_page(self, cursor: str | None, limit: int) -> tuple[list[SavedSearch], str | None]:
        """Some saved searches by name, and the cursor of the next ones, None at the end."""
        found = self.store.saved.page(paging.decode(cursor), limit + 1)
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], paging.encode(last.name.casefold(), last.id)

    def alerts_page(self, cursor: str | None, limit: int) -> tuple[list[Alert], str | None]:
        """Some alerts, the oldest first, and the cursor of the next ones, None at the end."""
        found = self.store.alerts.page(paging.decode_moment(cursor), limit + 1)
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], paging.encode(last.created_at.isoformat(), last.id)

    def alert(self, alert_id: str) -> Alert:
        """The alert with this id."""
        alert = self.store.alerts.find(alert_id)
        if alert is None:
            raise NotFound("There is no alert with this id.")
        return alert

    def add_alert(
        self, search_id: str, draft: AlertDraft, now: datetime, names: Names = ANY_NAME
    ) -> Alert:
        """Store a new alert on a saved search; it begins now, silently."""
        saved = self.saved_search(search_id)
        search_for(saved, now, names)  # raises where it can't be asked any more
        return self.store.alerts.add(self.checked_alert(saved.id, draft, now))

    def checked_alert(self, search_id: str, draft: AlertDraft, now: datetime) -> Alert:
        """The alert of a draft, not stored; its recipient can be reached by its channel."""
        alert = self.planned_alert(search_id, draft, now)
        _require_choice("channel", draft.channel, self.channels)
        return replace(alert, target=self.channels[draft.channel].check(draft.target))

    def planned_alert(self, search_id: str, draft: AlertDraft, now: datetime) -> Alert:
        """The alert of a draft, not stored; its channel and recipient are not checked."""
        _require_choice("timing", draft.timing, TIMINGS[draft.kind])
        _require_choice("language", draft.language, sorted(self.languages))
        if draft.tz not in available_timezones():
            raise ParameterError("tz", QueryMistake("unknown_zone", None, found=draft.tz))
        alert = Alert(
            id=uuid4().hex,
            search=search_id,
            secret=secrets.token_hex(32),
            begins=0,
            cursor=0,
            due_at=None,
            paused_at=None,
            trouble=None,
            created_at=now,
            **draft.model_dump(),
        )
        return replace(alert, due_at=next_due(alert, now))

    def resume(self, alert_id: str, now: datetime) -> Alert:
        """Let a paused alert go on from now."""
        alert = self.alert(alert_id)
        self.store.alerts.resume(alert_id, next_due(alert, now))
        return self.alert(alert_id)

    def would_send(
        self, backend: Backend, search: Search, draft: AlertDraft, now: datetime
    ) -> list[PlannedNotice]:
        """What an alert would have sent in the last month."""
        alert = self.planned_alert("", draft, now)
        coverage = Coverage(self.store, self.source_list.now(), now)
        return dry_run(coverage, backend, search, alert, (now - MONTH, now))


def _require_choice(parameter: str, value: str, choices: Iterable[str]) -> None:
    allowed = list(choices)
    if value not in allowed:
        mistake = QueryMistake("unknown_choice", None, found=value[:60], choices=", ".join(allowed))
        raise ParameterError(parameter, mistake)


def query_parameters(query: MatchParams) -> dict[str, Any]:
    """The parameters of a search that say something, without the language of the page."""
    values = query.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {
        name: value
        for name, value in values.items()
        if name != "ui" and value not in (None, "", [])
    }


def _parameters(query: MatchParams, now: datetime, names: Names) -> dict[str, Any]:
    """What is stored of a query: also the reader's language, where it alone tells day from
    month.
    """
    values = query_parameters(query)
    try:
        search_of(MatchParams.model_validate(values), now, names)
    except QueryMistake as mistake:
        code = mistake.code
    except ParameterError as error:
        code = error.mistake.code
    else:
        return values
    return {**values, "ui": query.ui} if code == "ambiguous_date" else values
