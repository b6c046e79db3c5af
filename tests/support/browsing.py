"""A real browser on the page: the app on a port of loopback, Chromium, and axe-core for
accessibility.
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from selenium import webdriver

from search.commands.serve import bind

AXE = files("axe_playwright_python") / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of the app on a free port."""
    listening = bind("127.0.0.1", 0)
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@contextmanager
def chromium(*, scripts: bool = True) -> Iterator[webdriver.Chrome]:
    """A headless Chromium that keeps its console and the addresses it asks for; skips where there
    is none.
    """
    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in programs:
        if os.environ.get("CI"):
            pytest.fail("install chromium and chromedriver: the page is checked with them")
        pytest.skip("no chromium and chromedriver here")
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs[0])
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    if not scripts:
        options.add_experimental_option(
            "prefs", {"profile.managed_default_content_settings.javascript": 2}
        )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(programs[1])))
    try:
        yield opened
    finally:
        opened.quit()


def screen(
    browser: webdriver.Chrome, width: int, height: int = 900, colours: str = "light"
) -> None:
    """Let the page stand on a screen of this size, in light or dark colours."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": colours}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def complaints(browser: webdriver.Chrome) -> list[str]:
    """What the console complains of; that something was refused (4xx) is no complaint of the page."""
    entries = browser.get_log("browser")
    wrong = [one["message"] for one in entries if one["level"] in ("SEVERE", "WARNING")]
    return [one for one in wrong if "the server responded with a status of 4" not in one]


def asked_elsewhere(browser: webdriver.Chrome, address: str) -> list[str]:
    """The addresses outside the app that the page asked for."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    return [
        url for url in urls if not url.startswith((address, "data:", "blob:", "chrome:", "about:"))
    ]


def violations(browser: webdriver.Chrome, rules: Sequence[str] = WCAG) -> list[str]:
    """What axe-core finds wrong with the page that is open: the rule, and where."""
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = browser.execute_async_script(
        "const done = arguments[1];"
        "axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}}).then((told) => done(told.violations));",
        list(rules),
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"][:3]
    ]
