"""What holds for the store in SQLite alone: its file, its folder, its durability."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.store import Store, StoreError
from crawler.store.database import open_database


def _file(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'veille.sqlite'}"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return _file(tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def other(store: Store, url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


def test_a_power_cut_takes_no_commit(store: Store) -> None:
    with store.pages._reads.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2


def test_what_was_committed_before_a_kill_is_there(tmp_path: Path) -> None:
    code = (
        "import os, signal\nfrom crawler.store import Store\nfrom tests.support.keeping import keep\n"
        f"store = Store({_file(tmp_path)!r})\n"
        "for number in range(20):\n    keep(store, number)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False, timeout=60
    )
    store = Store(_file(tmp_path))
    assert (store.pages.documents(), store.outbox.waiting()) == (20, 20)
    store.close()


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/data.*VEILLE_DATA"):
        Store(_file(tmp_path / "file"))


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "veille.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match=r"veille\.sqlite"):
        Store(_file(tmp_path))


def test_a_folder_that_can_only_be_read_is_named(tmp_path: Path) -> None:
    Store(_file(tmp_path)).close()
    code = (
        "import os, sys\nfrom crawler.store import Store, StoreError\n"
        "if os.geteuid() == 0:\n    os.setuid(65534)\n"
        f"try:\n    Store({_file(tmp_path)!r})\nexcept StoreError as error:\n    sys.exit(str(error))\n"
    )
    for path in (tmp_path, *tmp_path.parents):
        if (
            path.owner() == tmp_path.owner()
            and not path.stat().st_mode & 0o005
            and os.geteuid() == 0
        ):
            path.chmod(path.stat().st_mode | 0o055)
    folder = tmp_path / "data"
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    try:
        command = [sys.executable, "-c", code]
        root = Path(__file__).parent.parent
        ended = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        folder.chmod(0o755)
    assert ended.returncode == 1, ended
    assert "VEILLE_DATA" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_store_of_a_newer_veille_is_left_alone(url: str) -> None:
    Store(url).close()
    path = url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer"):
        Store(url)


def test_who_opens_a_new_store_waits_for_the_one_that_makes_it(tmp_path: Path) -> None:
    file = tmp_path / "veille.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as first:
        first.execute("BEGIN IMMEDIATE")
        first.execute("CREATE TABLE made (by_another)")
        end = threading.Timer(0.3, first.execute, ("COMMIT",))
        end.start()
        with open_database(f"sqlite:///{file}").connect() as second:
            assert second.exec_driver_sql("SELECT * FROM made").all() == []
            assert second.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        end.join()
