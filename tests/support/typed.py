"""The commands that documents name, carried out in a folder as far as they end by themselves, or
else checked.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
import yaml
from fastapi.testclient import TestClient

from crawler.config import Config
from indexer.backends import open_backend
from search.app import create_app
from tests.support.clock import moment
from tests.support.documents import ROOT, Command
from tests.support.replay import PYTHON_PATH
from veille import main, veille

NOW = moment(22, 9, 30)
ENDLESS = ("demo", "up", "work", "serve")
"""Commands that run until they are stopped: their words are checked, they are not run."""
AWAY = ("elastic", "kibana import")
"""Commands that need a server which no document has: their words are checked, they are not run."""
APART = ("crawl", "relay", "reindex")
"""Commands that change the state of a process (its reactor, its log): they run in one of their own.
"""
ELSEWHERE = {
    ".",
    "cd",
    "curl",
    "export",
    "mkdir",
    "ruff",
    "mypy",
    "uv",
    "sqlite3",
    "tar",
    "useradd",
    "install",
    "systemctl",
}
"""Programs that are not ours, or that work on what is not here."""
DOCKER = {
    "up": {"--detach", "--wait", "--scale"},
    "exec": set(),
    "run": {"--rm"},
    "restart": set(),
    "logs": {"--follow"},
    "down": {"--volumes"},
    "cp": set(),
    "build": set(),
    "pull": set(),
    "stop": set(),
}


def check(command: Command, folder: Path, done: set[tuple[str, ...]]) -> None:
    """Run a command of ours as far as it ends by itself here; of others, check what can be known."""
    words = command.words
    for assignment in command.assigned:
        name = assignment.partition("=")[0]
        assert (
            not name.startswith("VEILLE_")
            or name.removeprefix("VEILLE_").lower() in Config.model_fields
        ), name
    match words[0]:
        case "veille":
            check_words(words)
            away = words[1] in AWAY or " ".join(words[1:3]) in AWAY
            if words[1] not in ENDLESS and not away and not command.by_root:
                _run(words[1:], folder, done)
        case "make":
            assert re.search(
                rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
            )
        case "docker":
            _check_compose(words)
        case "scrapy":
            subprocess.run(
                [sys.executable, "-m", *words], cwd=ROOT, check=True, capture_output=True
            )
        case "curl" if any(word.startswith("http://127.0.0.1") for word in words):
            _ask(next(word for word in words if word.startswith("http")), folder)
        case "python":
            _check_module(words)
        case program:
            assert program in ELSEWHERE


def _run(words: tuple[str, ...], folder: Path, done: set[tuple[str, ...]]) -> None:
    if words[0] == "schedule" and "--list" not in words:
        return
    if words[0] == "init":
        with pytest.MonkeyPatch.context() as patch:
            empty = folder / "empty"
            shutil.rmtree(empty, ignore_errors=True)
            empty.mkdir()
            patch.chdir(empty)
            assert _exit_code(words) == 0
    elif words[0] in APART:
        if words not in done:
            apart(words, folder)
        done.add(words)
    else:
        assert _exit_code(words) == 0


def _exit_code(words: Sequence[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def apart(words: Sequence[str], folder: Path) -> None:
    """Run one of Veille's commands in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": PYTHON_PATH}
    command = [sys.executable, "-m", "veille", *words]
    ended = subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr


def check_words(words: tuple[str, ...]) -> None:
    """That command, subcommand and options exist."""
    command: click.Command | None = veille
    rest = list(words[1:])
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        command = command.get_command(click.Context(command), name)
        assert command is not None, f"there is no command {name}"
    assert command is not None
    for word in rest:
        if re.fullmatch(r"--?[a-zA-Z]\S*", word):
            assert word.rstrip("…") in {*options_of(command), "-h", "--help", "--version"}, (
                f"there is no option {word}"
            )


def options_of(command: click.Command) -> set[str]:
    """The options of a command, as they are typed."""
    return {
        text
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for text in parameter.opts
    }


def _check_compose(words: tuple[str, ...]) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert words[1] == "compose"
    named = list(words[3:])
    while named and named[0].startswith("--"):
        option = named.pop(0)
        assert option in DOCKER[words[2]], option
        if option == "--scale":
            assert named.pop(0).partition("=")[0] in services
    assert not named or named[0].partition(":")[0] in services
    if words[2] == "exec":
        check_words(tuple(named[1:]))
    elif words[2] == "run":
        check_words(("veille", *named[1:]))


def _ask(url: str, folder: Path) -> None:
    parts = urlsplit(url)
    app = create_app(open_backend("embedded", folder / "data"), now=lambda: NOW)
    client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 40_000))
    assert client.get(f"{parts.path}?{parts.query}").status_code == 200


def _check_module(words: tuple[str, ...]) -> None:
    assert words[1] == "-m"
    if words[2] == "pytest":
        assert all((ROOT / word).exists() for word in words[3:] if not word.startswith("-"))
    else:
        assert (ROOT / f"{words[2].replace('.', '/')}.py").is_file()
