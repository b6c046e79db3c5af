"""Servers for the tests run as an unprivileged user where the tests run as root: where they live
and how they start.
"""

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.support import leftovers


class Missing(Exception):
    """No such server can be had here; the message says what lacks."""


def cache() -> Path:
    """Where servers are kept: an unprivileged user must be able to enter it, so never below /root."""
    if chosen := os.environ.get("VEILLE_TEST_CACHE"):
        folder = Path(chosen)
    elif os.geteuid() == 0:
        folder = Path("/var/cache/veille")
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "veille"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_folder(kind: str) -> Path:
    """A new, empty folder for a server of this kind."""
    return Path(tempfile.mkdtemp(prefix=leftovers.folder_prefix(kind), dir=cache()))


def give_away(folder: Path) -> None:
    """The folder goes to the user that the server will run as."""
    if os.geteuid() == 0:
        owner = user()
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, owner.pw_uid, owner.pw_gid)


def user() -> pwd.struct_passwd:
    """Who servers run as where the tests run as root."""
    return pwd.getpwnam("nobody")


def start(
    command: Sequence[str], environment: dict[str, str], folder: Path
) -> "subprocess.Popen[bytes]":
    """Run a command in a process group of its own, its output in output.txt of the folder."""
    owner = user() if os.geteuid() == 0 else None
    with (folder / "output.txt").open("ab") as output:
        return subprocess.Popen(
            command,
            env={**environment, **leftovers.mark_of_run()},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )


def end(process: "subprocess.Popen[bytes]") -> None:
    """The launcher and the server it started are one process group of ours."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
