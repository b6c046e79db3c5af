"""What a hostile source, or one that is rendered, costs the others: how soon their articles are kept,
with it beside them and without.

    python -m benchmarks.beside [--sources 12] [--pages 20] [--delay 0.5] [--rounds 3] [--beside hostile]

Crawls so many sources with so many pages each, all at one time; in every second crawl one more
source lists the odd and endless pages of VEILLE_SHARED/hostile/generated/html, answers that trickle
and never end, and one of 2 MiB of headers; or, with `--beside scripted`, articles that only scripts
render. Prints, as JSON, the 95th percentile of the seconds from
a page's request to its article in the store and of those from the first request to the article,
with and without, as medians of the rounds; and what became of the pages of the other source.
"""

import argparse
import gzip
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from tests.support.hostile import (
    ROOT,
    Answer,
    Site,
    documents,
    feed_of,
    outcomes,
    page_of,
    serving,
    settings_of,
)
from tests.support.scripted import path_of, scripted

ENDLESS_SECONDS = 120.0
SCRIPTED = 20
"""Articles of the source that is rendered."""


def main() -> None:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sources", type=int, default=12)
    options.add_argument("--pages", type=int, default=20)
    options.add_argument(
        "--delay", type=float, default=0.5, help="seconds between two requests to a host"
    )
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--beside", choices=["hostile", "scripted"], default="hostile")
    chosen = options.parse_args()
    rounds = [
        (_crawl(chosen, beside=False), _crawl(chosen, beside=True)) for _ in range(chosen.rounds)
    ]
    figures: dict[str, object] = {
        "articles": [(alone["kept"], beside["kept"]) for alone, beside in rounds]
    }
    for name in ("from_request", "from_start"):
        without, within = (median(float(one[pick][name]) for one in rounds) for pick in (0, 1))
        figures[name] = {"without": without, "with": within, "ratio": round(within / without, 3)}
    figures[chosen.beside] = rounds[-1][1]["beside"]
    sys.stdout.write(json.dumps(figures) + "\n")


def _crawl(chosen: argparse.Namespace, *, beside: bool) -> dict[str, Any]:
    with ExitStack() as stack, TemporaryDirectory() as folder:
        sites = [_good(stack, number, chosen.pages) for number in range(chosen.sources)]
        make = _hostile if chosen.beside == "hostile" else _scripted
        odd = [make(stack)] if beside else []
        env = settings_of(sites[0], Path(folder), [*sites, *odd]) | {
            "VEILLE_DOWNLOAD_DELAY": str(chosen.delay)
        }
        env["VEILLE_WORKERS"] = str(os.cpu_count())
        _name(Path(env["VEILLE_SOURCES"]), [*sites, *odd], render=chosen.beside == "scripted")
        begun = time.time(), time.monotonic()
        command = [sys.executable, str(ROOT / "veille.py"), "crawl", "--json"]
        subprocess.run(command, env=env, cwd=ROOT, capture_output=True, check=False, timeout=600)
        rows = [row for row in documents(Path(folder)) if _on(sites, row["url"])]
        pages = outcomes(Path(folder))
        found = Counter(
            f"{state} {reason or ''}".strip()
            for url, (state, reason) in pages.items()
            if _on(odd, url)
        )
    return {**_waits(rows, sites, begun), "kept": len(rows), "beside": dict(found)}


def _waits(
    rows: Sequence[Mapping[str, str]], sites: Sequence[Site], begun: tuple[float, float]
) -> dict[str, Any]:
    """The 95th percentiles in seconds, from a page's request and from the first of all."""
    asked = {
        (site.port, path): moment - begun[1]
        for site in sites
        for (path, _), moment in zip(site.asked, site.moments, strict=True)
    }
    first = min(asked.values())
    kept = {
        row["url"]: datetime.fromisoformat(row["first_seen"]).timestamp() - begun[0] for row in rows
    }
    waits = [at - asked[_port(url), urlsplit(url).path] for url, at in kept.items()]
    return {
        "from_request": round(quantiles(waits, n=20)[-1], 3),
        "from_start": round(quantiles([at - first for at in kept.values()], n=20)[-1], 2),
    }


def _good(stack: ExitStack, number: int, pages: int) -> Site:
    names = [f"Article {page} of site {number}" for page in range(pages)]
    answers = {"/robots.txt": Answer(status=404)}
    answers |= {f"/{page}": Answer(page_of(name)) for page, name in enumerate(names)}
    site = stack.enter_context(serving(answers))
    answers["/feed.xml"] = feed_of(site, [f"/{page}" for page in range(pages)])
    return site


def _hostile(stack: ExitStack) -> Site:
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared")).resolve()
    files = sorted((shared / "hostile" / "generated" / "html").iterdir())
    answers = {
        "/robots.txt": Answer(status=404),
        "/slow": Answer(raw=_slow),
        "/endless": Answer(raw=_endless),
    }
    answers["/headers"] = Answer(headers=[("X-Long", "x" * 1_000)] * 2_048)
    for file in files:
        body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        answers[f"/{file.name}"] = Answer(body, headers=[("Content-Type", "text/html")])
    paths = [path for path in answers if path != "/robots.txt"]
    site = stack.enter_context(serving(answers))
    answers["/feed.xml"] = feed_of(site, paths)
    return site


def _scripted(stack: ExitStack) -> Site:
    answers = scripted(range(SCRIPTED))
    site = stack.enter_context(serving(answers))
    answers["/feed.xml"] = feed_of(site, [path_of(number) for number in range(SCRIPTED)])
    return site


def _slow(connection: socket.socket) -> None:
    """One byte a second, as long as somebody listens."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    end = time.monotonic() + ENDLESS_SECONDS
    with suppress(OSError):
        while time.monotonic() < end:
            connection.sendall(b"a")
            time.sleep(1)


def _endless(connection: socket.socket) -> None:
    """Bytes without end, as fast as they are taken, for as long as somebody listens."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    end = time.monotonic() + ENDLESS_SECONDS
    with suppress(OSError):
        while time.monotonic() < end:
            connection.sendall(b"<p>" + b"a" * 65_536)


def _name(sources: Path, sites: Sequence[Site], *, render: bool) -> None:
    more = "render = true\n" if render else ""
    tables = (
        f'[[source]]\nid = "s{site.port}"\nname = "S"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n{more}'
        for site in sites
    )
    sources.write_text("".join(tables), encoding="utf-8")


def _port(url: str) -> int:
    return urlsplit(url).port or 0


def _on(sites: Sequence[Site], url: str) -> bool:
    return _port(url) in {site.port for site in sites}


if __name__ == "__main__":
    main()
