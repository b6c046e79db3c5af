"""The commands of docker-compose.yml, each run as a local process against real parts; only the addresses differ."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from elasticsearch import AuthenticationException, AuthorizationException, Elasticsearch

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
        "ELASTIC_VEILLE_PASSWORD": "0a1b2c3d4e5f",
    }


@pytest.fixture(scope="module")
def services(server: real.Server, secrets: dict[str, str]) -> dict[str, Any]:
    """The services as Compose would run them, but that Elasticsearch answers at the test's address."""
    text = (ROOT / "docker-compose.yml").read_text()
    filled = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda match: secrets[match[1]], text).replace("$$", "$")
    host = server.url.removeprefix("http://")
    addressed = re.sub(r"(?<=[/@])(elasticsearch|localhost):9200", host, filled)
    return dict(yaml.safe_load(addressed)["services"])


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One command of the file; `python` is this one, and nothing of the caller's environment but PATH is passed on."""
    program = [sys.executable if part == "python" else part for part in command]
    passed = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(program, env=passed, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120)


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


def test_the_set_up_says_what_is_missing_or_refused(services: dict[str, Any]) -> None:
    setup = services["setup"]
    missing = _run(setup["entrypoint"], {**setup["environment"], "KIBANA_PASSWORD": ""})
    refused = _run(setup["entrypoint"], {**setup["environment"], "ELASTIC_PASSWORD": "wrong"})
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    assert "KIBANA_PASSWORD" in missing.stderr
    assert "make secrets" in missing.stderr
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "Traceback" not in refused.stderr


def test_kibana_can_log_in_to_elasticsearch(services: dict[str, Any], set_up: None) -> None:
    kibana = services["kibana"]["environment"]
    login = (kibana["ELASTICSEARCH_USERNAME"], kibana["ELASTICSEARCH_PASSWORD"])
    with Elasticsearch(kibana["ELASTICSEARCH_HOSTS"], basic_auth=login) as client:
        assert client.security.authenticate()["username"] == "kibana_system"


def test_veille_owns_its_indices_and_nothing_else(services: dict[str, Any], set_up: None) -> None:
    with Elasticsearch(services["veille"]["environment"]["VEILLE_INDEX"]) as client:
        client.indices.create(index="veille-articles")
        client.index(index="veille-articles", document={"title": "Bonjour"}, refresh=True)
        assert client.count(index="veille-articles")["count"] == 1
        client.indices.put_index_template(name="veille", index_patterns=["veille*"], template={})
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
