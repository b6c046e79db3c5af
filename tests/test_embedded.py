"""What only the embedded index does: files, one writer, readers in other processes."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.backend import IndexUnavailable, Put, UnsupportedError
from indexer.backends import open_backend
from indexer.backends.embedded import Embedded, histogram
from indexer.query import Interval, Phrase, QueryError, Search, Word
from tests.contract.articles import article

WRITER = """
import sys
from pathlib import Path
from indexer.backend import Put
from indexer.backends import open_backend
backend = open_backend("embedded", Path(sys.argv[1]), writer=True)
backend.setup()
print("ready", flush=True)
for number, _ in enumerate(sys.stdin):
    backend.write([Put({"id": str(number), "title": "From another process"})])
    print(number, flush=True)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def other(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes one document for each line that it is sent."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def ask(process: subprocess.Popen[str]) -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_a_second_writer_is_told(data: Path, other: subprocess.Popen[str]) -> None:
    backend = open_backend("embedded", data, writer=True)
    with pytest.raises(IndexUnavailable, match="Another process writes"):
        backend.setup()
    with pytest.raises(IndexUnavailable, match="Another process writes"):
        backend.write([Put(article("a", "en", "A"))])
    with pytest.raises(IndexUnavailable, match="Another process writes"):
        backend.renew()
    assert ask(other) == "0"


def test_a_reader_sees_what_another_process_commits(
    data: Path, other: subprocess.Popen[str]
) -> None:
    reader = open_backend("embedded", data)
    assert reader.count() == 0
    for number in range(3):
        ask(other)
        assert reader.count() == number + 1
        assert reader.search(Search(Word("process"))).total == number + 1


def test_a_writer_that_is_killed_loses_nothing_that_it_reported(
    data: Path, other: subprocess.Popen[str]
) -> None:
    reported = [ask(other) for _ in range(20)]
    assert other.stdin
    other.stdin.write("\n" * 50)
    other.stdin.flush()
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    after = open_backend("embedded", data, writer=True)
    after.setup()
    assert set(after.get(reported)) == set(reported)
    assert after.write([Put(article("after", "en", "After"))])[0].status == "done"


def test_the_next_writer_may_write_when_the_first_is_done(data: Path) -> None:
    for name in ("a", "b"):
        backend = open_backend("embedded", data, writer=True)
        backend.setup()
        assert backend.write([Put(article(name, "en", "A"))])[0].status == "done"
        backend.close()
    assert open_backend("embedded", data).count() == 2


def test_a_reader_cannot_write(data: Path) -> None:
    open_backend("embedded", data, writer=True).setup()
    reader = open_backend("embedded", data)
    with pytest.raises(IndexUnavailable, match="reading only"):
        reader.write([Put(article("a", "en", "A"))])
    with pytest.raises(IndexUnavailable, match="reading only"):
        reader.renew()


def test_without_an_index_it_says_what_to_do(data: Path) -> None:
    with pytest.raises(IndexUnavailable, match="veille"):
        open_backend("embedded", data).search(Search())


def test_opening_makes_no_files(data: Path) -> None:
    open_backend("embedded", data, writer=True)
    assert not data.exists()


def test_an_index_of_another_version_is_renewed(data: Path) -> None:
    backend = open_backend("embedded", data, writer=True)
    backend.setup()
    backend.write([Put(article("a", "en", "A"))])
    backend.close()
    (mark,) = data.glob("*/veille.json")
    mark.write_text(json.dumps({"fingerprint": "older"}))
    after = open_backend("embedded", data, writer=True)
    with pytest.raises(IndexUnavailable, match="reindex"):
        after.setup()
    after.renew()
    assert after.count() == 0
    assert after.write([Put(article("b", "en", "B"))])[0].status == "done"


def test_a_reader_follows_an_index_that_is_renewed(data: Path) -> None:
    writer = open_backend("embedded", data, writer=True)
    writer.setup()
    writer.write([Put(article("a", "en", "A")), Put(article("b", "en", "B"))])
    reader = open_backend("embedded", data)
    assert reader.count() == 2
    writer.renew()
    assert reader.count() == 0
    writer.write([Put(article("c", "en", "C"))])
    assert set(reader.get("abc")) == {"c"}
    shutil.rmtree(data)
    with pytest.raises(IndexUnavailable):
        reader.count()


def test_a_cursor_by_relevance_expires(data: Path) -> None:
    now = [0.0]
    backend = Embedded(data, writer=True, clock=lambda: now[0])
    backend.setup()
    backend.write([Put(article(name, "en", "Same")) for name in "abc"])
    first = backend.search(Search(Word("same"), limit=1))
    now[0] = 299.0
    second = backend.search(Search(Word("same"), limit=1, cursor=first.cursor))
    assert second.hits
    now[0] = 299.0 + 301.0
    with pytest.raises(QueryError, match="expired"):
        backend.search(Search(Word("same"), limit=1, cursor=second.cursor))


def test_too_loose_a_phrase_is_not_here(data: Path) -> None:
    backend = open_backend("embedded", data, writer=True)
    backend.setup()
    backend.write([Put(article("a", "en", "one two three four five six seven eight"))])
    with pytest.raises(UnsupportedError, match="Elasticsearch"):
        backend.search(Search(Phrase("one two three four five six seven eight", slop=9)))


def _count(folder: Path, found: "multiprocessing.Queue[int]") -> None:
    found.put(open_backend("embedded", folder).count())


def test_several_readers(data: Path) -> None:
    backend = open_backend("embedded", data, writer=True)
    backend.setup()
    backend.write([Put(article("a", "en", "A"))])
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[int] = context.Queue()
    readers = [context.Process(target=_count, args=(data, found)) for _ in range(3)]
    for reader in readers:
        reader.start()
    assert [found.get(timeout=60) for _ in readers] == [1, 1, 1]
    for reader in readers:
        reader.join()


@pytest.mark.parametrize("index", ["", "elastic", "localhost:9200", "ftp://localhost"])
def test_an_index_that_there_is_not(index: str, data: Path) -> None:
    with pytest.raises(ValueError, match="use embedded"):
        open_backend(index, data)


@pytest.mark.parametrize("interval", ["hour", "day", "week", "month", "year"])
@pytest.mark.parametrize("tz", ["UTC", "Asia/Beirut", "Australia/Lord_Howe"])
def test_adding_up_cells_counts_as_counting_steps(
    data: Path, monkeypatch: pytest.MonkeyPatch, interval: Interval, tz: str
) -> None:
    backend = open_backend("embedded", data, writer=True)
    backend.setup()
    dates = [
        f"2026-{1 + n % 12:02}-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}:00+00:00" for n in range(300)
    ]
    precisions = ["minute", "day", "month"]
    backend.write(
        [
            Put({"id": str(n), "published": date, "published_precision": precisions[n % 3]})
            for n, date in enumerate(dates)
        ]
    )
    backend.refresh()
    added = backend.timeline(Search(), interval, tz)
    monkeypatch.setattr(histogram, "MAX_CELLS", 0)
    assert backend.timeline(Search(), interval, tz) == added
    assert sum(bucket.count for bucket in added.buckets) == 300
    backend.close()
