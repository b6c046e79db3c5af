"""Nothing unknown is deleted: what the archive holds outlives a store that is lost, emptied or older,
is told, and is taken in again.
"""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from crawler import demo
from crawler.archive import Archive, RecordLocation
from crawler.archive.adopt import adopt, unknown_files
from crawler.article import Page
from crawler.sources import Source
from crawler.store import Store
from tests.support.archived import keep_in, numbered_page, opened, visit
from tests.support.clock import moment, stopped
from tests.support.newsroom import watching
from tests.support.replay import counts, veille
from veille import veille as commands

SOURCE = Source(id="mill", name="The Mill", home="https://mill.example/", language="en")
SENTENCE = (
    "The miller of weir {} told the parish that the race must be dredged before the winter, and"
    " neighbour {} promised two carts and a horse for the work."
)
PAGES = 6


def _page(number: int, day: int = 10, extra: str = "") -> Page:
    title = f"Weir {chr(65 + number)} is dredged"
    return numbered_page(SOURCE, number, title, SENTENCE, day=day, extra=extra)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with six articles, whose archive was closed at a clean end."""
    keep_in(tmp_path, SOURCE, list(map(_page, range(PAGES))), monkeypatch)
    return tmp_path


def _lose_store(folder: Path) -> None:
    for path in folder.glob("veille.sqlite*"):
        path.unlink()


def _run(*words: str) -> Any:
    answer = CliRunner().invoke(commands, [*words, "--json"], obj=stopped(moment(20)))
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return json.loads(answer.stdout)


def _urls(folder: Path) -> Counter[str]:
    """How often the archive's files hold each address, as WARC tools read them."""
    held: Counter[str] = Counter()
    for path in (folder / "archive").iterdir():
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                held[record.rec_headers.get_header("WARC-Target-URI")] += 1
    del held[None]  # what describes a file
    return held


def _readable(store: Store, archive: Archive) -> set[str]:
    groups = store.captures.of_pages([])
    captures = [capture for group in groups for capture in group]
    places = [RecordLocation(one.file, one.offset, one.length) for one in captures]
    return {archive.read(place).url for place in places}


ALL = {f"https://mill.example/news/{number}" for number in range(PAGES)}


def test_the_archive_of_a_lost_store_is_told_and_becomes_articles_again(folder: Path) -> None:
    _lose_store(folder)
    store, archive = opened(folder)
    visit(store, archive, SOURCE, [_page(7, 12)])
    archive.close()
    store.close()
    assert set(_urls(folder)) == ALL | {"https://mill.example/news/7"}
    (told,) = [one for one in _run("doctor")["problems"] if "archive adopt" in one]
    assert "`veille archive adopt`" in told
    taken = _run("archive", "adopt")
    assert (taken["files"], taken["new"], taken["pages"]) == (1, PAGES, PAGES)
    assert [one for one in _run("doctor")["problems"] if "archive adopt" in one] == []
    assert _run("reextract")["new"] == PAGES
    store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
    assert store.pages.documents() == PAGES + 1
    assert _run("archive", "adopt")["files"] == 0
    store.close()


def test_an_older_store_keeps_what_was_archived_after_it(folder: Path) -> None:
    shutil.copy(folder / "veille.sqlite", folder / "backup")
    store, archive = opened(folder)
    visit(store, archive, SOURCE, [_page(1, 12, "<p>The parish paid for it.</p>"), _page(8, 12)])
    archive.close()
    store.close()
    _lose_store(folder)
    (folder / "backup").rename(folder / "veille.sqlite")
    before = _urls(folder)
    store, archive = opened(folder)
    visit(store, archive, SOURCE, [_page(8, 13)])
    assert not before - _urls(folder)
    adopt(store, archive, [SOURCE], moment(14))
    assert _readable(store, archive) == ALL | {"https://mill.example/news/8"}
    answers = store.captures.of_page(SOURCE.key("https://mill.example/news/1"))
    assert [one.at for one in answers] == [moment(10), moment(12)]
    assert unknown_files(store, archive) == []
    store.close()


def test_what_is_to_stay_deleted_is_not_taken_in_but_taken_out(folder: Path) -> None:
    _lose_store(folder)
    url = "https://mill.example/news/3"
    done = CliRunner().invoke(commands, ["forget", "--yes", url], obj=stopped(moment(20)))
    assert done.exit_code == 0, done.output
    assert set(_urls(folder)) == ALL - {url}
    store, archive = opened(folder)
    assert _readable(store, archive) == ALL - {url}
    store.close()


def test_one_damaged_record_costs_itself_alone(folder: Path) -> None:
    store, archive = opened(folder)
    captures = [one for group in store.captures.of_pages([]) for one in group]
    store.close()
    (path,) = (folder / "archive").iterdir()
    data = bytearray(path.read_bytes())
    place = captures[2]
    data[place.offset + 20 : place.offset + 60] = b"\x1f\x8b\x08" + bytes(37)
    path.write_bytes(data)
    _lose_store(folder)
    store, archive = opened(folder)
    taken = adopt(store, archive, [SOURCE], moment(14))
    assert taken["new"] == PAGES - 1
    assert taken["damaged"] >= 1
    assert len(_readable(store, archive)) == PAGES - 1
    store.close()


def test_a_file_that_a_takedown_set_aside_is_kept_where_the_store_was_lost(folder: Path) -> None:
    store, archive = opened(folder)
    (name,) = archive.files.whole()
    archive.files.set_aside(name)
    store.close()
    _lose_store(folder)
    done = CliRunner().invoke(commands, ["forget", "--yes"], obj=stopped(moment(20)))
    assert done.exit_code == 0, done.output
    assert set(_urls(folder)) == ALL
    assert _run("archive", "adopt")["new"] == PAGES


@pytest.mark.slow
def test_a_crawl_without_the_store_deletes_nothing(sites: demo.Newsroom, tmp_path: Path) -> None:
    env = watching(sites, tmp_path)
    assert counts(env)["new"] >= 40
    before = _urls(tmp_path / "data")
    assert not list((tmp_path / "data" / "archive").glob("*.open"))
    _lose_store(tmp_path / "data")
    counts(env)
    assert not before - _urls(tmp_path / "data")
    doctor = veille(env, "doctor", check=False)
    assert doctor.returncode == 1
    assert "veille archive adopt" in doctor.stdout
    assert json.loads(veille(env, "archive", "adopt", "--json").stdout)["new"] >= 40
    assert "archive adopt" not in veille(env, "doctor", check=False).stdout
