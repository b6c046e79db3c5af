"""`veille up`: everything on one machine, until it is told to stop."""

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from crawler import demo
from tests.support.clock import machine_now
from tests.support.newsroom import watching
from tests.support.replay import counts, start, veille, wait_for
from tests.support.unprivileged import free_port

pytestmark = pytest.mark.timeout(600)


def _environment(sites: demo.Newsroom, folder: Path) -> dict[str, str]:
    env = watching(sites, folder)
    often = demo.sources(sites.base_urls).replace("\nname =", '\nevery = "10s"\nname =')
    (folder / "sources.toml").write_text(often, encoding="utf-8")
    return env


def _total(port: int, query: str = "") -> int:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/api/v1/search?q={query}&limit=1&facets="
        ) as answer:
            return int(json.load(answer)["total"])
    except OSError:
        return 0


def test_up_watches_serves_and_stops_cleanly(sites: demo.Newsroom, tmp_path: Path) -> None:
    env, port, output = _environment(sites, tmp_path), free_port(), tmp_path / "up.log"
    env["VEILLE_LOG"] = "json"
    up = start(env, "up", "--port", str(port), output=output)
    try:
        wait_for(lambda: _total(port) >= 40 or up.poll() is not None)

        second = veille(env, "up", "--port", str(free_port()), check=False)
        assert second.returncode == 1
        assert "VEILLE_DATA" in second.stderr
        assert "Traceback" not in second.stderr

        url = next(iter(sites.article_urls("calder")))
        sites.edit(url, "insurers", "zeppelins", machine_now())
        beside = counts(env)
        assert beside["failed"] == 0
        assert _total(port) >= 40
        for probe in ("livez", "readyz"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{probe}") as answer:
                assert json.load(answer)["status"] == "ok"

        runs = json.loads(veille(env, "schedule", "--list", "--json").stdout)
        assert {run["source"] for run in runs} == {"echo", "calder", "nawras", "phare"}
    finally:
        up.send_signal(signal.SIGTERM)
        code = up.wait(timeout=120)
    assert code == 0
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "error" in line] == []
    crawls = [line for line in lines if line.get("event") == "crawl"]
    assert {crawl["source"] for crawl in crawls} == {"echo", "calder", "nawras", "phare"}
    assert sum(crawl["new"] for crawl in crawls) >= 40
    assert all(crawl["visits"] >= 1 and crawl["seconds"] >= 0 for crawl in crawls)
    assert json.loads(veille(env, "doctor", "--json", check=False).stdout)["waiting"] == 0
