"""Veille under a clock that is told what time it is: run by the Python of the checkout that is
measured, it takes orders on standard input, a line of JSON each, and answers each with a line.

    {"at": MOMENT, "crawl": true}           crawl what is due at this moment, and index it
    {"at": MOMENT, "run": ["doctor", …]}    run a command of `veille` at this moment

It imports nothing of the world, so that any version of Veille can be measured: the commands are
those that users call, and one crawl does what `veille work` does with a source of the queue.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import BytesIO, TextIOWrapper
from typing import Any

import crawler.process.clock


class Clock:
    """The time that was told last, and what has passed since."""

    def __init__(self) -> None:
        self.tell(datetime(2026, 1, 1, tzinfo=UTC))

    def tell(self, now: datetime) -> None:
        """From now on it is this moment."""
        self._told = now
        self._told_at = time.monotonic()

    def __call__(self) -> datetime:
        return self._told + timedelta(seconds=time.monotonic() - self._told_at)


CLOCK = Clock()
# Before any other module takes the function by its name.
crawler.process.clock.utc_now = CLOCK

from crawler.config import load_config  # noqa: E402 - the clock comes first
from crawler.fetch.throttle import HostThrottle  # noqa: E402
from crawler.jobs.worker import Worker  # noqa: E402
from crawler.process.reactor import run  # noqa: E402
from crawler.runtime import CrawlContext  # noqa: E402
from crawler.sources import Source, read_sources  # noqa: E402
from search.commands.crawl import RelayThread  # noqa: E402
from search.commands.log_output import log_to  # noqa: E402
from veille import main as veille  # noqa: E402

DRAIN_SECONDS = 60.0
LONGEST_PAUSE = 0.1


class BriefThrottle(HostThrottle):
    """Waits briefly where a host asks to wait within a crawl: simulated time passes between crawls
    alone.
    """

    def pause(self, host: str, seconds: float) -> None:
        super().pause(host, min(seconds, LONGEST_PAUSE))


async def crawled(worker: Worker, sources: Sequence[Source]) -> Counter[str]:
    """The sum of the counts of one crawl of each source, over the entry points that are due."""
    counts = await asyncio.gather(
        *(worker.crawl(source, due_only=True) for source in sources), return_exceptions=True
    )
    total: Counter[str] = Counter()
    for one in counts:
        if isinstance(one, BaseException):
            total["broken"] += 1
        else:
            total += one
    return total


def commanded(arguments: Sequence[str]) -> dict[str, Any]:
    """The exit code of a command, and what it printed."""
    printed = BytesIO()
    out = TextIOWrapper(printed, encoding="utf-8")
    before = sys.argv
    sys.argv = ["veille", *arguments]
    code: object = 0
    try:
        with redirect_stdout(out):
            veille()
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    out.flush()
    return {"code": code, "out": printed.getvalue().decode()}


async def serve(_: asyncio.Event) -> int:
    """Carry out orders until there are no more."""
    config = load_config()
    log_to(config, verbose=False)
    sources = read_sources(config.sources)
    context = CrawlContext.open(config, CLOCK)
    context.throttle = BriefThrottle(config.download_delay)
    relaying = RelayThread(config, context)
    answers = sys.stdout
    try:
        relaying.start()
        worker = Worker(context)
        while line := await asyncio.to_thread(sys.stdin.readline):
            order = json.loads(line)
            CLOCK.tell(datetime.fromisoformat(order["at"]))
            answer: dict[str, Any] = {}
            if order.get("crawl"):
                answer = dict(await crawled(worker, sources))
                answer["waiting"] = await relaying.drain(DRAIN_SECONDS)
            if order.get("run"):
                answer = await asyncio.to_thread(commanded, order["run"])
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
    finally:
        await asyncio.to_thread(relaying.close)
        await asyncio.to_thread(context.close)
    return 0


if __name__ == "__main__":
    configured = load_config()
    sys.exit(run(serve, configured.allow_hosts))
