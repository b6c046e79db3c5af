"""Fixtures for tests on the store: every kind of database, real, and empty."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete

from crawler.store import Store
from crawler.store.tables import metadata
from tests.support import postgres
from tests.support.unprivileged import Missing

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(scope="session")
def databases() -> Iterator[postgres.Databases]:
    """A real PostgreSQL for the whole run; skips with the reason where there can be none, fails on CI."""
    try:
        with ExitStack() as servers:
            server = os.environ.get("POSTGRES_URL") or servers.enter_context(postgres.running())
            made = postgres.Databases(server.replace("+psycopg", ""))
            yield made
            made.drop_all()
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL is needed: {missing}")
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def new_database(databases: postgres.Databases) -> Callable[[], str]:
    """Gives URLs of new databases in PostgreSQL that hold the empty tables: migrating takes longer
    than most tests.
    """
    migrated = databases.new()
    Store(migrated, upgrade=True).close()
    return lambda: databases.new(migrated)


@pytest.fixture(scope="session")
def scratch_database(new_database: Callable[[], str]) -> Iterator[Callable[[], str]]:
    """Gives one database of PostgreSQL, emptied each time: a new one takes longer than most tests."""
    url = new_database()
    engine = create_engine(url)

    def emptied() -> str:
        with engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
        return url

    yield emptied
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of an empty store in SQLite."""
    folder = tmp_path_factory.mktemp("migrated")
    Store(f"sqlite:///{folder}/veille.sqlite").close()
    return (folder / "veille.sqlite").read_bytes()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("scratch_database")())
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "veille.sqlite"
    file.write_bytes(request.getfixturevalue("migrated_file"))
    return f"sqlite:///{file}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def other(store: Store, database_url: str) -> Iterator[Store]:
    """The same database, opened a second time, as another process does."""
    opened = Store(database_url)
    yield opened
    opened.close()
