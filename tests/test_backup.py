"""`veille backup` and `veille restore`: everything comes back, on both databases, from a store that is
being written to; what was forgotten since stays forgotten; nothing that is there is overwritten.
"""

import gzip
import json
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from crawler import demo
from crawler.archive import Archive, RecordLocation
from crawler.archive.adopt import unknown_files
from crawler.archive.takedown import purge
from crawler.article import Page
from crawler.backups import save
from crawler.config import load_config
from crawler.sources import Source, as_toml
from crawler.store import Store
from crawler.store.copies import dump_store
from crawler.store.database import open_database, upgrade_to
from search.web.tokens import FileTokens
from tests.support.archived import numbered_page, visit
from tests.support.clock import moment, stopped
from tests.support.keeping import keep
from tests.support.newsroom import watching
from tests.support.replay import counts, start, veille, wait_for
from veille import veille as commands

SOURCE = Source(id="quay", name="The Quay", home="https://quay.example/", language="en")
SENTENCE = (
    "Pilot {} brought the barge past the mole at low water, and the harbour master of basin {}"
    " entered it into the great book before noon."
)
POSTGRESQL = pytest.mark.postgresql


def _page(number: int, day: int = 10) -> Page:
    title = f"Barge {chr(65 + number)} is in"
    return numbered_page(SOURCE, number, title, SENTENCE, day=day)


