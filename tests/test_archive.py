"""The archive: what was fetched is read back as it was, after a kill and beside other writers, by
WARC tools too.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import OPEN, Archive, ArchiveError, RecordLocation
from crawler.archive.archived_pages import part_of_visit
from crawler.archive.recorder import ArchiveAway, CaptureRecorder
from crawler.archive.takedown import purge
from crawler.article import Page
from crawler.config import Config
from crawler.runtime import CrawlContext
from crawler.store import Store

NOW = datetime(2026, 11, 25, 9, 0, 0, 123456, tzinfo=UTC)
LATER = timedelta(hours=1)
HEADERS = {
    "Content-Type": "text/html; charset=windows-1256",
    "X-Robots-Tag": "nosnippet\nnoarchive",
    "Content-Encoding": "br",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    yield opened
    opened.close()


def page(number: int, body: bytes | None = None) -> Page:
    return Page(
        f"https://a.example/{number}?q=é",
        body or f"<p>Page {number}</p>".encode() * 50,
        HEADERS,
        NOW,
    )


def records(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            found += [
                (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"))
                for one in ArchiveIterator(file)
            ]
    return [one for one in found if one[0] != "warcinfo"]


def places(store: Store) -> list[RecordLocation]:
    groups = store.captures.of_pages([])
    return [
        RecordLocation(one.file, one.offset, one.length)
        for group in groups
        for one in group
        if one.whole
    ]


def test_a_page_is_read_back_as_it_was_fetched(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    body = "وصل الخبر".encode("windows-1256") + bytes(range(256)) * 100
    kept = [archive.keep(page(1, body)), archive.keep(page(2))]
    back = archive.read(kept[0])
    assert (back.url, back.body, back.fetched_at) == (page(1).url, body, NOW)
    assert back.headers["Content-Type"] == HEADERS["Content-Type"]
    assert back.headers["X-Robots-Tag"] == HEADERS["X-Robots-Tag"]
    assert "Content-Encoding" not in back.headers
    assert archive.read(kept[1]).body == page(2).body
    assert [kind for kind, _ in records(tmp_path / "archive")] == ["response", "response"]


def test_the_same_answer_again_is_counted_and_not_kept(tmp_path: Path, store: Store) -> None:
    keeper = CaptureRecorder(Archive(tmp_path / "archive"), store)
    keeper.note(keeper.write(page(1), "a/1", "a", "page"))
    keeper.note(keeper.write(Page(page(1).url, page(1).body, {}, NOW + LATER), "a/1", "a", "page"))
    keeper.note(keeper.unchanged("a/1", NOW + 2 * LATER))
    keeper.note(keeper.unchanged("a/2", NOW))
    (first,) = store.captures.of_page("a/1")
    assert (first.again, first.again_at) == (2, NOW + 2 * LATER)
    another = Page(page(1).url, b"<p>another</p>", {}, NOW + 3 * LATER)
    keeper.note(keeper.write(another, "a/1", "a", "page"))
    assert [kind for kind, _ in records(tmp_path / "archive")] == ["response", "response"]
    assert [capture.again for capture in store.captures.of_page("a/1")] == [2, 0]
    assert len(places(store)) == 2


def test_a_further_page_is_found_by_when_it_was_given_last(tmp_path: Path, store: Store) -> None:
    keeper = CaptureRecorder(Archive(tmp_path / "archive"), store)
    keeper.note(keeper.write(page(1), "a/1", "a", "page"))
    keeper.note(keeper.unchanged("a/1", NOW + LATER))
    keeper.note(keeper.write(Page(page(1).url, b"later", {}, NOW + 3 * LATER), "a/1", "a", "page"))
    first, second = captures = store.captures.of_page("a/1")
    chosen = [part_of_visit(captures, NOW + number * LATER / 2) for number in (0, 1, 2, 3, 6)]
    assert chosen == [first, first, first, second, second]


def test_files_end_when_they_are_full_and_writers_share_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    archives = [Archive(folder, largest=2000) for _ in range(3)]

    def keep(number: int) -> tuple[int, RecordLocation]:
        return number, archives[number % 3].keep(page(number))

    with ThreadPoolExecutor(6) as threads:
        kept = list(threads.map(keep, range(40)))
    assert all(archives[0].read(place).body == page(number).body for number, place in kept)
    assert len(list(folder.glob("*.warc.gz"))) >= 3
    assert len(list(folder.glob(f"*{OPEN}"))) <= 3
    assert len(records(folder)) == 40


@pytest.mark.parametrize("lost", [False, True])
def test_of_what_a_killed_process_left_only_the_torn_end_is_cut_off(
    tmp_path: Path, store: Store, lost: bool
) -> None:
    source = "" if lost else "a"
    code = f"""
