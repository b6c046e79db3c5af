"""How many files and connections this process may have open. A door module."""

import resource
from contextlib import suppress

MOST = 65_536
"""More is never needed, and some systems name a limit that they do not keep."""


def raise_limit() -> int:
    """Let this process open as many files as the system allows it, for itself and the processes
    that it starts; how many that are.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if wanted > soft:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
