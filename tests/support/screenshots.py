"""Takes the pictures of the documents: the demo newsroom in a headless Chromium.

`python -m tests.support.screenshots` writes docs/images; it needs chromium and chromedriver.
"""

import base64
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from selenium import webdriver
from selenium.webdriver.common.by import By

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
QUERY = urlencode({"q": "Syrie OR Liban OR سوريا OR لبنان", "by": "source"})
PAGES = {
    "search": f"/?{QUERY}",
    "article": "",
    "sources": "/sources",
    "source": "/sources/echo",
    "status": "/status",
}
"""File name → the page that it shows; the article is the first that the search finds."""

WIDTH, HEIGHT = 1280, 860
LOOKS = {
    "light": (WIDTH, HEIGHT, "light", "en"),
    "dark": (WIDTH, HEIGHT, "dark", "en"),
    "phone": (360, 740, "light", "fr"),
    "arabic": (WIDTH, HEIGHT, "light", "ar"),
}
"""The end of the file's name → width, height, colours and language."""
QUALITY = 70
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


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo newsroom that has been crawled."""
    command = [sys.executable, "-m", "veille", "demo", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        told = (re.search(r"answers on (http://[^\s]+)", line) for line in process.stdout)
        address = next((found[1] for found in told if found), None)
        if address is None:
            raise SystemExit("`veille demo` ended before it answered: run it by itself to see why.")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """A headless Chromium of the pictures' size."""
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in programs:
        raise SystemExit("This needs chromium and chromedriver: install them (on Debian: chromium, chromium-driver).")
    options.binary_location = str(programs[0])
    # Named, because selenium otherwise looks for drivers on the network.
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(programs[1])))
    try:
        yield opened
    finally:
        opened.quit()


def take(opened: webdriver.Chrome, address: str, path: Path, look: tuple[int, int, str, str]) -> None:
    """Write the picture of an address as it looks so."""
    width, height, colours, language = look
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": colours}]}
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    opened.get(f"{address}{'&' if '?' in address else '?'}ui={language}")
    # Two frames, so that the chart of the scripts is painted.
    opened.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    shot = opened.execute_cdp_cmd("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(shot["data"]))
    sys.stdout.write(f"{path}\n")


def main() -> None:
    """Write a picture of every page in every look."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as address, browser() as opened:
        opened.get(address + PAGES["search"])
        first = opened.find_element(By.CSS_SELECTOR, ".hit h2 a").get_attribute("href")
        for name, view in PAGES.items():
            for ending, look in LOOKS.items():
                take(opened, address + view if view else str(first), IMAGES / f"{name}-{ending}.webp", look)


if __name__ == "__main__":
    main()
