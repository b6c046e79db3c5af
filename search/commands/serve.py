"""`veille serve`: the page and the API."""

import socket
import time
from contextlib import suppress
from functools import partial
from typing import Any

import click
import uvicorn

from crawler.archive.opening import archive_of
from crawler.config import Config
from crawler.process.clock import utc_now
from crawler.process.descriptors import raise_limit
from crawler.store import Store
from indexer.backend import Backend, IndexUnavailable
from search.alerts.setup import alert_service_of
from search.app import create_app
from search.commands.console import PATIENCE, CommandError, index_of, settings
from search.commands.log_output import announce, log_to
from search.sources.previews import ProcessPreviews
from search.web.connections import ConnectionTable
from search.web.local_trust import KeyedTokens, LocalTrust
from search.web.rate_limit import RateLimiter
from search.web.slow_connections import HEAD_BYTES, Connection
from search.web.tokens import FileTokens

BACKLOG = 128
"""Connections that are taken at once: so many descriptors at most before one is given back."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, told
"""What this machine calls itself where all of its addresses are listened on."""

host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
)
port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port."
)


@click.command("serve")
@host_option
@port_option
def command(host: str, port: int) -> None:
    """Serve the page and the API on http://HOST:PORT; other machines need an access token."""
    config = settings()
    if config.log != "file":
        log_to(config, verbose=False, lasting=True)
    bound = bind(host, port)
    introduce(config, host)
    store = Store(config.database_url, patience=PATIENCE)
    try:
        with index_of(config) as backend:
            with suppress(IndexUnavailable):
                backend.setup()
            bound.listen(BACKLOG)
            announce(config, f"Veille answers on {address(bound)} (Ctrl-C ends it)")
            server_of(config, backend, store, bound=bound).run(sockets=[bound])
    finally:
        store.close()


def server_of(
    config: Config,
    backend: Backend,
    store: Store | None = None,
    *,
    bound: socket.socket | None = None,
) -> uvicorn.Server:
    """A server over the index, ready to run. With the socket that it will listen on, it prints the
    link to sign in with where this machine needs it, now or once it does.
    """
    tokens = KeyedTokens(_tokens(config))
    rates = None
    often = config.requests_a_minute
    if often:
        # A page loads its parts at once, so a burst is let through: a fifth of a minute's requests.
        rates = RateLimiter(often, max(often / 5, 60), time.monotonic)
    app = create_app(
        backend,
        store,
        now=utc_now,
        tokens=tokens,
        trust=_local_trust(config, tokens, bound),
        sources_file=config.sources,
        previews=ProcessPreviews(config),
        alerts=alert_service_of(config, store) if store else None,
        archive=archive_of(config),
        rates=rates,
        zone=config.timezone,
    )
    options: dict[str, Any] = {
        "log_level": "warning",
        "access_log": False,
        "timeout_graceful_shutdown": 5,
        "http": partial(Connection, ConnectionTable.for_descriptors(raise_limit(), time.monotonic)),
        "backlog": BACKLOG,
        "h11_max_incomplete_event_size": HEAD_BYTES,
        "timeout_keep_alive": 15,
    }
    if config.log != "file":
        options["log_config"] = None  # its lines go where ours go
    return uvicorn.Server(uvicorn.Config(app, **options))


def _local_trust(config: Config, tokens: KeyedTokens, bound: socket.socket | None) -> LocalTrust:
    def tell_link() -> None:
        if bound is None:
            return
        announce(config, f"Sign in on this machine with {tokens.link(_address_here(bound))}")

    trust = LocalTrust(tokens, config.public_url, tell_link)
    if not trust.holds():
        tell_link()
    return trust


def address(bound: socket.socket) -> str:
    """The URL of a listening socket."""
    return _url(*bound.getsockname()[:2])


def _address_here(bound: socket.socket) -> str:
    """The URL by which a browser of this machine reaches a listening socket."""
    host, port = bound.getsockname()[:2]
    return _url(_HERE.get(host, host), port)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _tokens(config: Config) -> FileTokens:
    return FileTokens(config.data / "tokens.json")


def introduce(config: Config, host: str) -> None:
    """Make and print the first token where other machines are answered and nobody has one yet."""
    tokens = _tokens(config)
    if host not in LOOPBACK and not tokens.rows():
        token = tokens.issue("first", utc_now())
        announce(config, f"Other machines need a token; this first one is shown only now: {token}")


def bind(host: str, port: int) -> socket.socket:
    """A socket to listen on, with this address; raises `CommandError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP is named, because asyncio sends small answers at once only through a socket that says so:
    # else each waits.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        failure = f"Port {port} on {host} can't be opened ({error})"
        raise CommandError(f"{failure}: stop what uses it, or take another --port.") from error
    return bound
