"""Scrapy as a user runs it, on the demo newsroom, in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import demo
from crawler.demo import Newsroom
from crawler.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 240


@dataclass(frozen=True)
class Ended:
    """What a command came to; `rows` are the items of its -O file."""

    code: int
    out: str
    err: str
    rows: list[dict[str, Any]]


class CrawlFolder:
    """A data folder and a sources file in `folder`, for the sites of a newsroom."""

    def __init__(self, folder: Path, room: Newsroom) -> None:
        self.folder, self.room = folder, room
        (folder / "sources.toml").write_text(demo.sources(room.base_urls), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
        self.environment = {
            **kept,
            "VEILLE_ALLOW_HOSTS": ",".join(room.hosts),
            "VEILLE_DATA": str(folder / "data"),
            "VEILLE_SOURCES": str(folder / "sources.toml"),
            "VEILLE_DOWNLOAD_DELAY": "0.02",
            "VEILLE_WORKERS": "1",
        }
        self._files = 0

    def scrapy(self, *commands: Sequence[str]) -> list[Ended]:
        """Run the commands at the same time; `crawl` gets an -O file."""
        begun = [self._begin(command) for command in commands]
        return [self._end(process, file) for process, file in begun]

    def store(self) -> Store:
        """The store that the crawls wrote to."""
        return Store(f"sqlite:///{self.folder / 'data' / 'veille.sqlite'}")

    def asked(self, site: str) -> list[str]:
        """The paths that a site was asked for, in order."""
        return [request.path for request in self.room.requests if request.site == site]

    def _begin(self, command: Sequence[str]) -> tuple["subprocess.Popen[str]", Path]:
        self._files += 1
        file = self.folder / f"{self._files}.jsonl"
        output = ["-O", str(file)] if command[0] == "crawl" else []
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", *command, *output],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return process, file

    def _end(self, process: "subprocess.Popen[str]", file: Path) -> Ended:
        out, err = process.communicate(timeout=LONGEST)
        rows = (
            [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            if file.exists()
            else []
        )
        return Ended(process.returncode, out, err, rows)
