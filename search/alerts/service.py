"""Saved searches and alerts as people ask for them, checked and kept: one way for API, page and
commands.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import uuid4
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from crawler.monitor.coverage import Coverage
from crawler.store import Alert, SavedSearch, Store
from indexer.backend import Backend
from search.alerts.channels import Channel
from search.alerts.dry_run import PlannedNotice, dry_run
from search.alerts.errors import NotFound
from search.alerts.matching import asked
from search.alerts.schedule import next_due
from search.parse import QueryMistake
from search.query.request import MatchParams, ParameterError, search_of
from search.sources.source_list import SourceList

MONTH = timedelta(days=31)
_TOKEN_BYTES = 24
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class SavedSearchDraft(BaseModel):
    """A saved search as it is asked for: a name, the parameters of `/api/v1/search`, a note."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    query: MatchParams
    note: Annotated[str, StringConstraints(max_length=5_000)] = ""


def _hour(text: str) -> str:
    moment = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 a time of day
    return f"{moment:%H:%M}"


class AlertDraft(BaseModel):
    """An alert as it is asked for.

    `timing` is at-once, hourly or daily; of a volume alert it is the step of its buckets, hour or
    day.
    """

    model_config = ConfigDict(extra="forbid")
    kind: Literal["matches", "volume"] = "matches"
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
    """Keeps saved searches and alerts in the store. Methods raise `QueryError`, `ParameterError`,
    `Unsendable` and `Missing`.
    """

    store: Store
    channels: Mapping[str, Channel]
    languages: frozenset[str]
    watched: SourceList

    def save(self, wanted: SavedSearchDraft, now: datetime) -> SavedSearch:
        """Keep a new saved search."""
        search_of(wanted.query, now)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        saved = SavedSearch(
            uuid4().hex, wanted.name, parameters(wanted.query), wanted.note, token, now, now
        )
        self.store.saved.add(saved)
        return saved

    def change(self, id: str, wanted: SavedSearchDraft, now: datetime) -> SavedSearch:
        """Give a saved search another name, query or note."""
        before = self.search(id)
        search_of(wanted.query, now)
        query = parameters(wanted.query)
        saved = replace(before, name=wanted.name, query=query, note=wanted.note, updated_at=now)
        self.store.saved.change(saved, fresh=query != before.query)
        return saved

    def search(self, id: str) -> SavedSearch:
        """The saved search with this id."""
        saved = self.store.saved.find(id)
        if saved is None:
            raise NotFound("There is no saved search with this id.")
        return saved

    def alert(self, id: str) -> Alert:
        """The alert with this id."""
        alert = self.store.alerts.find(id)
        if alert is None:
            raise NotFound("There is no alert with this id.")
        return alert

    def tell(self, search: str, wish: AlertDraft, now: datetime) -> Alert:
        """Keep a new alert on a saved search; it begins now, silently."""
        saved = self.search(search)
        asked(saved, now)
        return self.store.alerts.add(self.wanted(saved.id, wish, now))

    def wanted(
        self, search: str, wish: AlertDraft, now: datetime, *, unchecked: bool = False
    ) -> Alert:
        """The alert that is wished for, not kept; `unchecked` leaves out whether its address can be
        told anything.
        """
        fits = ("hour", "day") if wish.kind == "volume" else ("at-once", "hourly", "daily")
        _one_of("timing", wish.timing, fits)
        _one_of("language", wish.language, sorted(self.languages))
        if wish.tz not in available_timezones():
            raise ParameterError("tz", QueryMistake("unknown_zone", None, found=wish.tz))
        target = wish.target
        if not unchecked:
            _one_of("channel", wish.channel, self.channels)
            target = self.channels[wish.channel].check(wish.target)
        values = {**wish.model_dump(), "target": target}
        alert = Alert(
            id=uuid4().hex,
            search=search,
            secret=secrets.token_hex(32),
            begins=0,
            cursor=0,
            due_at=None,
            paused_at=None,
            trouble=None,
            created_at=now,
            **values,
        )
        return replace(alert, due_at=next_due(alert, now))

    def resume(self, id: str, now: datetime) -> Alert:
        """Let a paused alert go on from now."""
        alert = self.alert(id)
        self.store.alerts.resume(id, next_due(alert, now))
        return self.alert(id)

    def would_send(
        self, backend: Backend, query: MatchParams, wish: AlertDraft, now: datetime
    ) -> list[PlannedNotice]:
        """What an alert would have sent in the last month."""
        alert = self.wanted("", wish, now, unchecked=True)
        coverage = Coverage(self.store, self.watched.now(), now)
        return dry_run(coverage, backend, search_of(query, now), alert, (now - MONTH, now))


def _one_of(parameter: str, value: str, choices: Iterable[str]) -> None:
    known = list(choices)
    if value not in known:
        raise ParameterError(
            parameter,
            QueryMistake("unknown_choice", None, found=value[:60], choices=", ".join(known)),
        )


def parameters(query: MatchParams) -> dict[str, Any]:
    """What of a search's parameters is kept: those that say something."""
    values = query.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {
        name: value
        for name, value in values.items()
        if name != "ui" and value not in (None, "", [])
    }
