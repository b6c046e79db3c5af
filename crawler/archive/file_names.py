"""How the archive's files are named, and by whom a file was begun.

A name ends in `.open` while its file is written, in `.aside` while records are taken out of it, in
`.spent` once what stays has been copied, and in `.unknown` where the store does not know what it
holds.
"""

import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

ENDING = ".warc.gz"
OPEN = ".open"
ASIDE = ".aside"
SPENT = ".spent"
UNKNOWN = ".unknown"
_PARTS = 5
"""Parts of a file's name."""
_BEGUN: set[str] = set()
"""The files that this process began: in a container, every process has the same number."""


def new_name() -> str:
    """A name for a file that this process begins now."""
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    name = f"veille-{moment}-{os.getpid()}-{uuid4().hex[:8]}-{socket.gethostname()}{ENDING}"
    _BEGUN.add(name)
    return name


def writer_of(name: str) -> tuple[str, str]:
    """Host and process number of who began a file; empty where its name says neither."""
    parts = name.removesuffix(ENDING).split("-", 4)
    if len(parts) < _PARTS or not parts[2].isdigit():
        return "", ""
    return parts[4], parts[2]


def is_left(name: str, is_gone: Callable[[str], bool]) -> bool:
    host, pid = writer_of(name)
    if not pid:
        return False
    return _is_of_earlier_process(name, pid, host) or is_gone(f"{host}:{pid}:")


def _is_of_earlier_process(name: str, pid: str, host: str) -> bool:
    """Whether a file is of a process that had this one's number and has ended, as in a container
    that was begun again.
    """
    return pid == str(os.getpid()) and host == socket.gethostname() and name not in _BEGUN
