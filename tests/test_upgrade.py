"""`veille upgrade`: a store of each earlier version keeps its rows and gets the schema of this one,
settings stay as they are, and what lacks is named.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    insert,
    select,
)

import crawler.store
from crawler.store import Store, StoreError
from crawler.store.copies.dump import LEFT_OUT
from crawler.store.database import open_database, upgrade_to
from tests.support.clock import moment, stopped
from tests.support.databases import KINDS
from veille import veille

VERSIONS = Path(crawler.store.__file__).parent / "migrations" / "versions"
RELEASED = Path(__file__).parent / "data" / "migrations.json"
NUMBERS = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
BEFORE = "0011"
"""The schema before `veille upgrade` was there."""
ROWS = (1, 2)
DOCUMENT = {
    "url": "https://old.example/1",
    "title": "An old title",
    "text": "An old text of several words.",
    "source": "old",
}


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    def url(kind: str) -> str:
        if kind == "postgresql":
            return str(request.getfixturevalue("databases").new())
        return f"sqlite:///{tmp_path / 'old.sqlite'}"

    return url


def _run(folder: Path, url: str, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("VEILLE_DATABASE", url)
        return CliRunner().invoke(veille, words, obj=stopped(moment(20)))


STARTS = [("sqlite", number) for number in NUMBERS[:-1]]
STARTS += [("sqlite", BEFORE)] if BEFORE not in NUMBERS[:-1] else []


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        *STARTS,
        pytest.param("postgresql", "0001", marks=pytest.mark.postgresql),
        pytest.param("postgresql", BEFORE, marks=pytest.mark.postgresql),
    ],
)
def test_a_store_of_each_version_keeps_its_rows(
    new_url: Callable[[str], str], kind: str, number: str, tmp_path: Path
) -> None:
    url = new_url(kind)
    engine = open_database(url)
    with engine.execution_options(writes=True).begin() as connection:
        upgrade_to(connection, number)
        held = _filled(connection)
    engine.dispose()
    assert held
    settings = tmp_path / "veille.toml"
    settings.write_text("# mine\n")

    done = _run(tmp_path, url, "upgrade", "--json")
    assert json.loads(done.stdout) == {"before": number, "after": NUMBERS[-1]}
    assert settings.read_text() == "# mine\n"
    assert sorted(path.name for path in tmp_path.glob("*.toml")) == ["veille.toml"]
    store = Store(url)
    store.check_schema()
    store.close()
    engine = open_database(url)
    with engine.connect() as connection:
        for table, rows in held.items():
            assert _kept(connection, table, rows) == rows, table
    engine.dispose()


Rows = list[dict[str, Any]]


def _filled(connection: Connection) -> dict[str, Rows]:
    """Two rows in each table, as they are read back."""
    tables = MetaData()
    tables.reflect(connection)
    held = {}
    for table in tables.sorted_tables:
        if table.name in LEFT_OUT:  # who works now: an upgrade may drop it
            continue
        for number in ROWS:
            values = {column.name: _value(column, number) for column in table.columns}
            connection.execute(insert(table).values(values))
        held[table.name] = _read(connection, table)
    return held


def _value(column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, number)
    kinds: list[tuple[Any, Any]] = [
        (Boolean, False),
        (DateTime, datetime(2026, 11, number, tzinfo=UTC).replace(tzinfo=None)),
        (Float, float(number)),
        (JSON, {}),
        (Integer, number),
    ]
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    if column.name == "document":
        return json.dumps(DOCUMENT)
    length = getattr(column.type, "length", None)
    return f"{number}{column.name}"[:length]


def _read(connection: Connection, table: Table) -> Rows:
    query = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _kept(connection: Connection, name: str, before: Rows) -> Rows:
    """The rows that a table has now, in the columns that it had before."""
    tables = MetaData()
    tables.reflect(connection, only=[name])
    now = _read(connection, tables.tables[name])
    return [{column: row[column] for column in before[0]} for row in now]


@pytest.mark.parametrize("kind", KINDS)
def test_tables_are_made_where_there_are_none(
    new_url: Callable[[str], str], kind: str, tmp_path: Path
) -> None:
    url = new_url(kind)
    first = _run(tmp_path, url, "upgrade")
    assert first.exit_code == 0, first.output
    assert NUMBERS[-1] in first.stdout
    assert "up to date" in _run(tmp_path, url, "upgrade").stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER TABLE pages DROP COLUMN etag", "the column pages.etag is missing"),
        ("DROP TABLE lines", "the table lines is missing"),
        ("DROP INDEX ix_captures_file", "ix_captures_file is missing"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_that_lacks_something_is_told(
    new_url: Callable[[str], str], kind: str, change: str, words: str, tmp_path: Path
) -> None:
    url = new_url(kind)
    Store(url, upgrade=True).close()
    engine = open_database(url)
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE of_others (id integer)")
        connection.exec_driver_sql(change)
    engine.dispose()
    for command in ("upgrade", "doctor"):
        failed = _run(tmp_path, url, command).exception
        assert isinstance(failed, StoreError)
        assert words in str(failed)
        assert "of_others" not in str(failed)


def test_init_puts_edited_files_aside(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'veille.sqlite'}"
    assert _run(tmp_path, url, "init").exit_code == 0
    (tmp_path / "sources.toml").write_text("# mine\n")
    assert _run(tmp_path, url, "init").exception
    done = _run(tmp_path, url, "init", "--force")
    (aside,) = tmp_path.glob("sources.toml.before-*")
    assert aside.name in done.stdout
    assert aside.read_text() == "# mine\n"
    assert "[[source]]" in (tmp_path / "sources.toml").read_text()
    assert list(tmp_path.glob("veille.toml.before-*")) == []


def test_a_released_migration_never_changes() -> None:
    released: dict[str, str] = json.loads(RELEASED.read_text(encoding="utf-8"))
    found = {name: hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest() for name in released}
    assert found == released
    assert [name[:4] for name in sorted(released)] == NUMBERS[: len(released)]
