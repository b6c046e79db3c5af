"""The commands of docker-compose.yml, each run as a local process against real parts; only the addresses differ."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from elasticsearch import AuthenticationException, AuthorizationException, Elasticsearch

from crawler import newsroom
from indexer import accounts
from tests.conftest import ROOT
from tests.support import elasticsearch as real

pytestmark = pytest.mark.elasticsearch


@pytest.fixture(scope="module")
def server() -> Iterator[real.Server]:
    """An Elasticsearch that asks for passwords, as the one in the compose file does."""
    try:
        with real.running(security=True) as started:
            yield started
    except real.Missing as lack:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(lack))


@pytest.fixture(scope="module")
def secrets(server: real.Server) -> dict[str, str]:
    return {
        "ELASTIC_VERSION": "9.4.3",
        "ELASTIC_PASSWORD": server.password or "",
        "KIBANA_PASSWORD": "kibana-test-password",
        "KIBANA_ENCRYPTION_KEY": "k" * 48,
        "ELASTIC_VEILLE_PASSWORD": "0a1b2c3d4e5f",  # pragma: allowlist secret
    }


@pytest.fixture(scope="module")
def services(server: real.Server, secrets: dict[str, str]) -> dict[str, Any]:
    """The services as Compose would run them, but that Elasticsearch answers at the test's address."""
    text = (ROOT / "docker-compose.yml").read_text()
    filled = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda match: secrets[match[1]], text).replace("$$", "$")
    host = server.url.removeprefix("http://")
    addressed = re.sub(r"(?<=[/@])(elasticsearch|localhost):9200", host, filled)
    return dict(yaml.safe_load(addressed)["services"])


def _alone(environment: dict[str, str]) -> dict[str, str]:
    """Nothing of the caller's environment but PATH, on which this Python comes first, as in the image."""
    return {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment}


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One command of the file, to its end."""
    passed = _alone(environment)
    return subprocess.run(command, env=passed, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120)


def _until(done: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 90) -> bool:
    """Poll until it is done; False where time runs out or the process has ended."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline or process.poll() is not None:
            return False
        time.sleep(0.2)
    return True


@pytest.fixture(scope="module")
def set_up(services: dict[str, Any]) -> None:
    setup = services["setup"]
    done = _run(setup["entrypoint"], setup["environment"])
    assert done.returncode == 0, done.stderr


def test_the_health_check_of_elasticsearch_tells_well_from_ill(services: dict[str, Any]) -> None:
    kind, line = services["elasticsearch"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    password = services["elasticsearch"]["environment"]["ELASTIC_PASSWORD"]
    assert _run(["sh", "-c", line], {"ELASTIC_PASSWORD": password}).returncode == 0
    assert _run(["sh", "-c", line], {"ELASTIC_PASSWORD": "wrong"}).returncode != 0
    nowhere = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", line)
    assert _run(["sh", "-c", nowhere], {"ELASTIC_PASSWORD": password}).returncode != 0


def test_the_set_up_may_run_again(services: dict[str, Any], set_up: None) -> None:
    again = _run(services["setup"]["entrypoint"], services["setup"]["environment"])
    assert again.returncode == 0, again.stderr


def test_the_set_up_says_what_is_missing(services: dict[str, Any]) -> None:
    missing = _run(services["setup"]["entrypoint"], {**services["setup"]["environment"], "KIBANA_PASSWORD": ""})
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    assert "KIBANA_PASSWORD" in missing.stderr
    assert "make secrets" in missing.stderr


def test_the_set_up_says_what_is_refused(services: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert accounts.main({**services["setup"]["environment"], "ELASTIC_PASSWORD": "wrong"}, patience=0) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "unable to authenticate user [elastic]" in said


def test_kibana_can_log_in_to_elasticsearch(services: dict[str, Any], set_up: None) -> None:
    kibana = services["kibana"]["environment"]
    login = (kibana["ELASTICSEARCH_USERNAME"], kibana["ELASTICSEARCH_PASSWORD"])
    with Elasticsearch(kibana["ELASTICSEARCH_HOSTS"], basic_auth=login) as client:
        assert client.security.authenticate()["username"] == "kibana_system"


def test_veille_owns_its_indices_and_nothing_else(services: dict[str, Any], set_up: None) -> None:
    with Elasticsearch(services["veille"]["environment"]["VEILLE_INDEX"]) as client:
        client.indices.create(index="veille-rights")
        client.index(index="veille-rights", document={"title": "Bonjour"}, refresh=True)
        assert client.count(index="veille-rights")["count"] == 1
        client.indices.put_index_template(name="veille-rights", index_patterns=["veille-rights*"], template={})
        assert client.cluster.health()["number_of_nodes"] == 1
        with pytest.raises(AuthorizationException):
            client.indices.create(index="others")
        with pytest.raises(AuthorizationException):
            client.security.get_user()
        with pytest.raises(AuthorizationException):
            client.cluster.put_settings(persistent={"action.auto_create_index": "false"})


def test_without_a_password_elasticsearch_tells_nothing(server: real.Server) -> None:
    with Elasticsearch(server.url) as client, pytest.raises(AuthenticationException):
        client.info()


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _indexed(client: Elasticsearch, source: str) -> int:
    """How many articles of a source the index holds; 0 before there is one."""
    found = client.count(index="veille-articles", ignore_unavailable=True, query={"term": {"source": source}})
    return int(found["count"])


def test_veille_crawls_indexes_and_is_healthy_with_its_own_account(
    services: dict[str, Any], set_up: None, tmp_path: Path
) -> None:
    veille, port = services["veille"], _free_port()
    command = ["veille", *veille["command"]]
    command[command.index("0.0.0.0")], command[command.index("8000")] = "127.0.0.1", port
    kind, *check = [part.replace("8000", port) for part in veille["healthcheck"]["test"]]
    assert kind == "CMD"
    with newsroom.serve(datetime.now(UTC)) as sites:
        sources = tmp_path / "sources.toml"
        sources.write_text(newsroom.sources(sites.base_urls))
        environment = veille["environment"] | {
            "VEILLE_DATA": str(tmp_path / "data"),
            "VEILLE_SOURCES": str(sources),
            "VEILLE_ALLOW_HOSTS": ",".join(sites.hosts),
            "VEILLE_DOWNLOAD_DELAY": "0",
        }
        assert _run(check, {}).returncode != 0
        with (tmp_path / "output.txt").open("wb") as output:
            process = subprocess.Popen(command, env=_alone(environment), cwd=tmp_path, stdout=output, stderr=output)
        try:
            said = (tmp_path / "output.txt").read_text
            assert _until(lambda: _run(check, {}).returncode == 0, process), said()
            with Elasticsearch(environment["VEILLE_INDEX"]) as client:
                assert _until(lambda: all(_indexed(client, site) for site in sites.base_urls), process), said()
        finally:
            process.terminate()
            ended = process.wait(30)
    assert ended == 0, said()
