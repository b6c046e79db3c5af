"""Takes the pictures of the mails that alerts send: `python -m tests.support.mail_pictures
[FOLDER]`.

The demo newsroom's articles become searchable, alerts send their mails to a mailbox on loopback,
and a headless Chromium shows their HTML, light, dark and on a phone. Without a folder, those of the
documents go to docs/images.
"""

import base64
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from selenium import webdriver

from crawler.demo.article_files import DemoArticle, load
from crawler.store import Store
from indexer.backends import open_backend
from tests.support.alerting import AlertSetup
from tests.support.receivers import Hook, mailbox
from tests.support.screenshots import IMAGES, QUALITY, browser

SITES = {
    "calder": ("The Calder Dispatch", "en"),
    "echo": ("L'Écho de l'Oronte", "fr"),
    "nawras": ("بوابة النورس", "ar"),
}
QUERY = "harbour OR grue OR السويس OR Odesa"
NAMES = {"en": "Ports", "fr": "Ports et navires", "ar": "الموانئ"}
LOOKS = {"": (760, "light"), "-dark": (760, "dark"), "-phone": (360, "light")}
HIGHEST = 1_200
SHOWN = ("en", "fr-phone", "ar")
"""The pictures of the documents: an alert's language, or its kind, and how it looks."""


def main() -> None:
    """Send the mails, and take their pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as scratch, browser() as opened:
        for name, mail in mails(Path(scratch)):
            page = Path(scratch) / "mail.html"
            page.write_text(list(mail.iter_parts())[1].get_content(), encoding="utf-8")
            for ending, look in LOOKS.items():
                if folder or name + ending in SHOWN:
                    take(
                        opened, page, (folder or IMAGES) / f"alert-mail-{name}{ending}.webp", *look
                    )


def mails(folder: Path) -> Iterator[tuple[str, EmailMessage]]:
    """A mail in each language, and one of a volume alert."""
    backend = open_backend("embedded", folder, writer=True)
    backend.setup()
    with mailbox() as box:
        store = Store(f"sqlite:///{folder}/veille.sqlite")
        context = AlertSetup(store, backend, box, Hook(), watched_for=timedelta(days=20))
        for name in NAMES.values():
            context.alert(context.save(QUERY, name=name), language=_language(name), timing="hourly")
        publish(context)
        context.tick(timedelta(hours=1))
        yield from ((str(mail["content-language"]), mail) for mail in box.mails)
        context.alert(
            context.save(QUERY, name=NAMES["fr"]),
            language="fr",
            kind="volume",
            timing="day",
            floor=3,
        )
        for again in ("b", "c", "d"):
            publish(context, again)
        watch(context, timedelta(hours=15))
        context.tick()
        yield "volume", next(mail for mail in box.mails if "au lieu de" in str(mail["subject"]))
        store.close()
    backend.close()


def publish(context: AlertSetup, again: str = "") -> None:
    """Let all articles of the newsroom be found; `again`, as others that are published now."""
    zone = timezone(timedelta(hours=1))
    watch(context, timedelta())
    for site, (name, language) in SITES.items():
        for piece in load(site, context.now.astimezone(zone)):
            now = replace(piece, published=context.now) if again else piece
            context.found(
                f"{site}{piece.number}{again}", text(piece), site, **fields(now, name, language)
            )


def watch(context: AlertSetup, later: timedelta) -> None:
    """Visit all sites a while later, and find that nothing was missed since."""
    context.now += later
    for site in SITES:
        context.visit(site, context.now, "same")


def text(piece: DemoArticle) -> str:
    """The text of an article, its standfirst first."""
    return "\n\n".join(
        [piece.lead, *(block.text for block in piece.blocks if block.kind != "read_also")]
    )


def fields(piece: DemoArticle, name: str, language: str) -> dict[str, Any]:
    """The fields of an article."""
    dates = dict.fromkeys(("published", "published_earliest", "published_latest"), piece.published)
    said = {"title": piece.title, "lead": piece.lead, "language": language, "source_name": name}
    return {**said, **dates, "published_precision": "minute"}


def take(opened: webdriver.Chrome, page: Path, path: Path, width: int, colours: str) -> None:
    """Write the picture of a page as it looks so, or of its beginning."""
    size = {"width": width, "height": 600, "deviceScaleFactor": 1, "mobile": width < 600}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": colours}]}
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    opened.get(page.as_uri())
    high = opened.execute_script("return document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(high, HIGHEST), "scale": 1}
    options = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    path.write_bytes(
        base64.b64decode(opened.execute_cdp_cmd("Page.captureScreenshot", options)["data"])
    )
    sys.stdout.write(f"{path}\n")


def _language(name: str) -> str:
    return next(language for language, one in NAMES.items() if one == name)


if __name__ == "__main__":
    main()
