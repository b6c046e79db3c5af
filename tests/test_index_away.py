"""An index that goes away in the middle of a crawl delays, and loses nothing."""

from pathlib import Path

import pytest

from tests.support import elasticsearch
from tests.support.replay import counts, environment, exported, replaying, start, total, veille, wait_for

pytestmark = [pytest.mark.shared, pytest.mark.elasticsearch, pytest.mark.timeout(900)]


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
