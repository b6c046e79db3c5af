"""Wrong use gets one sentence that says what to do, the right exit code, and no traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GOOD = '[[source]]\nid = "a"\nname = "A"\nhome = "http://a.example/"\n'
CLOSED = "http://127.0.0.1:9"


def run(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    command = [sys.executable, str(ROOT / "veille.py"), *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={**kept, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_sentence(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    "arguments", [("fly",), ("crawl", "--fast"), ("search", "--sort", "size"), ("source", "eat")]
)
def test_an_unknown_command_or_option_is_wrong_usage(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert_sentence(run(tmp_path, *arguments), 2, arguments[-1])


def test_no_sources_file_points_to_init(tmp_path: Path) -> None:
    for command in ("crawl", "up", "schedule", "work"):
        assert_sentence(run(tmp_path, command), 1, "sources.toml", "veille init")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["no source"]),
        ("[[source]\n", ["valid TOML", "line 1"]),
        (GOOD + 'evry = "15m"\n', ["sources.toml:5", "'evry'", "every"]),
        (GOOD.replace("http://a.example/", "a.example"), ["sources.toml:4", "http://"]),
        (GOOD + GOOD, ["sources.toml:6", "taken"]),
    ],
)
def test_a_broken_sources_file_is_named_with_its_line(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    assert_sentence(run(tmp_path, "crawl"), 1, *words)


def test_an_unknown_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(GOOD, encoding="utf-8")
    assert_sentence(run(tmp_path, "crawl", "b"), 1, "'b'", "veille source list")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(GOOD, encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in ("serve", "up", "demo"):
            assert_sentence(run(tmp_path, command, "--port", port), 1, port, "--port")


def test_an_index_that_does_not_answer_is_named(tmp_path: Path) -> None:
    for arguments in (("search", "a"), ("export",), ("relay", "--once")):
        assert_sentence(run(tmp_path, *arguments, VEILLE_INDEX=CLOSED), 1, CLOSED, "VEILLE_INDEX")


def test_no_index_yet_is_no_fault_of_the_reader(tmp_path: Path) -> None:
    assert_sentence(run(tmp_path, "search", "a"), 1, "veille crawl")


def test_no_network_is_told_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(GOOD, encoding="utf-8")
    done = run(tmp_path, "crawl", "--json", http_proxy=CLOSED)
    assert_sentence(done, 0, "1 entry points could not be read", "veille doctor")
    doctor = run(tmp_path, "doctor")
    assert doctor.returncode == 1
    assert "http://a.example/" in doctor.stdout


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "sources.toml").write_text(GOOD, encoding="utf-8")
    for data in (str(tmp_path / "file" / "data"), "/proc/veille"):
        for command in ("crawl", "doctor", "relay"):
            assert_sentence(run(tmp_path, command, VEILLE_DATA=data), 1, "VEILLE_DATA")


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data" / "veille.sqlite").mkdir(parents=True)
    (tmp_path / "sources.toml").write_text(GOOD, encoding="utf-8")
    assert_sentence(run(tmp_path, "crawl"), 1, "VEILLE_DATA")


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    assert_sentence(run(tmp_path, "doctor", VEILLE_DTAA="x"), 1, "VEILLE_DTAA", "VEILLE_DATA")


def test_a_mistake_in_a_query_gets_its_place(tmp_path: Path) -> None:
    assert_sentence(run(tmp_path, "search", "(a"), 1, "character")
