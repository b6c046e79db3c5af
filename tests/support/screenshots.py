"""Takes the pictures of the documents: the demo newsroom in a headless Chromium.

`python -m tests.support.screenshots` writes docs/images; it needs chromium and chromedriver.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from selenium import webdriver

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
SHOTS = {"search": "/?" + urlencode({"q": "Syrie OR Liban OR سوريا OR لبنان", "ui": "en"})}
"""File name → the view that it shows."""

WIDTH, HEIGHT = 1280, 860
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
        opened.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False},
        )
        yield opened
    finally:
        opened.quit()


def main() -> None:
    """Write a picture of every view."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as address, browser() as opened:
        for name, view in SHOTS.items():
            opened.get(address + view)
            opened.save_screenshot(str(IMAGES / f"{name}.png"))
            sys.stdout.write(f"{IMAGES / name}.png\n")


if __name__ == "__main__":
    main()
