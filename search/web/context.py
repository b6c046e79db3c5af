"""What every route works with: the index, the sources, the clock, the texts of the interface."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.types import Scope

from crawler.archive import Archive
from crawler.sources import Source
from crawler.store import SavedSearch, Store
from indexer.backend import Backend
from indexer.query import Search
from search.alerts.service import AlertService
from search.i18n.catalogue import Texts, accepted
from search.query.names import KnownNames
from search.query.request import MatchParams, search_of
from search.sources.health_cache import HealthCache
from search.sources.previews import Previews
from search.sources.source_list import SourceList
from search.web.tokens import Tokens

_MAY_WRITE = "may_write"
LANGUAGE_COOKIE = "veille_ui"


@dataclass(frozen=True, slots=True)
class AppContext:
    """The parts that `create_app` was given.

    `now` gives aware times; `zone` is the time zone of readers who choose none; `page_readers`
    bounds how many archived pages are read at once.
    """

    backend: Backend
    store: Store | None
    now: Callable[[], datetime]
    source_list: SourceList
    tokens: Tokens | None
    texts: Mapping[str, Texts]
    previews: Previews | None = None
    alerts: AlertService | None = None
    archive: Archive | None = None
    zone: str = "UTC"
    page_readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    health_cache: HealthCache = field(default_factory=HealthCache)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that are watched, as the sources file stands now."""
        return self.source_list.now()

    @property
    def source_names(self) -> dict[str, str]:
        """The names of sources by id."""
        return {source.id: source.name for source in self.sources}

    @property
    def names(self) -> KnownNames:
        """What names mean now: those of sources and of saved searches."""
        return KnownNames(
            self.backend, self.sources, self._saved_searches, self.now(), self._current_addresses
        )

    def search_of(self, params: MatchParams) -> Search:
        """The search that the parameters ask for now; raises as `search.query.request` does."""
        return search_of(params, self.now(), self.names)

    def _saved_searches(self) -> list[SavedSearch]:
        return [] if self.store is None else self.store.saved.all()

    def _current_addresses(self, url: str) -> list[str]:
        return [] if self.store is None else self.store.addresses.current(url)

    def language(self, request: Request, parameter: str | None = None) -> str:
        """The reader's language: the one of the parameter, the one chosen before (cookie), else the
        best of Accept-Language.
        """
        for wanted in (parameter, request.cookies.get(LANGUAGE_COOKIE)):
            if wanted in self.texts:
                return str(wanted)
        return accepted(request.headers.get("accept-language", ""), self.texts)


def _context(request: Request) -> AppContext:
    context: AppContext = request.app.state.context
    return context


def let_write(scope: Scope) -> None:
    """Note that whoever sends this request may change what is kept here."""
    scope.setdefault("state", {})[_MAY_WRITE] = True


def may_write(request: Request) -> bool:
    """Whether whoever sends the request may change what is kept here, and so see the secrets in it:
    where alerts are sent, the addresses of feeds.
    """
    return bool(getattr(request.state, _MAY_WRITE, False))


MayWrite = Annotated[bool, Depends(may_write)]
"""A route's parameter: whether the secrets of what is kept may be told."""
Context = Annotated[AppContext, Depends(_context)]
