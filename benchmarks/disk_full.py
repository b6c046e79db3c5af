"""A disk that is full for a while under `veille up`: `python -m benchmarks.disk_full [--rounds N]
[--seconds N]`.

The data folder stands on a small disk of its own (tmpfs, in a mount namespace, which Linux gives
without rights). The demo newsroom is watched; when some of it is searchable, another program takes
every byte that is free, for some seconds, and then gives them back: half of the rounds with the
guard that pauses fetching beforehand, half with a reserve of 0, so that store, archive and index
meet the full disk themselves. Told is what is lost or doubled against a crawl in peace, whether the
page went on answering, and the warnings.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from crawler import demo
from tests.support.replay import Replay, environment, exported, start, veille, wait_for

SIZE = "48m"
MOST_SAID = 8
_INSIDE = "VEILLE_BENCHMARK_INSIDE"


def main() -> None:
    """Crawl in peace, then in rounds with a full disk; print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=8)
    options.add_argument("--seconds", type=float, default=15.0, help="how long the disk is full")
    chosen = options.parse_args()
    if _INSIDE not in os.environ:
        command = [
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            sys.executable,
            "-m",
            "benchmarks.disk_full",
        ]
        os.execvpe("unshare", [*command, *sys.argv[1:]], {**os.environ, _INSIDE: "yes"})
    chance, total = random.Random(3), Counter[str]()
    with demo.serve(datetime.now(UTC)) as sites, tempfile.TemporaryDirectory() as scratch:
        peace = settings(sites, Path(scratch), Path(scratch) / "peace", reserve=0)
        veille(peace, "crawl")
        wanted = set(exported(peace))
        for number in range(chosen.rounds):
            with disk(Path(scratch) / f"disk{number}") as data:
                env = settings(sites, Path(scratch), data / "data", reserve=8 if number % 2 else 0)
                total.update(filled(env, wanted, chance.randrange(len(wanted)), chosen.seconds))
    print(", ".join(f"{count} {name}" for name, count in total.items()))


def settings(sites: demo.Newsroom, folder: Path, data: Path, reserve: int) -> dict[str, str]:
    """The environment of a monitor that watches the newsroom."""
    sources = folder / "sources.toml"
    text = demo.sources(sites.base_urls).replace("\nname =", '\nevery = "10s"\nname =')
    sources.write_text(text, encoding="utf-8")
    env = environment(Replay("", sources, sources, sources), data, delay=0.05)
    env |= {"http_proxy": "", "https_proxy": "", "VEILLE_ALLOW_HOSTS": ",".join(sites.hosts)}
    return env | {"VEILLE_DISK_RESERVE": str(reserve)}


@contextmanager
def disk(at: Path) -> Iterator[Path]:
    """A small disk of its own."""
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def filled(env: dict[str, str], wanted: set[str], after: int, seconds: float) -> Counter[str]:
    """One round: watch, fill the disk, give it back, wait until all is searchable."""
    data = Path(env["VEILLE_DATA"]).parent
    output = data.with_suffix(".log")
    up = start(env, "up", "--port", "0", output=output)
    try:
        address = wait_for(
            lambda: re.search(r"answers on (\S+)", output.read_text(errors="replace"))
        )[1]
        wait_for(lambda: (held(address) or 0) >= after)
        ballast, before = data / "ballast", held(address)
        fill(ballast)
        dumb, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            dumb += held(address) is None
            fill(ballast)
            time.sleep(0.5)
        ballast.unlink()
        with suppress(AssertionError):
            wait_for(lambda: (held(address) or 0) >= len(wanted) or up.poll() is not None, 90)
    finally:
        alive = up.poll() is None
        up.send_signal(signal.SIGTERM)
        up.wait(timeout=120)
    said = re.findall(
        r"(?:WARNING|ERROR) (\S+: .*)|^(The log .*)", output.read_text(errors="replace"), re.M
    )
    print(f"reserve {env['VEILLE_DISK_RESERVE']} MB, full with {before} articles searchable:")
    for line, count in Counter("".join(one)[:150] for one in said).most_common(MOST_SAID):
        print(f"  {count} × {line}", flush=True)
    found = exported(env)
    counts = {"lost": len(wanted - set(found)), "doubled": len(set(found) - wanted)}
    return Counter({"rounds": 1, **counts, "ended": int(not alive), "unanswered": dumb})


def fill(ballast: Path) -> None:
    """Take every byte that is free."""
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)


def held(address: str) -> int | None:
    """How many articles are searchable; None where the page does not answer."""
    try:
        with urllib.request.urlopen(
            f"{address}/api/v1/search?limit=1&facets=", timeout=5
        ) as answer:
            return int(json.load(answer)["total"])
    except (OSError, urllib.error.URLError):
        return None


if __name__ == "__main__":
    main()
