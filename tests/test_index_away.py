"""An index that goes away in the middle of a crawl delays, and loses nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import elasticsearch
from tests.support.documents import ROOT
from tests.support.replay import (
    counts,
    environment,
    exported,
    replaying,
    start,
    total,
    veille,
    wait_for,
)

pytestmark = [pytest.mark.shared, pytest.mark.elasticsearch, pytest.mark.timeout(900)]


@pytest.mark.slow
def test_elasticsearch_stopped_in_the_middle_of_a_crawl(shared: Path, tmp_path: Path) -> None:
    with elasticsearch.running() as server, replaying(shared, tmp_path) as replay:
        env = environment(replay, tmp_path / "data", server.url, delay=0.05)
        output = tmp_path / "crawl.log"
        crawl = start(env, "crawl", "--json", output=output)
        wait_for(lambda: len(replay.requests()) > 400 or crawl.poll() is not None)
        server.stop()
        assert crawl.wait(timeout=600) == 0
        said = output.read_text(encoding="utf-8")
        assert "wait for the index" in said
        assert "Traceback" not in said

        server.start()
        veille(env, "relay", "--once")
        embedded = environment(replay, tmp_path / "embedded", delay=0.02)
        assert total(env) == counts(embedded)["indexed"] >= 243
        assert exported(env) == exported(embedded)


@pytest.mark.slow
def test_an_index_that_is_away_for_hours_is_told_of_once_and_misses_nothing(
    elasticsearch_url: str,
) -> None:
    command = [sys.executable, "-m", "benchmarks.away", "--hours", "3", "--an-hour", "5"]
    where = {**os.environ, "ELASTICSEARCH_URL": elasticsearch_url}
    ended = subprocess.run(
        command, cwd=ROOT, env=where, capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "index: 16 articles, 0 lost, 0 doubled, 0 of another wording" in ended.stdout
    assert "told: 16 articles, 0 missed, 0 twice" in ended.stdout
    said = [line.partition("log: ")[2] for line in ended.stderr.splitlines() if "log: " in line]
    assert len(said) == 3
    assert [
        one.endswith(("miss nothing.", "when it answers.", "for 3:00:01.", "for 3:00:00."))
        for one in said
    ] == [True] * 3