import os, sys
from pathlib import Path
from crawler.archive import Archive, OPEN, Subject
from crawler.archive.recorder import CaptureRecorder
from crawler.store import Store
from tests.test_archive import page
folder = Path({str(tmp_path)!r})
store = Store(f"sqlite:///{{folder / 'veille.sqlite'}}")
archive = Archive(folder / "archive")
keeper = CaptureRecorder(archive, store)
for number in range(5):
    keeper.note(keeper.write(page(number), f"a/{{number}}", "a", "page"))
keeper.write(page(8), "a/8", "a", "page")
archive.keep(page(9), subject=Subject("a/9", {source!r}, "page"))
path, = (folder / "archive").glob("*" + OPEN)
with path.open("ab") as file:
    file.write(b"\\x1f\\x8b torn")
    file.flush()
    os.kill(os.getpid(), 9)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False, timeout=120
    )
    assert ended.returncode == -9
    keeper = CaptureRecorder(Archive(tmp_path / "archive"), store)
    keeper.note(keeper.write(page(6), "a/6", "a", "page"))
    assert len(list((tmp_path / "archive").glob(f"*{OPEN}"))) == 1
    written = {page(number).url for number in (*range(5), 6, 8, 9)}
    assert {url for _, url in records(tmp_path / "archive")} == written
    archive = Archive(tmp_path / "archive")
    noted = {archive.read(place).url for place in places(store)}
    if lost:
        # More than one transaction loses, or of a source that nobody names: told, and not noted.
        assert noted == written - {page(8).url, page(9).url}
        assert len(archive.files.unknown()) == 1
    else:
        assert noted == written
        assert archive.files.unknown() == []


def test_a_record_that_is_lost_is_told_and_a_full_disk_stops_nothing(
    tmp_path: Path, store: Store
) -> None:
    archive = Archive(tmp_path / "archive")
    kept = archive.keep(page(1))
    with pytest.raises(ArchiveError, match="ends before"):
        archive.read(RecordLocation(kept.file, kept.offset, kept.length + 1))
    with pytest.raises(ArchiveError):
        archive.read(RecordLocation(kept.file, kept.offset + 3, 40))
    with pytest.raises(ArchiveError):
        archive.read(RecordLocation("veille-none.warc.gz", 0, 10))
    (tmp_path / "file").write_text("in the way")
    in_the_way = CaptureRecorder(Archive(tmp_path / "file"), store)
    with pytest.raises(ArchiveAway):
        in_the_way.write(page(1), "a/1", "a", "page")
    assert not in_the_way.probe()
    assert places(store) == []


def test_a_record_that_is_noted_while_its_file_is_rewritten_stays(
    tmp_path: Path, store: Store
) -> None:
    archive = Archive(tmp_path / "archive")
    keeper = CaptureRecorder(archive, store)
    for number in (1, 2):
        keeper.note(keeper.write(page(number), f"a/{number}", "a", "page"))
    written = keeper.write(page(3), "a/3", "a", "page")
    store.takedowns.forget("url", "a/1", "test", NOW)
    purge(store, archive, NOW)
    keeper.note(written)
    assert {archive.read(place).url for place in places(store)} == {page(2).url, page(3).url}


def test_a_transaction_that_is_made_again_writes_no_record_again(tmp_path: Path) -> None:
    context = CrawlContext.open(Config(data=tmp_path, workers=1))
    recorder = context.archive
    assert recorder is not None

    def broken() -> None:
        raise ValueError("broken")

    async def all_at_once() -> None:
        kept = (recorder.record(page(number), f"a/{number}", "a", "page") for number in range(9))
        await asyncio.gather(context.writer.call(broken), *kept, return_exceptions=True)

    asyncio.run(all_at_once())
    assert sorted(url for _, url in records(tmp_path / "archive")) == sorted(
        page(number).url for number in range(9)
    )
    archive = Archive(tmp_path / "archive")
    assert {archive.read(place).url for place in places(context.store)} == {
        page(number).url for number in range(9)
    }
    context.close()
