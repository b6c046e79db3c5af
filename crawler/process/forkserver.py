"""The process that readers are forked from. A door module, which imports nothing: to load what
readers need takes a second, in which the process that asks for them can load itself.
"""

import multiprocessing
import signal
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext


def context() -> ForkServerContext:
    """How readers are begun: as forks of a process that has loaded what they share, and nothing of
    their parent.
    """
    forkserver_context = multiprocessing.get_context("forkserver")
    forkserver_context.set_forkserver_preload(["crawler.process.preload"])
    return forkserver_context


def warm() -> None:
    """Begin to load what readers need, while this process does something else. It ends with this
    process.
    """
    context()
    resource_tracker.ensure_running()  # which would let the signal through again
    # Ctrl-C reaches the whole group, and while it loads this process would answer it with a
    # traceback.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
