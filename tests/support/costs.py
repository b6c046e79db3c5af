"""Functions that cost a worker process something; they stand in a module of their own, so that it
can import them.
"""

import os
import signal
import time


def twice(number: int, by: int = 1) -> int:
    return 2 * number // by


def spend(seconds: float) -> float:
    begun = time.process_time()
    while time.process_time() - begun < seconds:
        pass
    return time.process_time() - begun


def burn() -> None:
    while True:
        pass


def hoard() -> int:
    return len(bytearray(8 * 1024**3))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
