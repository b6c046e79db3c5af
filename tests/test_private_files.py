"""What Veille writes of its own belongs to its user alone; what others are to read does not."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

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
