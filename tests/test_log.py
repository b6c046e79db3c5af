"""Where the log goes, and what its lines hold: for people as text, for programs as JSON."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.config import Config, load_config
from crawler.process.disk_space import DiskSpace
from crawler.process.outage import OutageLog
from indexer.backend import IndexUnavailable
from search.commands.log_output import announce, log_to
from tests.support.clock import NOW

log = logging.getLogger("crawler.test")


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """The log of the test runner again, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def _lasting(tmp_path: Path, form: str) -> Config:
    config = load_config(data=tmp_path / "data", log=form)
    log_to(config, verbose=False, lasting=True)
    return config


def test_a_line_of_json_holds_the_event_and_its_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = iter((NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=7), NOW + timedelta(days=1)))

    def now() -> datetime:
        return next(times)

    _lasting(tmp_path, "json")
    outage = OutageLog(log, now)
    for _ in range(3):
        outage.away("The index is away.", IndexUnavailable("refused"))
    outage.back("The index answers again.")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["event"], row["state"]) for row in rows] == [
        ("outage", "begins"),
        ("outage", "lasts"),
        ("outage", "ends"),
    ]
    assert rows[-1]["since"] == NOW.isoformat()
    assert rows[-1]["seconds"] == 86_400
    assert rows[-1]["message"] == "The index answers again. It was away for 1 day, 0:00:00."
    assert {row["level"] for row in rows} == {"warning"}
    assert {row["logger"] for row in rows} == {"crawler.test"}
    assert all(datetime.fromisoformat(row["at"]).utcoffset() == timedelta(0) for row in rows)


def test_a_full_disk_is_an_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _lasting(tmp_path, "json")
    free = iter((1, 1, 10_000_000))
    disk = DiskSpace(tmp_path, 1_000_000, lambda _: next(free))
    for _ in range(3):
        disk.look()
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["event"], row["state"], row["free"]) for row in rows] == [
        ("disk", "begins", 1),
        ("disk", "ends", 10_000_000),
    ]


@pytest.mark.parametrize(
    "message", ["two\nlines", "\x1b[31mred", "half \ud83d", "مساء", 'a "b" \\']
)
def test_whatever_a_site_is_called_a_record_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], message: str
) -> None:
    _lasting(tmp_path, "json")
    try:
        raise ValueError(message)
    except ValueError:
        log.exception("%s", message)
    (line,) = capsys.readouterr().out.splitlines()
    row = json.loads(line)
    assert "\x1b" not in row["message"] + row["error"]
    assert row["error"].startswith("Traceback")


def test_text_goes_to_standard_output_too_and_no_file_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _lasting(tmp_path, "text")
    log.info("calder: crawl finished")
    announce(config, "Working for 4 sources.")
    told = capsys.readouterr()
    assert " INFO crawler.test: calder: crawl finished\nWorking for 4 sources.\n" in told.out
    assert told.err == ""
    assert not (tmp_path / "data").exists()


def test_a_command_with_a_result_logs_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to(load_config(data=tmp_path / "data", log="json"), verbose=False)
    log.info("one")
    told = capsys.readouterr()
    assert told.out == ""
    assert json.loads(told.err)["message"] == "one"


def test_a_file_is_what_there_is_without_a_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = load_config(data=tmp_path / "data")
    log_to(config, verbose=False, lasting=True)
    log.info("one")
    log.warning("two")
    announce(config, "three")
    told = capsys.readouterr()
    assert told.out == "three\n"
    assert "two" in told.err
    assert "one" not in told.err
    kept = (tmp_path / "data" / "veille.log").read_text(encoding="utf-8")
    assert [line.rpartition(" ")[2] for line in kept.splitlines()] == ["one", "two"]
