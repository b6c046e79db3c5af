"""The migrations give the very tables that the code works with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

import crawler.store
from crawler.store.database import migrate, open_database
from crawler.store.tables import metadata
from tests.support.databases import KINDS


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    databases = request.getfixturevalue("databases") if request.param == "postgresql" else None
    opened = open_database(
        databases.new() if databases else f"sqlite:///{tmp_path / 'veille.sqlite'}"
    )
    yield opened
    opened.dispose()


def test_migrated_and_declared_tables_are_the_same(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        # SQLite keeps no comments, so the migrations need not repeat them.
        found = [one for one in compare_metadata(context, metadata) if not _is_comment(one)]
        assert found == []


def test_a_missing_column_would_be_noticed(engine: Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE pages DROP COLUMN etag")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) != []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    before = sorted(inspect(engine).get_table_names())
    migrate(engine)
    assert sorted(inspect(engine).get_table_names()) == before
    assert set(metadata.tables) <= set(before)


def test_there_is_one_line_of_migrations() -> None:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(crawler.store.__file__).parent / "migrations")
    )
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def _is_comment(difference: Any) -> bool:
    return isinstance(difference, list) and all(
        change[0] == "modify_comment" for change in difference
    )
