"""One asyncio loop for Scrapy, APScheduler and everything else of a process, under Twisted's
reactor. A door module.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from crawler.process.descriptors import raise_limit
from crawler.process.heartbeat import Heartbeat
from crawler.process.memory import keep_trimmed, settle


def run(
    main: Callable[[asyncio.Event], Awaitable[int]],
    allowed: Collection[str] = (),
    pulse: Path | None = None,
) -> int:
    """Run `main` under the reactor, return its exit code; names resolve to public addresses or
    `allowed` hosts. The file `pulse` is touched while the loop runs.

    Ctrl-C or SIGTERM sets the event that it is given, so that it ends cleanly; a second one ends
    the process at once, which loses nothing.
    """
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as installed

    from crawler.fetch.proxies import proxy_hosts
    from crawler.fetch.resolver import GuardedResolver

    reactor: Any = installed
    ended: list[int | BaseException] = []

    async def guarded() -> None:
        beside = [
            asyncio.ensure_future(Heartbeat(pulse).keep()),
            asyncio.ensure_future(keep_trimmed()),
        ]
        try:
            ended.append(await main(_stop_event()))
        except BaseException as error:
            ended.append(error)
        finally:
            for task in beside:
                task.cancel()
            reactor.stop()

    settle()
    raise_limit()
    GuardedResolver(reactor, {*allowed, *proxy_hosts()}).install_on_reactor()
    reactor.callWhenRunning(lambda: asyncio.ensure_future(guarded()))
    reactor.run(installSignalHandlers=False)
    result = ended[0] if ended else 1
    if isinstance(result, BaseException):
        raise result
    return result


def _stop_event() -> asyncio.Event:
    """An event that a signal to end sets; the second signal ends the process."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def handle_signal(number: int) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, handle_signal, number)
    return stop
