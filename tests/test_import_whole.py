"""`veille import` and a crawl of the same pages give the same articles, and an import that is killed
again and again ends as one that nobody disturbed.
"""

import contextlib
import json
import lzma
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.sources import Source, as_toml
from crawler.store import Store
from tests.support.captured import Record, story, warc
from tests.support.replay import ROOT, environment, exported, replaying, veille, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.shared, pytest.mark.timeout(1200)]

KILLS = 20
STORIES = 120
SOURCES = [
    Source(id=name, name=name.title(), home=f"https://{name}.example/", language="en")
    for name in ("plain", "hill")
]


def records() -> Iterator[Record]:
    """Stories of two sources, each captured twice, the second time with another sentence."""
    for number in range(STORIES):
        source = SOURCES[number % 2]
        url = f"{source.home}news/council-{number}"
        for day, extra in (
            (3, ""),
            (5, f"<p>The mayor of ward {number} adds a word on streets.</p>"),
        ):
            yield Record(url, story(number, extra), f"2026-11-{day:02}T{number % 24:02}:00:00Z")


def environment_of(folder: Path) -> dict[str, str]:
    """The environment of commands that work in a folder."""
    folder.mkdir()
    sources = "\n".join(map(as_toml, SOURCES))
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    return kept | {
        "VEILLE_DATA": str(folder / "data"),
        "VEILLE_SOURCES": str(folder / "sources.toml"),
        "VEILLE_WORKERS": "1",
    }


def held(folder: Path) -> dict[str, Any]:
    """The articles of a folder's store by id."""
    store = Store(f"sqlite:///{folder / 'data' / 'veille.sqlite'}")
    documents = dict(store.pages.each())
    store.close()
    return documents


def written(environment: dict[str, str]) -> int:
    """What changes when the store is written to: the time of its write-ahead log."""
    log = Path(environment["VEILLE_DATA"]) / "veille.sqlite-wal"
    return log.stat().st_mtime_ns if log.exists() else 0


def kill_at_work(command: list[str], environment: dict[str, str], chance: random.Random) -> None:
    """Run a command, and kill it a moment after it has begun to write, unless it ends before."""
    before = written(environment)
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: written(environment) != before or process.poll() is not None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.1, 1.5))
        process.send_signal(signal.SIGKILL)


def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    path.write_bytes(warc(records()))
    undisturbed = environment_of(tmp_path / "undisturbed")
    whole = json.loads(veille(undisturbed, "import", "--json", str(path)).stdout)
    assert (whole["new"], whole["changed"]) == (STORIES, STORIES)

    disturbed = environment_of(tmp_path / "disturbed")
    chance = random.Random(1)
    command = [sys.executable, str(ROOT / "veille.py"), "import", str(path)]
    for _ in range(KILLS):
        kill_at_work(command, disturbed, chance)
    veille(disturbed, "import", str(path))

    expected = held(tmp_path / "undisturbed")
    assert held(tmp_path / "disturbed") == expected
    rows = veille(disturbed, "export").stdout.splitlines()
    assert sorted(json.loads(row)["id"] for row in rows) == sorted(expected)
    again = json.loads(veille(disturbed, "import", "--json", str(path)).stdout)
    assert again["known"] == 2 * STORIES


@pytest.mark.parametrize("pages", [60, 2000])
def test_imported_equals_crawled(
    pages: int, tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.replay.PATIENCE", 900.0)
    capture = tmp_path / "capture"
    capture.mkdir()
    folder = shared / "replay" / "orange"
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    chosen = {row["id"]: row for row in rows[:: len(rows) // pages]}
    with lzma.open(folder / "pages.jsonl.xz", "rt", encoding="utf-8") as lines:
        bodies = {row["id"]: row["html"] for row in map(json.loads, lines) if row["id"] in chosen}
    truth = "".join(json.dumps(row) + "\n" for row in chosen.values())
    (capture / "truth.jsonl").write_text(truth, encoding="utf-8")
    packed = "".join(json.dumps({"id": id_, "html": html}) + "\n" for id_, html in bodies.items())
    (capture / "pages.jsonl.xz").write_bytes(lzma.compress(packed.encode()))
    path = tmp_path / "news.warc.gz"
    path.write_bytes(warc(_captures(chosen, bodies)))
    options = ("--kind", "sitemap")
    with replaying(shared, tmp_path / "replay", *options, capture=str(capture)) as replay:
        crawled = environment(replay, tmp_path / "crawled", delay=0.0)
        veille(crawled, "crawl", "--since", "2000-01-01")
        imported = environment(replay, tmp_path / "imported")
        veille(imported, "import", str(path))
        assert exported(imported) == exported(crawled)


def _captures(rows: dict[str, Any], bodies: dict[str, str]) -> Iterator[Record]:
    """The pages as they were captured, one every few seconds, from the addresses of the replay."""
    at = datetime(2021, 1, 1, tzinfo=UTC)
    for name, row in rows.items():
        at += timedelta(seconds=7)
        url = row["url"].replace("https://", "http://")
        yield Record(url, bodies[name].encode(), at.isoformat().replace("+00:00", "Z"))
