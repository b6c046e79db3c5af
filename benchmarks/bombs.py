"""What compression bombs cost: each as a page, a feed, a sitemap and a robots.txt.

    python -m benchmarks.bombs

Serves the bombs of VEILLE_SHARED/hostile/generated on loopback, with their own Content-Encoding and
as plain files, and crawls each in a crawl of its own; the same crawl without it is the measure.
Prints, as JSON, how much more memory in MB the main process and the largest process that reads
pages took at their peaks, the longest time in seconds between two requests (a crawl without bombs
beside it), and whether the article beside them arrived.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.memory import children, kilobytes
from tests.support.hostile import (
    ROOT,
    Answer,
    Site,
    documents,
    feed_of,
    page_of,
    serving,
    settings_of,
)

CODINGS = {".gz": "gzip", ".br": "br", ".zst": "zstd", ".deflate": "deflate"}
LOOK_SECONDS = 0.05


@dataclass
class Peaks:
    """Peaks of memory in KB, of the main process and of the largest that it started; seconds
    between requests.
    """

    main: int = 0
    reader: int = 0
    articles: int = 0
    moments: list[float] = field(default_factory=list)


def main() -> None:
    """Run it and print the figures."""
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared")).resolve()
    bombs = sorted((shared / "hostile" / "generated" / "bombs").iterdir())
    plain = _crawl([])
    each = {bomb.name: _crawl([bomb]) for bomb in bombs}
    figures = {
        "bombs": len(bombs),
        "main_mb_more": {name: round((one.main - plain.main) / 1024) for name, one in each.items()},
        "reader_mb_more": {
            name: round((one.reader - plain.reader) / 1024) for name, one in each.items()
        },
        "longest_seconds": {name: round(max(one.moments), 1) for name, one in each.items()},
        "longest_without": round(max(plain.moments), 1),
        "article_beside_them": all(one.articles == 1 for one in (plain, *each.values())),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def _crawl(bombs: Sequence[Path]) -> Peaks:
    answers = {
        "/robots.txt": Answer(status=404),
        "/good": Answer(page_of("An article beside bombs")),
    }
    paths = []
    for bomb in bombs:
        body, coding = bomb.read_bytes(), [("Content-Encoding", CODINGS[bomb.suffix])]
        for kind in ("page", "feed", "sitemap"):
            answers[f"/{kind}/{bomb.name}"] = Answer(body, headers=coding)
            answers[f"/{kind}/plain/{bomb.name}"] = Answer(body)
        paths += [f"/page/{bomb.name}", f"/page/plain/{bomb.name}"]
    with ExitStack() as stack, TemporaryDirectory() as folder:
        others = [
            stack.enter_context(
                serving(
                    {
                        "/robots.txt": Answer(
                            bomb.read_bytes(), headers=[("Content-Encoding", CODINGS[bomb.suffix])]
                        )
                    }
                )
            )
            for bomb in bombs
        ]
        site = stack.enter_context(serving(answers))
        answers["/feed.xml"] = feed_of(
            site, [*paths, *(f"{other.base}/page" for other in others), "/good"]
        )
        env = settings_of(site, Path(folder), others)
        _name(Path(env["VEILLE_SOURCES"]), site, bombs)
        peaks = _watched(env, Path(folder))
        peaks.articles = len(documents(Path(folder)))
        times = [moment for one in (site, *others) for moment in one.moments]
        peaks.moments = [
            0.0,
            *(later - one for one, later in zip(sorted(times), sorted(times)[1:], strict=False)),
        ]
        return peaks


def _name(sources: Path, site: Site, bombs: Sequence[Path]) -> None:
    both = [prefix + bomb.name for bomb in bombs for prefix in ("", "plain/")]
    feeds = [f"{site.base}/feed.xml", *(f"{site.base}/feed/{name}" for name in both)]
    sitemaps = [f"{site.base}/sitemap/{name}" for name in both]
    named = (
        f'[[source]]\nid = "x"\nname = "X"\nhome = "{site.base}/"\nfeeds = {json.dumps(feeds)}\n'
    )
    sources.write_text(f"{named}sitemaps = {json.dumps(sitemaps)}\n", encoding="utf-8")


def _watched(env: dict[str, str], folder: Path) -> Peaks:
    command = [sys.executable, str(ROOT / "veille.py"), "crawl", "--json"]
    peaks = Peaks()
    with (folder / "log").open("wb") as log:
        crawl = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
        while crawl.poll() is None:
            peaks.main = max(peaks.main, kilobytes(crawl.pid, "VmHWM"))
            peaks.reader = max(
                [peaks.reader, *(kilobytes(child, "VmHWM") for child in children(crawl.pid))]
            )
            time.sleep(LOOK_SECONDS)
    return peaks


if __name__ == "__main__":
    main()
