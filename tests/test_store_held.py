"""A store that another process holds: what starts says so soon, what is under way waits."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.store import BUSY_SECONDS, OPENING_SECONDS, Store
from search.commands.console import failure_of
from tests.support.clock import NOW, stopped
from veille import veille


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a store; an installation of the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEILLE_DATA", str(tmp_path))
    monkeypatch.setenv("VEILLE_WORKERS", "1")
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "a"\nname = "A"\nhome = "http://127.0.0.1:9/"\n', encoding="utf-8"
    )
    file = tmp_path / "veille.sqlite"
    Store(f"sqlite:///{file}").close()
    return file


@pytest.mark.parametrize("exclusively", [False, True])
def test_what_starts_says_soon_that_the_store_is_held(held: Path, exclusively: bool) -> None:
    with closing(sqlite3.connect(held, isolation_level=None)) as other:
        if exclusively:  # readers are kept out, too
            other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("PRAGMA user_version=0")
        begun = time.monotonic()
        failed = CliRunner().invoke(veille, ("coverage",), obj=stopped(NOW)).exception
        took = time.monotonic() - begun
    assert isinstance(failed, Exception)
    assert "held by another process" in (failure_of(failed) or "")
    assert took < BUSY_SECONDS / 2


def test_what_is_under_way_waits_for_the_store(held: Path) -> None:
    store = Store(f"sqlite:///{held}")
    other = sqlite3.connect(held, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(OPENING_SECONDS + 0.5, other.execute, ("COMMIT",))
    release.start()
    assert store.ledger.start("a", NOW) == 1
    release.join()
    other.close()
    store.close()
