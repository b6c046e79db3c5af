"""Ends what a test run leaves behind when it is killed: servers, browsers, commands, and the servers' folders.

Every process that a run starts inherits a mark in its environment, and the folders of its servers carry the mark in
their names. One process beside the run, in a session of its own, waits until the run is gone; then it kills the
processes with that mark, each by its id, and removes the folders. It reads /proc, so it finds processes on Linux only.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = "RUN_OF_TESTS"
"""The variable of the environment that holds the mark of the run."""
SECONDS_BETWEEN_LOOKS = 0.2
SWEEPS = 50
"""A process that was just starting when the run was killed may appear late: so often is looked again, at most."""
ROOT = Path(__file__).resolve().parents[2]


def watch() -> None:
    """Start the process that cleans up after this one, and mark whatever this one starts from now on."""
    mark = uuid.uuid4().hex
    unmarked = {name: value for name, value in os.environ.items() if name != MARK}
    subprocess.Popen(
        [sys.executable, "-m", "tests.support.leftovers", str(os.getpid()), mark],
        cwd=ROOT,
        env=unmarked,  # a run inside a run has a cleaner of its own, which must outlive that of the outer run
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.environ[MARK] = mark


def mark_of_run() -> dict[str, str]:
    """What the environment of a process needs where it is not inherited; empty where nobody watches this process."""
    return {MARK: os.environ[MARK]} if MARK in os.environ else {}


def folder_prefix(kind: str) -> str:
    """How the name of a server's folder begins, so that it is found again."""
    return f"veille-{kind}-{os.environ.get(MARK, 'unwatched')}-"


def marked(mark: str) -> Iterator[int]:
    """The ids of the processes that carry the mark."""
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:  # it has ended, or it belongs to somebody else
            continue
        if wanted in environment.split(b"\0"):
            yield int(folder.name)


def clean_up(mark: str, servers: Path) -> None:
    """Kill the processes with this mark until none is left, then remove the folders of its servers."""
    for _ in range(SWEEPS):
        found = list(marked(mark))
        if not found:
            break
        for process in found:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(SECONDS_BETWEEN_LOOKS)
    for folder in servers.glob(f"veille-*-{mark}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Wait for the end of the parent with the id in the first argument, then clean up the mark in the second."""
    from tests.support.unprivileged import cache

    parent, mark = int(sys.argv[1]), sys.argv[2]
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    clean_up(mark, cache())


if __name__ == "__main__":
    main()
