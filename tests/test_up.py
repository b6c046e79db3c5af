"""`veille up`: everything on one machine, until it is told to stop."""

import json
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import demo
from tests.support.clock import machine_now
from tests.support.replay import Replay, counts, environment, start, veille, wait_for

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def sites() -> Iterator[demo.Newsroom]:
    with demo.serve(machine_now()) as sites:
        yield sites


def _environment(sites: demo.Newsroom, folder: Path) -> dict[str, str]:
    sources = folder / "sources.toml"
    text = demo.sources(sites.base_urls).replace("\nname =", '\nevery = "10s"\nname =')
    sources.write_text(text, encoding="utf-8")
    env = environment(Replay("", sources, sources, sources), folder / "data", delay=0.02)
    return env | {"http_proxy": "", "https_proxy": "", "VEILLE_ALLOW_HOSTS": ",".join(sites.hosts)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _total(port: int, query: str = "") -> int:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/api/v1/search?q={query}&limit=1&facets="
        ) as answer:
            return int(json.load(answer)["total"])
    except OSError:
        return 0


def test_up_watches_serves_and_stops_cleanly(sites: demo.Newsroom, tmp_path: Path) -> None:
    env, port, output = _environment(sites, tmp_path), _free_port(), tmp_path / "up.log"
    up = start(env, "up", "--port", str(port), output=output)
    try:
        wait_for(lambda: _total(port) >= 40 or up.poll() is not None)

        second = veille(env, "up", "--port", str(_free_port()), check=False)
        assert second.returncode == 1
        assert "VEILLE_DATA" in second.stderr
        assert "Traceback" not in second.stderr

        url = next(iter(sites.article_urls("calder")))
        sites.edit(url, "insurers", "zeppelins", machine_now())
        beside = counts(env)
        assert beside["failed"] == 0
        assert _total(port) >= 40

        runs = json.loads(veille(env, "schedule", "--list", "--json").stdout)
        assert {run["source"] for run in runs} == {"echo", "calder", "nawras", "phare"}
    finally:
        up.send_signal(signal.SIGTERM)
        code = up.wait(timeout=120)
    assert code == 0
    assert "Traceback" not in output.read_text(encoding="utf-8")
    assert json.loads(veille(env, "doctor", "--json", check=False).stdout)["waiting"] == 0
