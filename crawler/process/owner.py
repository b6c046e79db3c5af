"""Who a process is, by a name that no other has, and whether such a process has ended. A door
module.
"""

import os
import socket
from contextlib import suppress
from uuid import uuid4

_LONGEST_PID = 9
"""Digits: no system numbers its processes further."""


def owner_name() -> str:
    """A name for this process that no other has, on any machine."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


def is_gone(owner: str) -> bool:
    """Whether an owner was a process of this machine that has ended: then nobody waits for its
    lease to run out. A name that is none was nobody's.
    """
    host, _, process = owner.partition(":")
    pid, _, _ = process.partition(":")
    if not pid.isdecimal() or len(pid) > _LONGEST_PID:
        return True
    if host != socket.gethostname() or int(pid) == os.getpid():
        return False
    with suppress(PermissionError):
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
    return False
