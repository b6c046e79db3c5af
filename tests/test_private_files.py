"""What Veille writes of its own belongs to its user alone; what others are to read does not."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.clock import NOW, stopped
from veille import veille

ROOT = Path(__file__).resolve().parent.parent


def _run(folder: Path, *words: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    subprocess.run(
        [sys.executable, str(ROOT / "veille.py"), *words],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT), "VEILLE_WORKERS": "1"},
        umask=0o022,
        capture_output=True,
        check=False,
        timeout=120,
    )


def _open_to_others(folder: Path) -> list[str]:
    files = [folder, *folder.rglob("*")]
    return [file.name for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]


@pytest.mark.slow
def test_the_data_folder_is_its_owner_s_and_exports_are_not(tmp_path: Path) -> None:
    _run(tmp_path, "init")
    data = tmp_path / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "sources.toml").stat().st_mode) == 0o644
    for file in data.iterdir():
        file.unlink()
    data.rmdir()

    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "a"\nname = "A"\nhome = "http://127.0.0.1:9/"\n', encoding="utf-8"
    )
    _run(tmp_path, "crawl")
    _run(tmp_path, "token", "add", "colleague")
    kept = {file.name for file in data.iterdir()}
    assert {"veille.sqlite", "veille.log", "tokens.json"} <= kept
    assert _open_to_others(data) == []

    _run(tmp_path, "export", "--output", "all.jsonl")
    assert stat.S_IMODE((tmp_path / "all.jsonl").stat().st_mode) == 0o644


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody gets into, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        yield folder


@pytest.mark.parametrize(
    ("modes", "told"),
    [
        ({}, []),
        ({"data": 0o750}, ["read", "data"]),
        ({"data": 0o733}, ["change", "data"]),
        ({"data": 0o711, "data/tokens.json": 0o604}, ["read", "tokens.json"]),
        ({"data": 0o711, "data/archive": 0o777}, ["read and change", "archive"]),
        ({"data/tokens.json": 0o666}, []),  # nobody else gets into the folder
        ({".": 0o700, "data": 0o777}, []),  # nor into the one above
    ],
)
def test_the_doctor_tells_what_others_can_read_or_change(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, modes: dict[str, int], told: list[str]
) -> None:
    data = open_folder / "data"
    (data / "archive").mkdir(parents=True)
    (data / "tokens.json").write_text("[]")
    for file in (data / "archive", data / "tokens.json"):
        file.chmod(0o600)
    data.chmod(0o700)
    for name, mode in modes.items():
        (open_folder / name).chmod(mode)
    monkeypatch.setenv("VEILLE_DATA", str(data))
    monkeypatch.chdir(open_folder)
    answer = CliRunner().invoke(veille, ("doctor", "--json"), obj=stopped(NOW))
    problems = [one for one in json.loads(answer.stdout)["problems"] if "chmod" in one]
    assert len(problems) == bool(told)
    for words in told:
        assert words in problems[0]
