"""Fetching pauses before the disk is full, says so, and goes on by itself."""

import asyncio
import json
import logging
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.process.disk_space import MB, DiskSpace
from search.commands.log_output import LogFile
from tests.support.documents import ROOT
from tests.support.hostile import Answer, crawled, documents, feed_of, page_of, serving, settings_of
from tests.support.replay import Replay, environment, start, veille, wait_for

_CRAMPED = """
import resource, sys
from pathlib import Path
from indexer.backend import Put, IndexUnavailable
from indexer.backends import open_backend
index = open_backend("embedded", Path(sys.argv[1]), writer=True)
index.setup()
batch = [Put({"id": f"{n:032}", "language": "en", "title": "T", "text": f"words {n} " * 400}) for n in range(2_000)]
for most in (10_000, 10_000, resource.RLIM_INFINITY):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        print(*{outcome.status for outcome in index.write(batch)})
    except IndexUnavailable:
        print("Unavailable")
print(index.count())
"""
"""Writes to an index while no file may be longer than ten kilobytes, and then when it may."""


def test_it_pauses_below_the_reserve_and_goes_on_with_a_tenth_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    free = iter([500, 499, 500, 549, 550, 500])
    disk = DiskSpace(Path("/data"), 500 * MB, lambda _: next(free) * MB)
    assert [disk.look() for _ in range(6)] == [False, True, True, True, False, False]
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "Only 499 MB are free on the disk of /data, less than the 500 MB to be kept free",
        "550 MB are free on the disk of /data",
    ]


def test_whoever_waits_for_room_goes_on_when_there_is_some() -> None:
    free = iter([1, 1, 900])
    asyncio.run(DiskSpace(Path("/data"), 500 * MB, lambda _: next(free) * MB, asked_every=0).room())
    assert next(free, None) is None


def test_a_folder_that_is_not_there_yet_has_the_room_of_its_parent(tmp_path: Path) -> None:
    assert not DiskSpace(tmp_path / "not" / "yet", 1).look()


def test_a_log_that_can_t_be_written_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    file = LogFile("/dev/full", maxBytes=1_000)
    for number in range(3):
        file.handle(logging.LogRecord("one", logging.INFO, "", 0, f"line {number}", None, None))
    assert (
        capsys.readouterr().err
        == "The log /dev/full can't be written now: No space left on device.\n"
    )
    with suppress(OSError):
        file.close()


def test_the_index_goes_on_after_files_could_not_grow(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _CRAMPED, str(tmp_path)]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert ended.stdout.split() == ["Unavailable", "Unavailable", "done", "2000"], ended.stderr


def test_doctor_names_it(tmp_path: Path) -> None:
    env = environment(Replay("", tmp_path / "s", tmp_path / "l", tmp_path / "c"), tmp_path / "data")
    full = shutil.disk_usage(tmp_path).total // MB + 1
    problems = json.loads(
        veille(env | {"VEILLE_DISK_RESERVE": str(full)}, "doctor", "--json", check=False).stdout
    )
    assert any("fetching pauses. Free some space" in one for one in problems["problems"])
    assert not any(
        "Free some space" in one
        for one in json.loads(veille(env, "doctor", "--json", check=False).stdout)["problems"]
    )


@pytest.mark.slow
def test_a_crawl_fetches_nothing_without_room_and_all_when_there_is(tmp_path: Path) -> None:
    answers = {"/robots.txt": Answer(status=404), "/a": Answer(page_of("An article that waited"))}
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, ["/a"])
        full = shutil.disk_usage(tmp_path).total // MB + 1
        env, output = (
            settings_of(site, tmp_path) | {"VEILLE_DISK_RESERVE": str(full)},
            tmp_path / "out",
        )
        waiting = start(env, "crawl", "-v", output=output)
        try:
            wait_for(lambda: "fetching pauses" in output.read_text() or waiting.poll() is not None)
            assert site.asked == []
        finally:
            waiting.send_signal(signal.SIGTERM)
            assert waiting.wait(timeout=120) == 130
        assert "Traceback" not in output.read_text()
        assert site.asked == []
        crawled(site, tmp_path)
    assert [one["title"] for one in documents(tmp_path)] == ["An article that waited"]
