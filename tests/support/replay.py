"""The captured sites of the reference data, replayed on loopback as a proxy, and Veille's commands
run against them.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON_PATH = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
"""PYTHONPATH for a process in another folder: this checkout, and what is in force already."""
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Replay:
    """A running replay: its address, the sources file that it wrote, and its log of requests."""

    proxy: str
    sources: Path
    log: Path
    schedule: Path

    def requests(self) -> list[dict[str, Any]]:
        """Every request that was answered: time, host, path, status, agent."""
        written = self.log.read_text(encoding="utf-8")
        # The replay may be in the middle of its last line.
        whole_lines = written[: written.rfind("\n") + 1].splitlines()
        return [json.loads(line) for line in whole_lines]


@contextlib.contextmanager
def replaying(
    shared: Path, folder: Path, *options: str, capture: str = "pages"
) -> Iterator[Replay]:
    """Serve the captured pages with these options until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    sources, log, schedule = (
        folder / "sources.toml",
        folder / "requests.jsonl",
        folder / "schedule.jsonl",
    )
    command = [
        sys.executable,
        str(shared / "replay" / "serve"),
        str(shared / "replay" / capture),
        "--port",
        "0",
    ]
    command += ["--sources", str(sources), "--log", str(log), "--schedule", str(schedule), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found, "the replay did not start"
            yield Replay(found[0], sources, log, schedule)
        finally:
            process.terminate()


def environment(
    replay: Replay, data: Path, index: str = "embedded", delay: float = 0.1
) -> dict[str, str]:
    """The environment of a command whose only network is the replay."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    return {
        **kept,
        "http_proxy": replay.proxy,
        "https_proxy": replay.proxy,
        "no_proxy": "127.0.0.1,localhost",
        "VEILLE_SOURCES": str(replay.sources),
        "VEILLE_DATA": str(data),
        "VEILLE_INDEX": index,
        "VEILLE_DOWNLOAD_DELAY": str(delay),
    }


def veille(
    env: dict[str, str], *arguments: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, str(ROOT / "veille.py"), *arguments]
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=ROOT
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def counts(env: dict[str, str], *arguments: str) -> dict[str, int]:
    """What `veille crawl --json` counted."""
    answer: dict[str, int] = json.loads(veille(env, "crawl", "--json", *arguments).stdout)
    return answer


def total(env: dict[str, str], query: str = "") -> int:
    """How many articles a query matches."""
    return int(json.loads(veille(env, "search", query, "--limit", "1", "--json").stdout)["total"])


def exported(env: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Every article of the index by id, without the moments that differ from run to run."""
    rows = [json.loads(line) for line in veille(env, "export").stdout.splitlines()]
    for row in rows:
        for name in ("added", "first_seen", "indexed_at"):
            row.pop(name)
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


def start(env: dict[str, str], *arguments: str, output: Path) -> subprocess.Popen[bytes]:
    """Begin a command that is ended by the test."""
    with output.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "veille.py"), *arguments],
            env=env,
            stdout=out,
            stderr=out,
            cwd=ROOT,
        )


def wait_for(condition: Any, seconds: float = PATIENCE) -> Any:
    """Ask until the answer is true, and give it; fails after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {condition}")
