"""What commands share: settings, failures in one sentence, output for people or as JSON."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy.exc import DBAPIError, OperationalError

from crawler.config import Config, ConfigError, load_config
from crawler.process.clock import utc_now
from crawler.sources import Source, SourcesError, choose, read_sources
from crawler.store import OPENING_SECONDS, StoreError
from indexer.backend import Backend, IndexUnavailable, UnsupportedError
from indexer.backends import open_backend
from indexer.query import QueryError
from search.alerts.errors import InvalidRecipient, NotFound
from search.web.tokens import TokensDamaged

PATIENCE = float(OPENING_SECONDS)
"""Seconds that people wait for a store that another process holds; crawls wait longer."""
_STORE_AWAY = "The store is held by another process, or away: try again in a moment."


class CommandError(Exception):
    """A command can't do its work; the message says what to do."""


_SAYS_ALL = (
    CommandError,
    ConfigError,
    SourcesError,
    StoreError,
    IndexUnavailable,
    UnsupportedError,
    QueryError,
    NotFound,
    TokensDamaged,
    InvalidRecipient,
)
"""Failures whose own message is the sentence for people."""
_SAY_ALL_BY_NAME = ("BucketAway", "ParameterError")
"""Further ones, by name: importing what raises them would slow down each command."""


def failure_of(error: Exception) -> str | None:
    """The sentence for a failure that has one; None for a mistake of ours, which deserves its
    traceback.
    """
    if isinstance(error, QueryError) and isinstance(error.position, int):
        return f"{error} (at character {error.position + 1})"
    if isinstance(error, OSError):
        return _failure_of_system(error)
    if isinstance(error, DBAPIError):
        return _failure_of_store(error)
    is_named = type(error).__name__ in _SAY_ALL_BY_NAME
    return str(error) if is_named or isinstance(error, _SAYS_ALL) else None


def _failure_of_store(error: DBAPIError) -> str:
    said = str(error.orig).strip().splitlines()
    away = not isinstance(error.orig, sqlite3.Error) or "locked" in str(error.orig)
    if away and isinstance(error, OperationalError):
        return _STORE_AWAY
    advice = "`veille doctor --deep` looks at all of it, `veille restore` brings a backup back"
    return f"The store can't be used ({said[0] if said else type(error.orig).__name__}): {advice}."


def _failure_of_system(error: OSError) -> str | None:
    if error.errno == errno.EADDRINUSE:
        port = f"The port is in use ({error.strerror})"
        return f"{port}: stop what uses it, or take another one with --port."
    if error.errno == errno.ENOSPC:
        disk = f"The disk is full ({error.filename or 'data folder'})"
        return f"{disk}: free some space; nothing is lost, run it again."
    if error.filename:
        advice = "check the path and its permissions, or set VEILLE_DATA"
        return f"{error.filename}: {error.strerror}: {advice}."
    return None


def print_output(value: Any) -> None:
    """Print a value as one line of JSON."""
    click.echo(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode())


def chosen(config: Config, ids: tuple[str, ...]) -> list[Source]:
    """The sources of the sources file with these ids, or all."""
    return choose(read_sources(config.sources), ids)


def named(config: Config) -> list[Source]:
    """The sources of the sources file; none where it can't be read, for commands that need none."""
    try:
        return read_sources(config.sources)
    except SourcesError:
        return []


def opened(config: Config, *, writer: bool = False) -> Backend:
    """The index of the settings; neither creates nor connects."""
    return open_backend(
        config.index, config.data, writer=writer, environment=index_environment(config)
    )


def index_environment(config: Config) -> dict[str, str]:
    """What opens the index besides its URL: API key and authority.

    Raises `IndexUnavailable` for a key file without a key.
    """
    key = config.index_api_key
    if not key and config.index_api_key_file:
        key = _read_key(config.index_api_key_file)
    variables = {"VEILLE_INDEX_API_KEY": key, "VEILLE_INDEX_CA": config.index_ca}
    return {name: str(value) for name, value in variables.items() if value}


def _read_key(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it holds no key"
        raise IndexUnavailable(
            f"The API key in {file} can't be read ({why}): `veille elastic setup --keys` makes it."
        ) from error


@contextmanager
def index_of(config: Config, *, writer: bool = False) -> Iterator[Backend]:
    """The index of the settings, closed at the end; raises `IndexUnavailable`."""
    backend = opened(config, writer=writer)
    try:
        yield backend
    finally:
        backend.close()


def clock() -> Callable[[], datetime]:
    """The clock of the command that runs, in UTC: the one that its caller gave as the context's
    object, as tests do, or that of the machine.
    """
    context = click.get_current_context(silent=True)
    given: Callable[[], datetime] | None = context.find_root().obj if context else None
    return given or utc_now


def settings(**changes: Any) -> Config:
    """The settings in force."""
    return load_config(**changes)


as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")
verbosely = click.option("-v", "--verbose", is_flag=True, help="Log in more detail.")
sources_file = click.option("--sources", type=click.Path(path_type=Path), help="The sources file.")
