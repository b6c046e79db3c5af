"""A test run that is killed leaves nothing behind: no server, no command that it started, no folder of a server."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import leftovers
from tests.support.unprivileged import cache

ROOT = Path(__file__).resolve().parents[1]
GIVEN = ("POSTGRES_URL", "ELASTICSEARCH_URL", "ELASTICSEARCH_SECURED")
"""Servers that are given from outside; without them the run that is killed starts its own."""
SECONDS = 30.0
HANGS = """
import os, subprocess, threading
from pathlib import Path

def test_that_never_ends({fixture}):
    child = subprocess.Popen(["sleep", "600"])
    Path("started.part").write_text(f"{{os.environ['RUN_OF_TESTS']}} {{child.pid}} {{{fixture}.{said}}}")
    Path("started.part").rename("started")
    threading.Event().wait()
"""


def _killed(folder: Path, fixture: str, said: str, *options: str) -> tuple[str, int, str]:
    """Start a run in the folder and kill it in its test: its mark, the id of a child, and what the test said."""
    (folder / "test_hangs.py").write_text(HANGS.format(fixture=fixture, said=said))
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        *options,
    ]
    run = subprocess.Popen(
        [*command, f"--rootdir={folder}", "-c", os.devnull, "test_hangs.py"],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=(folder / "output.txt").open("wb"),
        stderr=subprocess.STDOUT,
    )
    started = folder / "started"
    while not started.exists():
        assert run.poll() is None, (folder / "output.txt").read_text()
        time.sleep(0.1)
    run.send_signal(signal.SIGKILL)
    run.wait()
    mark, child, what = started.read_text().split(" ", 2)
    return mark, int(child), what


def _left(mark: str, child: int, url: str) -> list[str]:
    """What is still there of a run some seconds after it was killed."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        left = [f"process {process}" for process in leftovers.marked(mark)]
        left += [str(folder) for folder in cache().glob(f"veille-*-{mark}-*")]
        left += ["the child"] if _runs(child) else []
        left += [url] if _answers(url) else []
        if not left:
            return []
        time.sleep(0.1)
    return left


def _runs(process: int) -> bool:
    """Whether this process is there; one that has ended may still wait for init to take note."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def _answers(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((str(address.hostname), address.port or 0)) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")
@pytest.mark.postgresql
def test_a_killed_run_leaves_no_postgresql(tmp_path: Path) -> None:
    mark, child, url = _killed(tmp_path, "databases", "server", "-n", "0")
    assert url.startswith("postgresql://")
    assert _left(mark, child, url) == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")
@pytest.mark.elasticsearch
@pytest.mark.postgresql
@pytest.mark.slow
def test_a_killed_run_in_several_processes_leaves_no_server_at_all(tmp_path: Path) -> None:
    mark, child, url = _killed(tmp_path, "secured", "url", "-n", "1")
    assert url.startswith("https://")
    assert _left(mark, child, url) == []
