"""One page in the browser: from the answer of its site to the document that its scripts make."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urldefrag

from crawler.article import Page
from crawler.render.devtools import CommandFailed, DevTools, Values
from crawler.render.requests import (
    BLANK,
    NOTHING,
    BrowserAnswer,
    BrowserRequest,
    fulfilment,
    judge,
    preflight,
)
from crawler.render.script_cache import ScriptCache
from crawler.urls import same_site

PAGE_SECONDS = 90.0
"""How long a page may take in all; most of it is waiting for the turn of its host."""
OWN_SECONDS = 10.0
"""How long it may take while it waits for no answer."""
TIMERS_MS = 5000
"""The page's own time that passes while nothing is asked for. It is virtual: timers that are set
later than this never run, and none is waited for.
"""
MOST_REQUESTS = 60
MOST_BYTES = 20 * 1024 * 1024
"""Of the answers to one page."""
MOST_NAVIGATIONS = 3
"""Documents that scripts lead on to, one after the other."""
LARGEST_DOCUMENT = 5_000_000
"""Characters of what the scripts have made."""
_TICK = 0.5
_OWN_HEADERS = frozenset(
    ("content-type", "content-length", "content-encoding", "etag", "last-modified")
)
"""Headers that speak of the bytes of the plain answer, and not of the document."""
_SERIALIZE = f"""(() => {{
  const unfold = root => {{
    for (const host of [...root.querySelectorAll('*')]) {{
      if (!host.shadowRoot) continue;
      unfold(host.shadowRoot);
      for (const slot of [...host.shadowRoot.querySelectorAll('slot')]) {{
        slot.replaceWith(...(slot.assignedNodes().length ? slot.assignedNodes() : slot.childNodes));
      }}
      host.replaceChildren(...host.shadowRoot.childNodes);
    }}
  }};
  unfold(document);
  for (const element of [...document.querySelectorAll('noscript')]) element.remove();
  const root = document.documentElement;
  const html = root ? root.outerHTML : '';
  return html.length > {LARGEST_DOCUMENT} ? null : html;
}})()"""
"""Runs apart from the page's own scripts, which can't change what it sees. What stands in shadow
trees comes to its place in the document; what is said to readers without scripts is left out.
"""

Ask = Callable[[BrowserRequest], Awaitable[BrowserAnswer | None]]
"""Asks a site in the place of the browser; None where the address may not be asked for, or does not
answer.
"""

log = logging.getLogger(__name__)


class RenderFailed(Exception):
    """The page could not be rendered; the message says why."""


class PageRendering:
    """Renders one page; each is used once."""

    def __init__(self, connection: DevTools, page: Page, ask: Ask, scripts: ScriptCache) -> None:
        self._connection = connection
        self._page = page
        self._ask = ask
        self._scripts = scripts
        self._session = ""
        self._frame = ""
        self._url = urldefrag(page.url).url
        self._status = 200
        self._documents = 0
        self._requests = 0
        self._bytes = 0
        self._settled = False
        self._crashed = False
        self._answers: dict[str, asyncio.Task[BrowserAnswer | None]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    async def run(self, wanted: Callable[[], bool]) -> Page:
        """The page with the document that its scripts have made, at the address where they led.

        Raises `RenderFailed`, `BrowserGone`; ends soon where the page is `wanted` no more.
        """
        connection = self._connection
        connection.on_event = self._on_event
        context = (await connection.send("Target.createBrowserContext", disposeOnDetach=True))[
            "browserContextId"
        ]
        try:
            await self._open(context)
            await self._wait(wanted)
            return await self._document()
        except CommandFailed as error:
            raise RenderFailed(str(error)) from error
        finally:
            for task in (*self._answering, *self._answers.values()):
                task.cancel()
            if connection.is_open:
                connection.post("Target.disposeBrowserContext", browserContextId=context)

    async def _open(self, context: str) -> None:
        send = self._connection.send
        await send("Browser.setDownloadBehavior", behavior="deny", browserContextId=context)
        target = await send("Target.createTarget", url="about:blank", browserContextId=context)
        self._frame = target["targetId"]
        attached = await send("Target.attachToTarget", targetId=self._frame, flatten=True)
        self._session = attached["sessionId"]
        await send("Page.enable", self._session)
        await send("Inspector.enable", self._session)
        await self._pass_time(policy="pause", initialVirtualTime=self._page.fetched_at.timestamp())
        navigated = await send("Page.navigate", self._session, url=self._url)
        if navigated.get("errorText"):
            raise RenderFailed(navigated["errorText"])

    async def _pass_time(self, **policy: Any) -> None:
        await self._connection.send("Emulation.setVirtualTimePolicy", self._session, **policy)

    async def _wait(self, wanted: Callable[[], bool]) -> None:
        """Until the scripts have come to rest, or have had their time."""
        end = time.monotonic() + PAGE_SECONDS
        own = 0.0
        while not (self._settled and not self._answering):
            begun = time.monotonic()
            if begun > end or own > OWN_SECONDS:
                log.info("%s did not come to rest: taken as it stands.", self._page.url)
                return
            if self._crashed:
                raise RenderFailed("its scripts took too much memory, or broke the browser")
            if not wanted():
                raise RenderFailed("the crawl ends")
            waits_for_site = bool(self._answering)
            self._changed.clear()
            await _either(self._changed, _TICK)
            own += 0.0 if waits_for_site else time.monotonic() - begun

    async def _document(self) -> Page:
        if self._status != 200:
            raise RenderFailed(f"http {self._status}")
        send = self._connection.send
        world = await send("Page.createIsolatedWorld", self._session, frameId=self._frame)
        evaluated = await send(
            "Runtime.evaluate",
            self._session,
            expression=_SERIALIZE,
            contextId=world["executionContextId"],
            returnByValue=True,
        )
        html = evaluated["result"].get("value")
        if not isinstance(html, str):
            raise RenderFailed(f"more than {LARGEST_DOCUMENT} characters")
        headers = {
            name: value
            for name, value in self._page.headers.items()
            if name.lower() not in _OWN_HEADERS
        }
        headers["Content-Type"] = "text/html; charset=utf-8"
        body = f"<!DOCTYPE html>{html}".encode("utf-8", "replace")
        return replace(self._page, url=self._url, body=body, headers=headers)

    def _on_event(self, method: str, values: Values) -> None:
        """Take an event of the browser."""
        if method == "Fetch.requestPaused":
            self._on_request(values)
        elif method == "Page.frameNavigated":
            self._on_navigated(values["frame"])
        elif method == "Emulation.virtualTimeBudgetExpired":
            self._settled = True
            self._changed.set()
        elif method == "Inspector.targetCrashed":
            self._crashed = True
            self._changed.set()
        elif method == "Page.javascriptDialogOpening":
            self._connection.post("Page.handleJavaScriptDialog", self._session, accept=False)

    def _on_navigated(self, frame: Values) -> None:
        """A document has come: its scripts have their time."""
        if frame["id"] != self._frame or not frame["url"].startswith(("http:", "https:")):
            return
        self._url = frame["url"]
        self._settled = False
        self._connection.post(
            "Emulation.setVirtualTimePolicy",
            self._session,
            policy="pauseIfNetworkFetchesPending",
            budget=TIMERS_MS,
        )

    def _on_request(self, values: Values) -> None:
        raw = values["request"]
        kind = values["resourceType"]
        is_page = kind == "Document" and values["frameId"] == self._frame
        is_own = same_site(raw["url"], self._page.url, self._page.hints.hosts)
        request = BrowserRequest(raw["url"], raw["method"], kind, raw["headers"], is_page, is_own)
        verdict = judge(request)
        if verdict == "ask":
            task = asyncio.create_task(self._answer(values["requestId"], request))
            self._answering.add(task)
            task.add_done_callback(self._answered)
        elif verdict == "blank":
            self._fulfil(values["requestId"], fulfilment(BLANK, request))
        elif verdict == "allow":
            self._fulfil(values["requestId"], preflight(request))
        else:
            self._refuse(values["requestId"], request)

    async def _answer(self, request_id: str, request: BrowserRequest) -> None:
        answer = None
        try:
            answer = await self._found(request)
        except Exception:
            log.exception("%s: no answer to %s", self._page.url, request.url)
        if not self._connection.is_open:
            return
        if answer is None:
            self._refuse(request_id, request)
            return
        if request.is_page and not 300 <= answer.status < 400:
            self._status = answer.status
        self._fulfil(request_id, fulfilment(answer, request))

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        self._changed.set()

    async def _found(self, request: BrowserRequest) -> BrowserAnswer | None:
        """The plain answer, one that was had before, or that of the site."""
        if request.is_page:
            self._documents += 1
            if self._documents == 1:
                return BrowserAnswer(200, tuple(self._page.headers.items()), self._page.body)
            if self._documents > 1 + MOST_NAVIGATIONS or not request.is_own:
                return None
        held = self._scripts.get(request)
        if held:
            return held
        # A page that asks for the same again and again gets the same.
        if request.url not in self._answers:
            self._answers[request.url] = asyncio.create_task(self._asked(request))
        return await self._answers[request.url]

    async def _asked(self, request: BrowserRequest) -> BrowserAnswer | None:
        self._requests += 1
        if self._requests > MOST_REQUESTS or self._bytes > MOST_BYTES:
            return None
        answer = await self._ask(request)
        if answer is None:
            return None
        self._bytes += len(answer.body)
        if self._bytes > MOST_BYTES:
            return None
        self._scripts.put(request, answer)
        return answer

    def _fulfil(self, request_id: str, values: Values) -> None:
        self._connection.post("Fetch.fulfillRequest", requestId=request_id, **values)

    def _refuse(self, request_id: str, request: BrowserRequest) -> None:
        if request.is_page:  # the document stays that is there
            self._fulfil(request_id, fulfilment(NOTHING, request))
            return
        self._connection.post(
            "Fetch.failRequest", requestId=request_id, errorReason="BlockedByClient"
        )


async def _either(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
