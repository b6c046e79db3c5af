"""The web application: its parts wired together. `create_app` is the only entry."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from crawler.archive import Archive
from crawler.sources import Source
from crawler.store import Store
from indexer.backend import Backend
from search.alerts.service import AlertService
from search.api import (
    alerts,
    atom,
    coverage,
    export,
    health,
    listing,
    metrics,
    probes,
    revisions,
    search,
    stream,
)
from search.api import sources as api_sources
from search.i18n.catalogue import check_messages, read_texts
from search.pages import ROUTERS as PAGES
from search.pages.render import environment, failed
from search.parse.explain import MESSAGES
from search.sources.previews import Previews
from search.sources.source_list import SourceList
from search.web.addresses import AddressMiddleware
from search.web.auth import AuthMiddleware, SecurityHeadersMiddleware
from search.web.context import AppContext
from search.web.errors import answer_errors
from search.web.http_cache import HeadMiddleware
from search.web.limits import LimitsMiddleware, RequestLimits
from search.web.local_trust import LocalTrust
from search.web.rate_limit import RateLimiter
from search.web.tokens import Tokens

TRIES = (30, 20)
"""Requests without a valid token that an address may make: in a minute, and at once."""
_STATIC = Path(__file__).parent / "static"
_DESCRIPTION = (
    "Search the articles of the news sites that Veille watches. "
    "Every view of one query gives the same count."
)
_API = (
    search,
    stream,
    health,
    listing,
    alerts,
    api_sources,
    coverage,
    metrics,
    probes,
    revisions,
    export,
    atom,
)


def create_app(  # noqa: PLR0913 - every part of the application is handed in here
    backend: Backend,
    store: Store | None = None,
    *,
    now: Callable[[], datetime],
    sources: Sequence[Source] = (),
    tokens: Tokens | None = None,
    trust: LocalTrust | None = None,
    sources_file: Path | None = None,
    previews: Previews | None = None,
    alerts: AlertService | None = None,
    rates: RateLimiter | None = None,
    archive: Archive | None = None,
    zone: str = "UTC",
    bounds: RequestLimits = RequestLimits(),  # noqa: B008 - a value
    monotonic: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The page and the API over an index; with the crawler's `store`, /healthz also tells what
    waits for the index.

    With a `sources_file`, sources are what it holds now, and can be added; `previews` shows
    beforehand what they bring. `now` gives aware times; `tokens` says who may read from another
    machine (nobody where it is None), `trust` whether this one needs a token too (once there are
    any, where it is None), `rates` how often (as often as they like where it is None), `bounds`
    what one request may take; `alerts` is the service of saved searches and alerts (there are none
    without it); `archive` has the pages as they were fetched; `zone` is the time
    zone of the page for readers who choose none; `monotonic` gives the seconds by
    which requests without a valid token are counted.
    """
    app = FastAPI(
        title="Veille", version="1", description=_DESCRIPTION, docs_url=None, redoc_url=None
    )
    texts = read_texts()
    check_messages(texts, MESSAGES)
    watched = SourceList(sources, sources_file)
    app.state.context = AppContext(
        backend, store, now, watched, tokens, texts, previews, alerts, archive, zone
    )
    app.state.templates = environment()
    _add_routes(app)
    answer_errors(app, failed)
    tries = RateLimiter(*TRIES, monotonic)
    _add_middleware(app, trust or LocalTrust(tokens), rates, tries, bounds)
    _describe_errors_once(app)
    return app


def _add_routes(app: FastAPI) -> None:
    for module in _API:
        app.include_router(module.router)
    for router in PAGES:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")


def _add_middleware(
    app: FastAPI,
    trust: LocalTrust,
    rates: RateLimiter | None,
    tries: RateLimiter,
    bounds: RequestLimits,
) -> None:
    """What every request passes; what is added last sees it first."""
    app.add_middleware(HeadMiddleware)
    app.add_middleware(LimitsMiddleware, bounds=bounds)
    app.add_middleware(AddressMiddleware)
    app.add_middleware(AuthMiddleware, trust=trust, rates=rates, tries=tries)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(SecurityHeadersMiddleware)


def _describe_errors_once(app: FastAPI) -> None:
    """FastAPI describes its own form of invalid parameters for every route: here they are answered
    in ours.
    """
    describe = app.openapi

    def described() -> dict[str, Any]:
        schema = describe()
        for operations in schema.get("paths", {}).values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            schema.get("components", {}).get("schemas", {}).pop(name, None)
        return schema

    app.openapi = described  # type: ignore[method-assign]
