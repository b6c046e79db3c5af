"""Takes the pictures of the documents: the demo newsroom in a headless Chromium.

`python -m tests.support.screenshots [PAGE…]` writes docs/images; it needs chromium and
chromedriver.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
QUERY = "Syrie OR Liban OR سوريا OR لبنان"
WIDTH, HEIGHT, LEAST = 1280, 860, 240
LOOKS = {
    "light": (WIDTH, "light", "en"),
    "dark": (WIDTH, "dark", "en"),
    "phone": (360, "light", "fr"),
    "arabic": (WIDTH, "light", "ar"),
}
"""The end of the file's name → width, colours and language."""
QUALITY = 65
SEARCHES: tuple[dict[str, Any], ...] = (
    {"name": "Syria and Lebanon", "query": {"q": QUERY}, "note": "For the morning meeting."},
    {
        "name": "Elections",
        "query": {"q": "title:élection* OR title:election*", "topic": ["politics"]},
        "note": "",
    },
)
ALERT = {
    "channel": "mail",
    "target": "desk@example.org",
    "timing": "daily",
    "hour": "07:30",
    "tz": "Asia/Beirut",
}
MAIL = {"VEILLE_SMTP": "smtp://127.0.0.1:9", "VEILLE_MAIL_FROM": "veille@example.org"}
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    f"--window-size={WIDTH},{HEIGHT}",
)
Opener = Callable[[webdriver.Chrome, str], None]


def at(path: str) -> Opener:
    """Opens a path."""
    return lambda browser, home: browser.get(home + path)


def read(browser: webdriver.Chrome, home: str) -> None:
    """Opens the first article of the results, from them."""
    browser.get(f"{home}/?{urlencode({'q': QUERY})}")
    browser.find_element(By.CSS_SELECTOR, ".hit h2 a").click()
    seen(browser, "main.reading")


def left_out(browser: webdriver.Chrome, home: str) -> None:
    """Opens what was left out of that article's page."""
    read(browser, home)
    browser.get(
        str(
            browser.find_element(By.XPATH, "//a[contains(@href, '/removed')]").get_attribute("href")
        )
    )


def tried(browser: webdriver.Chrome, home: str) -> None:
    """Asks what an alert would have sent."""
    browser.get(f"{home}/saved/new?{urlencode({'q': QUERY})}")
    Select(browser.find_element(By.NAME, "channel")).select_by_value("mail")
    Select(browser.find_element(By.NAME, "timing")).select_by_value("daily")
    browser.find_element(By.NAME, "target").send_keys(ALERT["target"])
    browser.find_element(By.NAME, "try").click()
    seen(browser, ".plan")


def previewed(browser: webdriver.Chrome, home: str) -> None:
    """Looks at what a site would bring."""
    browser.get(f"{home}/sources/calder")
    site = str(browser.find_element(By.CSS_SELECTOR, "a.out").get_attribute("href"))
    browser.get(f"{home}/sources")
    browser.find_element(By.NAME, "url").send_keys(site)
    browser.find_element(By.CSS_SELECTOR, "form.adding button").click()
    seen(browser, ".sample")


PAGES: dict[str, Opener] = {
    "search": at(f"/?{urlencode({'q': QUERY, 'by': 'source'})}"),
    "article": read,
    "removed": left_out,
    "saved": at("/saved"),
    "alert": tried,
    "sources": at("/sources"),
    "preview": previewed,
    "source": at("/sources/echo"),
    "status": at("/status"),
    "mistake": at(f"/?{urlencode({'q': 'Syrie AND (Liban OR'})}"),
    "problem": at("/nothing"),
}
"""File name → what opens the page that it shows."""


def seen(browser: webdriver.Chrome, selector: str) -> None:
    """Wait until something is there."""
    WebDriverWait(browser, 120, 0.1).until(
        lambda _: browser.find_elements(By.CSS_SELECTOR, selector)
    )


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo newsroom that has been crawled, with some saved searches."""
    command = [sys.executable, "-m", "veille", "demo", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, **MAIL}
    )
    assert process.stdout
    try:
        told = (re.search(r"answers on (http://[^\s]+)", line) for line in process.stdout)
        address = next((found[1] for found in told if found), None)
        if address is None:
            raise SystemExit("`veille demo` ended before it answered: run it by itself to see why.")
        keep(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def keep(home: str) -> None:
    """Save the searches, with an alert on the first."""
    ids = [sent(f"{home}/api/v1/saved", one)["id"] for one in SEARCHES]
    sent(f"{home}/api/v1/saved/{ids[0]}/alerts", ALERT)


def sent(address: str, body: dict[str, Any]) -> dict[str, Any]:
    """What is answered to this JSON."""
    asked = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """A headless Chromium of the pictures' size."""
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in programs:
        raise SystemExit(
            "This needs chromium and chromedriver: install them (on Debian: chromium, chromium-driver)."
        )
    options.binary_location = str(programs[0])
    # Named, because selenium otherwise looks for drivers on the network.
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(programs[1])))
    try:
        yield opened
    finally:
        opened.quit()


def look(opened: webdriver.Chrome, home: str, width: int, colours: str, language: str) -> None:
    """Let the pages that are opened from now on look so."""
    size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": width < 600}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": colours}]}
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    opened.get(f"{home}/language?{urlencode({'ui': language, 'next': '/status'})}")


def take(opened: webdriver.Chrome, path: Path, width: int) -> None:
    """Write the picture of the page that is open, as high as it is but no higher than a screen."""
    # Two frames, so that the chart of the scripts is painted.
    opened.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    high = opened.execute_script(
        "scrollTo(0, 0); return document.body.getBoundingClientRect().bottom"
    )
    clip = {
        "x": 0,
        "y": 0,
        "width": width,
        "height": max(LEAST, min(HEIGHT, int(high))),
        "scale": 1,
    }
    shot = opened.execute_cdp_cmd(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip}
    )
    path.write_bytes(base64.b64decode(shot["data"]))
    sys.stdout.write(f"{path}\n")


def main() -> None:
    """Write a picture of every page, or of those that are named, in every look."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    names = sys.argv[1:] or list(PAGES)
    with demo() as home, browser() as opened:
        for ending, (width, colours, language) in LOOKS.items():
            look(opened, home, width, colours, language)
            for name in names:
                PAGES[name](opened, home)
                take(opened, IMAGES / f"{name}-{ending}.webp", width)


if __name__ == "__main__":
    main()
