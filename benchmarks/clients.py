"""Many readers beside a crawl: whether each is answered, how soon, and how much slower the crawl is.

    python -m benchmarks.clients [--clients 50] [--seconds 60] [--articles 60000] [--pause 1]
        [--hosts 50] [--capture orange|pages] [--data FOLDER]

Indexes the reference news of $VEILLE_SHARED/corpora (default ../shared), or takes the index of
FOLDER, of which it works on a copy. A crawl of the captured pages of a folder of $VEILLE_SHARED/replay,
named by sitemaps on so many hosts, brings its articles to that index: once alone, once beside
`veille serve` and its clients. Each client asks for a page of results and for the same from the
API, by turns, waits for the answer, rests for `--pause` seconds (0 to press as hard as it can) and
asks the next query of queries.toml. The clients stay as long as the crawl lasts, and at least so
many seconds. Prints, as JSON, the answers by status, the seconds of searches (median, p95, longest)
while the crawl ran, pages a second of both crawls, and whether they are as wanted: no 5xx and no
connection without an answer, p95 up to 1.5 s, and a crawl that keeps half of its speed. The exit
code is 1 where they are not. Wants a machine that does nothing else.
"""

import argparse
import http.client
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks.page import fill
from benchmarks.search import queries
from indexer.backends import open_backend
from tests.support.replay import environment, replaying, start

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared"))
LONGEST_WANTED = 1.5
"""Seconds within which 95 of a hundred searches are answered."""
SHARE_WANTED = 0.5
"""Of its speed alone, what a crawl keeps."""
PATIENCE = 30.0
"""Seconds after which a client gives up an answer."""


@dataclass(slots=True)
class Answers:
    """What the clients were answered: how many by status (or why not), and the seconds of those
    that were searches, with when they began.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    searches: list[tuple[float, float]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: str, begun: float, seconds: float) -> None:
        with self.lock:
            self.statuses[status] += 1
            if status == "200":
                self.searches.append((begun, seconds))


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--articles", type=int, default=60_000)
    options.add_argument("--pause", type=float, default=1.0)
    options.add_argument("--hosts", type=int, default=50)
    options.add_argument("--capture", default="orange")
    options.add_argument("--data", type=Path, help="a data folder whose index is taken")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = chosen.data or folder / "news"
        if chosen.data is None:
            fill(open_backend("embedded", held, writer=True), chosen.articles)
        spread = ("--spread", str(chosen.hosts), "--kind", "sitemap")
        with replaying(SHARED, folder / "replay", *spread, capture=chosen.capture) as replay:
            figures = {}
            for way in ("alone", "beside"):
                data = folder / way
                shutil.copytree(held / "index", data / "index")
                env = environment(replay, data, delay=0) | {"VEILLE_REQUESTS_A_MINUTE": "0"}
                if way == "alone":
                    figures[way] = crawled(env, folder / "alone.log")
                else:
                    figures[way] = beside(env, folder / "beside.log", chosen)
    return verdict(figures["alone"], figures["beside"])


def crawled(env: dict[str, str], output: Path) -> dict[str, Any]:
    """A crawl that nobody disturbs."""
    begun = time.monotonic()
    start(env, "crawl", "--json", output=output).wait()
    return {"fetched": fetched(output), "seconds": time.monotonic() - begun}


def fetched(output: Path) -> int:
    """How many pages a crawl fetched, by what it printed."""
    (row,) = [line for line in output.read_text().splitlines() if line.startswith("{")]
    return int(json.loads(row)["fetched"])


def beside(env: dict[str, str], output: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """A crawl beside clients."""
    answers, over = Answers(), threading.Event()
    with served(env) as port:
        threads = [
            threading.Thread(target=client, args=(port, number, chosen.pause, answers, over))
            for number in range(chosen.clients)
        ]
        for thread in threads:
            thread.start()
        begun = time.monotonic()
        crawl = start(env, "crawl", "--json", output=output)
        crawl.wait()
        ended = time.monotonic()
        time.sleep(max(0.0, begun + chosen.seconds - ended))
        over.set()
        for thread in threads:
            thread.join()
    during = sorted(seconds for at, seconds in answers.searches if begun <= at <= ended)
    return {
        "fetched": fetched(output),
        "seconds": ended - begun,
        "statuses": dict(answers.statuses),
        "searches": during,
    }


@contextmanager
def served(env: dict[str, str]) -> Iterator[int]:
    """The port of `veille serve`."""
    command = [sys.executable, str(ROOT / "veille.py"), "serve", "--port", "0"]
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+:(\d+)", process.stdout.readline())
            assert found, "the server did not start"
            yield int(found[1])
        finally:
            process.terminate()


def client(port: int, number: int, pause: float, answers: Answers, over: threading.Event) -> None:
    """One reader: asks, waits, rests."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    asked = queries()
    # Each begins at another query, so that they do not all ask the same at once.
    for query in itertools.islice(itertools.cycle(asked), number * 7 % len(asked), None):
        for path in ("/", "/api/v1/search"):
            if over.is_set():
                connection.close()
                return
            ask(connection, f"{path}?{urlencode({'q': query})}", answers)
            over.wait(pause)


def ask(connection: http.client.HTTPConnection, address: str, answers: Answers) -> None:
    begun = time.monotonic()
    try:
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        status = str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        status = type(error).__name__
    answers.note(status, begun, time.monotonic() - begun)


def verdict(alone: Mapping[str, Any], both: Mapping[str, Any]) -> int:
    """Print the figures, and say whether they are as wanted."""
    speeds = [row["fetched"] / row["seconds"] for row in (alone, both)]
    searches = both["searches"]
    p95 = quantiles(searches, n=20)[-1]
    failed = sum(
        count
        for status, count in both["statuses"].items()
        if not status.startswith(("2", "3", "4"))
    )
    wanted = {
        "no failures": failed == 0,
        "p95": p95 <= LONGEST_WANTED,
        "crawl": speeds[1] >= SHARE_WANTED * speeds[0],
    }
    figures = {
        "statuses": both["statuses"],
        "searches": len(searches),
        "median": round(median(searches), 3),
        "p95": round(p95, 3),
        "longest": round(searches[-1], 3),
        "pages_a_second_alone": round(speeds[0], 1),
        "pages_a_second_beside": round(speeds[1], 1),
        "share_of_speed": round(speeds[1] / speeds[0], 2),
        "as_wanted": wanted,
    }
    print(json.dumps(figures))
    return 0 if all(wanted.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
