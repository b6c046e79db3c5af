"""Nonsense in any column of any table costs its row: commands, pages and the API answer."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Boolean, Column, Float, Integer, Table
from starlette.testclient import TestClient

from crawler.config import load_config
from crawler.process.owner import is_gone, owner_name
from crawler.sources import Source
from crawler.store import EntryPoint, Store, Visit
from crawler.store.tables import StoredJson, UtcDateTime, metadata
from indexer.backends import open_backend
from indexer.relay import Relay
from search.commands.console import failure_of
from search.commands.serve import server_of
from tests.support.archived import keep_in, numbered_page, opened
from tests.support.clock import moment, stopped
from veille import veille

SOURCE = Source(id="mill", name="The Mill", home="https://mill.example/", language="en")
SENTENCE = "The miller of house {} weighed the flour twice, and carter {} took it up the river."
COUNT = 5
KNOWN = {
    "source": "mill",
    "search": "saved_searches",
    "alert": "alerts",
    "channel": "mail",
    "tz": "UTC",
}
"""Values by which rows belong together, or that code knows."""
NONSENSE = ("'nonsense'", "x'ff00fe'", "CAST(x'ff41fe' AS TEXT)", "-7", "'{\"a\": [1]}'", "9e999")
COMMANDS = (
    "coverage",
    "coverage --json",
    "search --json",
    "export",
    "source list",
    "saved list",
    "alert list",
    "alert list --json",
    "alert run --once",
    "token list",
    "doctor --json",
    "doctor --deep",
    "reextract --json",
)
PAGES = (
    "/",
    "/sources",
    "/sources/mill",
    "/status",
    "/saved",
    "/saved/saved_searches/edit",
    "/saved/saved_searches/alert",
    "/metrics",
    "/healthz",
    "/api/v1/coverage",
    "/api/v1/sources",
    "/api/v1/sources/mill",
    "/api/v1/saved",
    "/api/v1/alerts",
    "/api/v1/alerts/alerts",
    "/api/v1/alerts/alerts/notices",
    "/api/v1/timeline",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that commands work in, with rows in every table."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        pages = [
            numbered_page(SOURCE, number, f"Sack {number} is sold", SENTENCE, day=10)
            for number in range(COUNT)
        ]
        keep_in(folder, SOURCE, pages, patch)
        store, _ = opened(folder)
        backend = open_backend("embedded", folder, writer=True)
        backend.setup()
        relay = Relay(store.outbox, backend, stopped(moment(11)))
        while relay.deliver():
            pass
        backend.close()
        store.close()
        with sqlite3.connect(folder / "veille.sqlite") as database:
            for table in metadata.sorted_tables:
                _fill(database, table)
        yield folder


def _fill(database: sqlite3.Connection, table: Table) -> None:
    """As many rows as the table has columns, as far as their keys differ, so that each column can
    be damaged in a row of its own.
    """
    (held,) = database.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()
    if held >= COUNT:
        return
    places = ", ".join("?" for _ in table.columns)
    for number in range(len(table.columns)):
        row = [_value(column, number) for column in table.columns]
        database.execute(f'INSERT OR IGNORE INTO "{table.name}" VALUES ({places})', row)


def _value(column: Column[Any], number: int) -> object:
    if isinstance(column.type, UtcDateTime):
        return f"2026-11-10 {number:02}:00:00.000000"
    if isinstance(column.type, StoredJson):
        return "{}"
    if isinstance(column.type, Boolean):
        return 0
    if isinstance(column.type, (Integer, Float)) or column.type._type_affinity is Integer:
        return number + 100
    if column.name == "id":
        return f"{column.table.name}{number or ''}"
    return KNOWN.get(column.name, f"{column.name}{number}")


@pytest.fixture
def folder(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the filled folder."""
    data = tmp_path / "data"
    shutil.copytree(filled, data)
    monkeypatch.setenv("VEILLE_DATA", str(data))
    monkeypatch.setenv("VEILLE_SOURCES", str(data / "sources.toml"))
    monkeypatch.setenv("VEILLE_WORKERS", "1")
    monkeypatch.chdir(data)
    return data


