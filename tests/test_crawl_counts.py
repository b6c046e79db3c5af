"""What `veille crawl` counts is whole, however late the relay's thread has its turn."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler import demo
from tests.support.clock import machine_now
from tests.support.newsroom import watching
from tests.support.replay import ROOT

LATE = """
import threading
from search.commands.crawl import RelayThread
drained = threading.Event()
count, drain, relay = RelayThread._count, RelayThread.drain, RelayThread._relay

async def drain_and_tell(self, seconds):
    try:
        return await drain(self, seconds)
    finally:
        drained.set()

def count_late(self, counts):
    drained.wait(30)
    count(self, counts)

def relay_in_one_batch(self):
    self._over.wait()
    relay(self)

RelayThread.drain, RelayThread._count = drain_and_tell, count_late
RelayThread._relay = relay_in_one_batch
import veille
veille.main()
"""


@pytest.mark.slow
def test_a_count_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    with demo.serve(machine_now()) as sites:
        env = watching(sites, tmp_path, delay=0.0)
        ended = subprocess.run(
            [sys.executable, "-c", LATE, "crawl", "calder", "--json"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    assert ended.returncode == 0, ended.stderr
    counts = json.loads(ended.stdout)
    assert counts["new"] > 0
    assert counts["indexed"] == counts["new"] + counts["changed"]
