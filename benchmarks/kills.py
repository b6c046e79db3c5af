"""kill -9 at random during crawl, relay and index: what is lost, what is doubled, and how soon the
work goes on.

    python -m benchmarks.kills [--kills 200] [--index embedded|URL] [--seed 1] [--delay 0.02]

Crawls the captured sites of VEILLE_SHARED into an empty folder and kills the crawl, or the relay
that brings the rest of its work to the index, after a random time; begins again, until the crawl
ends by itself. Then the index is compared with that of a crawl that nobody disturbed, and the next
folder begins, until there were so many kills. URL is an Elasticsearch without security, such as
http://127.0.0.1:9200; the indices are deleted at the end. Prints, as JSON, the kills by what was
killed, articles lost, doubled and changed, and the seconds from the start after a kill until a
request, a commit or the end of the work showed that it goes on.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
import urllib.request
import uuid
from collections import Counter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.support.replay import Replay, environment, replaying, start, veille

LONGEST = 12.0
"""Seconds after which a process is killed at the latest: its start is among them."""
RELAYS = 0.3
"""How often a relay of its own is killed after a crawl was."""

Articles = dict[str, list[dict[str, object]]]


class Kills:
    """One run: the kills so far, and how long each return to work took."""

    def __init__(self, replay: Replay, folder: Path, seed: int, delay: float) -> None:
        self.replay, self.folder, self.delay = replay, folder, delay
        self.chance = random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.returns: list[float] = []

    def world(self, name: str, index: str, most: int) -> Articles:
        """Crawl into an empty folder under at most so many kills; what the index holds in the end."""
        env = environment(self.replay, self.folder / name, index, self.delay)
        while sum(self.killed.values()) < most and not self._ended(env, ["crawl"]):
            if sum(self.killed.values()) < most and self.chance.random() < RELAYS:
                self._ended(env, ["relay", "--once"])
        veille(env, "crawl", "--json")
        veille(env, "relay", "--once")
        return exported(env)

    def _ended(self, env: dict[str, str], command: list[str]) -> bool:
        """Run a command and kill it after a random time, unless it ends before."""
        before, begun, back = self._signs(env), time.monotonic(), None
        process = start(env, *command, output=self.folder / "out.log")
        kill_at = begun + self.chance.uniform(0.2, LONGEST)
        while process.poll() is None and time.monotonic() < kill_at:
            if back is None and self._signs(env) != before:
                back = time.monotonic() - begun
            time.sleep(0.02)
        if self.killed and (back is not None or process.poll() is not None):
            # Some are killed before they are at work: those tell nothing of how soon they would
            # have been.
            self.returns.append(back if back is not None else time.monotonic() - begun)
        if process.poll() is not None:
            return process.returncode == 0
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.killed[command[0]] += 1
        return False

    def _signs(self, env: dict[str, str]) -> tuple[int, ...]:
        """What changes while there is progress: the log of requests and the store's write-ahead log."""
        files = (self.replay.log, Path(env["VEILLE_DATA"]) / "veille.sqlite-wal")
        return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


def exported(env: dict[str, str]) -> Articles:
    """Every article of the index by id, as often as it is there, without the moments that differ
    from run to run.
    """
    found: Articles = {}
    for line in veille(env, "export").stdout.splitlines():
        row = {name: value for name, value in json.loads(line).items() if name not in _MOMENTS}
        found.setdefault(str(row["id"]), []).append(row)
    return found


_MOMENTS = ("indexed_at", "first_seen", "watched")


def main() -> None:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--index", default="embedded")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--delay", type=float, default=0.02, help="seconds between two requests to a host"
    )
    chosen = options.parse_args()
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared")).resolve()
    wrong: Counter[str] = Counter()
    worlds = 0
    with TemporaryDirectory() as folder, replaying(shared, Path(folder)) as replay:
        kills = Kills(replay, Path(folder), chosen.seed, chosen.delay)
        expected = kills.world("undisturbed", "embedded", 0)
        while sum(kills.killed.values()) < chosen.kills:
            worlds += 1
            index = (
                chosen.index
                if chosen.index == "embedded"
                else f"{chosen.index}/kills-{uuid.uuid4().hex}"
            )
            found = kills.world(f"world-{worlds}", index, chosen.kills)
            wrong.update(compared(expected, found))
            _forget(index)
            sys.stderr.write(
                f"{sum(kills.killed.values())} kills, {worlds} worlds, {dict(wrong)}\n"
            )
    back = kills.returns
    figures = {"kills": dict(kills.killed), "worlds": worlds, "articles": len(expected), **wrong}
    figures |= (
        {"back_median": round(median(back), 1), "back_longest": round(max(back), 1)} if back else {}
    )
    sys.stdout.write(json.dumps(figures) + "\n")


def compared(expected: Articles, found: Articles) -> dict[str, int]:
    """How many articles are lost, doubled, beyond what is expected, and other than expected."""
    return {
        "lost": len(expected.keys() - found.keys()),
        "doubled": sum(len(rows) - 1 for rows in found.values()),
        "beyond": len(found.keys() - expected.keys()),
        "changed": sum(found[one][0] != expected[one][0] for one in expected.keys() & found.keys()),
    }


def _forget(index: str) -> None:
    if index != "embedded":
        urllib.request.urlopen(urllib.request.Request(f"{index}-000001", method="DELETE")).close()


if __name__ == "__main__":
    main()