def _damage(folder: Path, nonsense: str) -> None:
    with sqlite3.connect(folder / "veille.sqlite") as database:
        for table in metadata.sorted_tables:
            rows = [row for (row,) in database.execute(f'SELECT rowid FROM "{table.name}"')]
            assert rows, table.name
            for number, column in enumerate(table.columns):
                row = rows[number % len(rows)]
                changed = f'UPDATE OR IGNORE "{table.name}" SET "{column.name}" = {nonsense}'
                # The key of a row that SQLite numbers itself is always a number.
                with suppress(sqlite3.IntegrityError):
                    database.execute(f"{changed} WHERE rowid = ?", (row,))


def _run(*words: str) -> Result:
    return CliRunner().invoke(veille, words, obj=stopped(moment(12)))


@pytest.mark.slow
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_every_column_costs_no_command_and_no_page(folder: Path, nonsense: str) -> None:
    _damage(folder, nonsense)
    for words in COMMANDS:
        failed = _run(*words.split()).exception
        if failed is not None and not isinstance(failed, SystemExit):
            assert isinstance(failed, Exception)
            assert failure_of(failed), (words, failed)
    # What can't be read is left out of a backup, and nothing else.
    assert _run("backup", str(folder.parent / "copy")).exception is None
    config = load_config()
    store = Store(config.database_url)
    backend = open_backend("embedded", folder)
    app: Any = server_of(config, backend, store).config.app
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 5000)) as client:
        answers = {path: client.get(path).status_code for path in PAGES}
    backend.close()
    store.close()
    # A busy machine may be too slow for an answer (504): that is told, too.
    assert {
        path: status for path, status in answers.items() if status >= 500 and status != 504
    } == {}


POINTS = (
    "points SET visited_at = 'yesterday'",
    "points SET first_at = x'00ff'",
    "points SET interval = 'often'",
    "points SET failures = 'many'",
    "points SET outcome = x'ff'",
    "points SET kind = 'unknown'",
    "spans SET \"end\" = 'soon'",
    "spans SET start = 'once'",
    "spans SET state = 'unknown'",
    "spans SET reason = 'unknown'",
)


@pytest.mark.parametrize("damaged", POINTS)
def test_a_damaged_row_of_coverage_costs_that_row_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    keep_in(tmp_path, SOURCE, [], monkeypatch)
    store, archive = opened(tmp_path)
    archive.close()
    for hour in range(9, 12):
        _visit(store, f"{SOURCE.home}feed", hour)
        _visit(store, SOURCE.home, hour)
    with sqlite3.connect(tmp_path / "veille.sqlite") as database:
        where = f"WHERE url = '{SOURCE.home}feed'"
        assert database.execute(f"UPDATE {damaged} {where}").rowcount == 1
    asked = ("coverage", "--json", "--from", "2026-11-10T09:30", "--to", "2026-11-10T10:30")
    body = json.loads(CliRunner().invoke(veille, asked).stdout)
    (source,) = body["sources"]
    assert source["watched"]["share"] == 1.0
    faults = " ".join(store.faults())
    assert "can't be read" in faults or "unknown" in damaged
    _visit(store, f"{SOURCE.home}feed", 12)
    store.close()
    assert CliRunner().invoke(veille, asked).exit_code == 0


def _visit(store: Store, url: str, hour: int) -> None:
    crawl = store.ledger.start("mill", moment(10, hour))
    store.ledger.record_visit(
        Visit(crawl, "mill", EntryPoint(url, "feed"), moment(10, hour), "same")
    )


def test_a_search_that_cannot_be_read_is_not_one_for_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_in(tmp_path, SOURCE, [], monkeypatch)
    added = CliRunner().invoke(veille, ("saved", "add", "Flour", "flour"))
    assert added.exit_code == 0
    with sqlite3.connect(tmp_path / "veille.sqlite") as database:
        database.execute("UPDATE saved_searches SET query = '{\"q\": '")
    failed = CliRunner().invoke(veille, ("saved", "run", "Flour")).exception
    assert isinstance(failed, Exception)
    assert "damaged" in (failure_of(failed) or "")


@pytest.mark.parametrize(
    "owner", ["nobody", "", "a:b:c", "host:99999999999999:1", "host:-1:1", "::"]
)
def test_what_nobody_holds_is_free(owner: str) -> None:
    assert is_gone(owner)


def test_what_a_process_holds_is_not() -> None:
    assert not is_gone(owner_name())
    assert not is_gone("another machine:1:abc")
