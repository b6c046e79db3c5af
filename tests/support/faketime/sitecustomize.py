"""Lets Python sleep under faketime; every Python that finds this folder in PYTHONPATH loads it.

`make test-days` moves the wall clock and leaves the monotonic one alone, because waiting for
a lock never ends where faketime moves that too. faketime 0.9.10 then refuses the call that
`time.sleep` makes since Python 3.11, an absolute `clock_nanosleep`, with EINVAL.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
