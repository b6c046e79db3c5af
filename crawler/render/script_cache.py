"""The scripts of sites for a while: every page of a site asks for the same ones."""

import time
from collections import OrderedDict
from collections.abc import Callable

from crawler.render.requests import BrowserAnswer, BrowserRequest

MOST_BYTES = 24 * 1024 * 1024
SECONDS = 3600.0
"""How long a script is taken to be the same. Sites give a changed script a new address."""


class ScriptCache:
    """Answers to requests for scripts, by address, the least used ones dropped first."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._answers: OrderedDict[str, tuple[float, BrowserAnswer]] = OrderedDict()
        self._bytes = 0

    def get(self, request: BrowserRequest) -> BrowserAnswer | None:
        """The answer to a request, where it is held and not too old."""
        read_at, answer = self._answers.get(request.url, (0.0, None))
        if answer is None:
            return None
        if self._monotonic() - read_at > SECONDS:
            self._drop(request.url)
            return None
        self._answers.move_to_end(request.url)
        return answer

    def put(self, request: BrowserRequest, answer: BrowserAnswer) -> None:
        """Hold an answer, if it is a script that may be held."""
        if request.kind != "Script" or answer.status != 200:
            return
        if "no-store" in answer.header("cache-control").lower():
            return
        self._drop(request.url)
        self._answers[request.url] = (self._monotonic(), answer)
        self._bytes += len(answer.body)
        while self._bytes > MOST_BYTES:
            self._drop(next(iter(self._answers)))

    def _drop(self, url: str) -> None:
        _, answer = self._answers.pop(url, (0.0, None))
        self._bytes -= len(answer.body) if answer else 0
