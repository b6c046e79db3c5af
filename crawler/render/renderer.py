"""The one browser of a process: begun when a page wants it, ended when none has for a while."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from crawler.article import Page
from crawler.render.chromium import Browser, NoBrowser, begin, find
from crawler.render.devtools import BrowserGone
from crawler.render.page import Ask, PageRendering, RenderFailed
from crawler.render.script_cache import ScriptCache

IDLE_SECONDS = 60.0
"""How long a browser that nobody needs is kept."""
MOST_PAGES = 100
"""Pages after which the browser is replaced, against slow leaks."""

log = logging.getLogger(__name__)


class Renderer:
    """Renders one page at a time, so that what else the process does has its share of the
    machine.
    """

    def __init__(self, program: Path | None, user_agent: str, *, sandbox: bool) -> None:
        self._program = program
        self._user_agent = user_agent
        self._sandbox = sandbox
        self._turn = asyncio.Lock()
        self._browser: Browser | None = None
        self._pages = 0
        self._scripts = ScriptCache()
        self._idle: asyncio.TimerHandle | None = None

    async def render(self, page: Page, ask: Ask, wanted: Callable[[], bool]) -> Page:
        """The page as its scripts make it, read from what `ask` answers.

        Raises `NoBrowser` where there is none to be begun, and `RenderFailed`, also where the page
        is `wanted` no more.
        """
        async with self._turn:
            if not wanted():
                raise RenderFailed("the crawl ends")
            if self._idle:
                self._idle.cancel()
            browser = await self._open()
            rendering = PageRendering(browser.connection, page, ask, self._scripts)
            try:
                return await rendering.run(wanted)
            except BrowserGone as error:
                self.close()
                raise RenderFailed(str(error)) from error
            finally:
                self._count_page()

    def close(self) -> None:
        """End the browser, whatever it does; from any thread."""
        if self._browser:
            self._browser.end()
        self._browser = None

    async def _open(self) -> Browser:
        browser = self._browser
        if browser and browser.connection.is_open:
            return browser
        self.close()
        browser = await begin(find(self._program), self._user_agent, sandbox=self._sandbox)
        self._browser = browser
        self._pages = 0
        try:
            await browser.connection.send("Fetch.enable", patterns=[{"urlPattern": "*"}])
        except BrowserGone as error:
            self.close()
            raise NoBrowser(_not_started(self._sandbox)) from error
        return browser

    def _count_page(self) -> None:
        self._pages += 1
        if self._pages >= MOST_PAGES:
            self.close()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.close)


def _not_started(sandbox: bool) -> str:
    message = "Chromium did not start."
    if sandbox:
        message += (
            " Its sandbox needs user namespaces: allow them, or set chromium_sandbox"
            " (VEILLE_CHROMIUM_SANDBOX) to false."
        )
    return message