class Place:
    """A folder with settings and data, whose database is at `url`."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.folder = folder
        self.data = folder / "data"
        folder.mkdir()
        self.url = url or f"sqlite:///{self.data / 'veille.sqlite'}"

    def run(self, *words: str, code: int = 0) -> Result:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv("VEILLE_DATABASE", self.url)
            answer = CliRunner().invoke(commands, words, obj=stopped(moment(20)))
        failed = bool(answer.exception) and not isinstance(answer.exception, SystemExit)
        assert failed == bool(code), answer.exception
        return answer

    def store(self) -> Store:
        return Store(self.url, upgrade=True)

    def archive(self) -> Archive:
        return Archive(self.data / "archive")

    def fill(self) -> None:
        store, archive = self.store(), self.archive()
        assert visit(store, archive, SOURCE, map(_page, range(5))) == 5
        store.takedowns.forget("url", SOURCE.key("https://quay.example/news/4"), "a", moment(11))
        purge(store, archive, moment(11))
        archive.close()
        store.close()
        FileTokens(self.data / "tokens.json").issue("reader", moment(10))
        (self.folder / "sources.toml").write_text(as_toml(SOURCE), encoding="utf-8")
        (self.folder / "veille.toml").write_text('contact = "desk@quay.example"\n')

    def rows(self, folder: Path) -> dict[str, bytes]:
        """Every row of the store, by table."""
        folder.mkdir()
        dump_store(self.url, folder)
        return {path.name: gzip.decompress(path.read_bytes()) for path in folder.iterdir()}

    def urls(self) -> set[str]:
        """What the archive gives to read."""
        store, archive = self.store(), self.archive()
        captures = [one for group in store.captures.of_pages([]) for one in group]
        places = [RecordLocation(one.file, one.offset, one.length) for one in captures]
        store.close()
        return {archive.read(place).url for place in places}


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, str], Place]:
    def place(name: str, kind: str) -> Place:
        url = None
        if kind == "postgresql":
            url = str(request.getfixturevalue("databases").new())
        return Place(tmp_path / name, url)

    return place


BOTH = [
    ("sqlite", "sqlite"),
    pytest.param("postgresql", "postgresql", marks=POSTGRESQL),
    pytest.param("sqlite", "postgresql", marks=POSTGRESQL),
    pytest.param("postgresql", "sqlite", marks=POSTGRESQL),
]


@pytest.mark.parametrize(("old", "new"), BOTH)
def test_everything_comes_back_on_each_database(
    places: Callable[[str, str], Place], old: str, new: str, tmp_path: Path
) -> None:
    before, after = places("old", old), places("new", new)
    before.fill()
    before.run("backup", str(tmp_path / "copy"))
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    after.run("restore", str(tmp_path / "copy"))

    one, two = before.rows(tmp_path / "rows-one"), after.rows(tmp_path / "rows-two")
    assert _comparable(one) == _comparable(two)
    assert after.urls() == before.urls() != set()
    for name in ("sources.toml", "veille.toml", "data/tokens.json"):
        assert (after.folder / name).read_bytes() == (before.folder / name).read_bytes()
    store, archive = after.store(), after.archive()
    # Numbers go on where they had come to.
    assert visit(store, archive, SOURCE, [_page(6, 12), _page(4, 12)]) == 2
    assert store.pages.documents() == 5
    assert len(store.takedowns.history()) == 1
    archive.close()
    store.close()
    assert unknown_files(after.store(), archive) == []


def _comparable(rows: dict[str, bytes]) -> dict[str, list[dict[str, Any]]]:
    """Rows by name of column, in whatever order a database gives them, and without how it writes
    moments and truth.
    """
    by_table = {}
    for name, lines in rows.items():
        columns, *values = map(json.loads, lines.splitlines())
        listed = [dict(zip(columns, row, strict=True)) for row in values]
        for row in listed:
            for column, value in row.items():
                row[column] = _plain(value)
        by_table[name] = sorted(listed, key=str)
    return by_table


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.removesuffix("+00:00") if isinstance(value, str) else value


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=POSTGRESQL)])
def test_what_was_forgotten_since_stays_forgotten(
    places: Callable[[str, str], Place], kind: str, tmp_path: Path
) -> None:
    place = places("old", kind)
    place.fill()
    place.run("backup", str(tmp_path / "copy"))
    place.run("forget", "--yes", "https://quay.example/news/2")
    refused = place.run("restore", str(tmp_path / "copy"), code=1)
    assert "--force" in str(refused.exception)
    told = json.loads(place.run("restore", "--force", "--json", str(tmp_path / "copy")).stdout)
    assert (told["articles"], told["forgotten"]) == (3, 2)
    assert place.urls() == {f"https://quay.example/news/{number}" for number in (0, 1, 3)}
    held = b"".join(
        gzip.decompress(path.read_bytes()) for path in (place.data / "archive").iterdir()
    )
    assert b"news/2" not in held
    store = place.store()
    assert [takedown.kind for takedown in store.takedowns.history()] == ["url", "url"]
    assert visit(store, place.archive(), SOURCE, [_page(2, 12)]) == 1
    assert store.pages.documents() == 3
    store.close()
    if kind == "sqlite":
        assert len(list(place.data.glob("veille.sqlite.before-*"))) >= 1


def test_a_lost_store_does_not_undo_its_takedowns(
    places: Callable[[str, str], Place], tmp_path: Path
) -> None:
    place = places("old", "sqlite")
    place.fill()
    place.run("backup", str(tmp_path / "copy"))
    place.run("forget", "--yes", "https://quay.example/news/2")
    for path in place.data.glob("veille.sqlite*"):
        path.unlink()
    place.run("restore", str(tmp_path / "copy"))
    assert place.urls() == {f"https://quay.example/news/{number}" for number in (0, 1, 3)}
    place.run("restore", "--force", str(tmp_path / "copy"))
    assert place.urls() == {f"https://quay.example/news/{number}" for number in (0, 1, 3)}
    (place.data / "takedowns.json.gz").write_bytes(b"?")
    refused = place.run("restore", "--force", str(tmp_path / "copy"), code=1)
    assert "takedowns.json.gz" in str(refused.exception)


def test_files_that_were_edited_are_left_or_put_aside(
    places: Callable[[str, str], Place], tmp_path: Path
) -> None:
    before, after = places("old", "sqlite"), places("new", "sqlite")
    before.fill()
    before.run("backup", str(tmp_path / "copy"))
    (after.folder / "sources.toml").write_text("# mine\n")
    told = after.run("restore", str(tmp_path / "copy"))
    assert "sources.toml differs" in told.stdout
    assert (after.folder / "sources.toml").read_text() == "# mine\n"
    after.run("restore", "--force", str(tmp_path / "copy"))
    (aside,) = after.folder.glob("sources.toml.before-*")
    assert aside.read_text() == "# mine\n"
    assert "quay" in (after.folder / "sources.toml").read_text()


def test_a_backup_that_is_damaged_or_not_whole_is_refused(
    places: Callable[[str, str], Place], tmp_path: Path
) -> None:
    before, after = places("old", "sqlite"), places("new", "sqlite")
    before.fill()
    copy = tmp_path / "copy"
    before.run("backup", str(copy))
    assert "not empty" in str(before.run("backup", str(copy), code=1).exception)
    broken = {
        "damaged": lambda folder: (folder / "store" / "pages.jsonl.gz").write_bytes(b"?"),
        "missing": lambda folder: next((folder / "archive").iterdir()).unlink(),
        "no whole backup": lambda folder: (folder / "backup.json").unlink(),
        "can't be read": lambda folder: (folder / "backup.json").write_text("[]"),
        "newer": lambda folder: _rewrite(folder, '"schema": "', '"schema": "9'),
    }
    for words, break_it in broken.items():
        folder = tmp_path / words.replace(" ", "-")
        shutil.copytree(copy, folder)
        break_it(folder)
        refused = after.run("restore", str(folder), code=1)
        assert words in str(refused.exception)
        assert not (after.folder / "sources.toml").exists()
    after.run("restore", str(copy))


def _rewrite(folder: Path, old: str, new: str) -> None:
    path = folder / "backup.json"
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=POSTGRESQL)])
def test_a_store_that_is_written_to_is_copied_as_it_is_at_one_moment(
    places: Callable[[str, str], Place], kind: str, tmp_path: Path
) -> None:
    before, after = places("old", kind), places("new", "sqlite")
    before.fill()
    stop = threading.Event()
    store = before.store()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            keep(store, number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        config = load_config(data=before.data, database=before.url)
        for number in range(3):
            save(config, tmp_path / f"copy-{number}", moment(20))
    finally:
        stop.set()
        writer.join()
        store.close()
    after.run("restore", str(tmp_path / "copy-2"))
    engine = create_engine(after.url)
    with engine.connect() as connection:
        # An article and its page are one transaction.
        one_way = "SELECT count(*) FROM articles WHERE page NOT IN (SELECT key FROM pages)"
        other = (
            "SELECT count(*) FROM pages WHERE state = 'article' AND article NOT IN "
            "(SELECT id FROM articles)"
        )
        assert connection.execute(text(one_way)).scalar_one() == 0
        assert connection.execute(text(other)).scalar_one() == 0
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=POSTGRESQL)])
def test_values_that_cannot_be_read_cost_a_backup_their_row_alone(
    places: Callable[[str, str], Place], kind: str, tmp_path: Path
) -> None:
    before, after = places("old", "sqlite"), places("new", kind)
    before.fill()
    engine = open_database(before.url)
    with engine.begin() as connection:
        for change in (
            "pages SET hints = '{broken', next_visit = 'soon' WHERE key LIKE '%/0'",
            "pages SET tries = 'many' WHERE key LIKE '%/1'",
            "captures SET at = 'yesterday' WHERE key LIKE '%/2'",
        ):
            assert connection.exec_driver_sql(f"UPDATE {change}").rowcount == 1
    engine.dispose()
    told = json.loads(before.run("backup", "--json", str(tmp_path / "copy")).stdout)
    assert told["left_out"] == 2
    after.run("restore", str(tmp_path / "copy"))
    store = after.store()
    assert store.pages.documents() == 4
    target = store.pages.stored_page("quay.example/news/0")
    assert target is not None
    assert store.pages.stored_page("quay.example/news/1") is None
    store.close()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=POSTGRESQL)])
def test_a_backup_of_an_older_store_is_brought_up_to_date(
    places: Callable[[str, str], Place], kind: str, tmp_path: Path
) -> None:
    before, after = places("old", kind), places("new", kind)
    before.data.mkdir()
    engine = open_database(before.url)
    with engine.execution_options(writes=True).begin() as connection:
        upgrade_to(connection, "0007")
        connection.exec_driver_sql(
            "INSERT INTO pages (key, url, source, state, found_at, tries)"
            " VALUES ('q/1', 'https://q.example/1', 'q', 'found', '2026-11-02 10:00:00', 0)"
        )
    engine.dispose()
    before.run("backup", str(tmp_path / "copy"))
    after.run("restore", str(tmp_path / "copy"))
    store = after.store()
    (page,) = store.pages.due("q", None, moment(20))
    assert page.url == "https://q.example/1"
    store.close()


@pytest.mark.slow
def test_a_backup_beside_a_crawl_is_whole(sites: demo.Newsroom, tmp_path: Path) -> None:
    env = watching(sites, tmp_path, delay=0.1)
    crawl = start(env, "crawl", output=tmp_path / "crawl.log")
    try:
        wait_for(lambda: any((tmp_path / "data" / "archive").glob("*.open")))
        veille(env, "backup", str(tmp_path / "copy"))
    finally:
        assert crawl.wait(timeout=240) == 0
    again = {**env, "VEILLE_DATA": str(tmp_path / "again")}
    veille(again, "restore", str(tmp_path / "copy"))
    veille(again, "reindex")
    report = json.loads(veille(again, "doctor", "--json", check=False).stdout)
    assert report["articles"] == report["indexed"] > 0
    assert "archive" not in "".join(report["problems"])
    assert counts(again)["failed"] == 0
