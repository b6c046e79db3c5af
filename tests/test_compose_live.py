"""The services of docker-compose.yml with TLS on top, each run as a local process against real
parts: its own command, environment and health check; only addresses and folders differ.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from elasticsearch import Elasticsearch

from crawler import demo
from tests.conftest import ROOT
from tests.support import elasticsearch as real
from tests.support.clock import machine_now
from tests.support.unprivileged import free_port

pytestmark = pytest.mark.elasticsearch

ADDED = ("volumes", "environment")
PULSED = ("schedule", "work", "relay")
ALIAS = f"stack-{os.getpid()}"
"""One for each process that runs these tests: who sets an index up ends the keys of whoever did
before.
"""


@dataclass(frozen=True)
class Stack:
    """The services as Compose would run them, but at the addresses and folders of this test."""

    services: dict[str, Any]
    folder: Path
    port: str

    def command(self, name: str) -> list[str]:
        return ["veille", *self.services[name]["command"]]

    def environment(self, name: str) -> dict[str, str]:
        """Nothing of the caller's environment but PATH, on which this Python comes first, as in the image."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, **self.services[name].get("environment", {})}

    def run(self, name: str, *instead: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command of a service, to its end."""
        command = ["veille", *instead] if instead else self.command(name)
        return _run(command, self.environment(name) | more, self.folder)

    def healthy(self, name: str) -> bool:
        """Whether the service's own health check says so."""
        kind, *check = self.services[name]["healthcheck"]["test"]
        command = check if kind == "CMD" else ["sh", "-c", *check]
        return _run(command, self.environment(name), self.folder).returncode == 0


def _run(
    command: list[str], environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=environment,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def stack(secured: real.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder, port = tmp_path_factory.mktemp("stack"), str(free_port())
    services: dict[str, Any] = {}
    for file in ("docker-compose.yml", "docker-compose.tls.yml"):
        for name, service in yaml.safe_load(
            _here((ROOT / file).read_text(), secured, folder, port)
        )["services"].items():
            known = services.setdefault(name, {})
            for key, value in service.items():
                if key == "environment" and key in known:
                    known[key] = known[key] | value
                elif key == "volumes" and key in known:
                    known[key] = [*known[key], *value]
                else:
                    known[key] = value
    for name in PULSED:  # each in a container has a /tmp of its own
        text = yaml.safe_dump(services[name]).replace("/tmp/pulse", f"{folder}/pulse-{name}")
        services[name] = yaml.safe_load(text)
    yield Stack(services, folder, port)
    with _client(secured) as client:
        client.indices.delete(index=f"{ALIAS}-000001", ignore_unavailable=True)
        client.options(ignore_status=404).indices.delete_index_template(name=ALIAS)


def _here(text: str, server: real.Server, folder: Path, port: str) -> str:
    """A file with its secrets filled in, and this test's addresses and folders in the place of the
    containers'.
    """
    secrets = {
        "ELASTIC_VERSION": "9.4.3",
        "ELASTIC_PASSWORD": server.password or "",
        "KIBANA_PASSWORD": "kibana-test-password",  # pragma: allowlist secret
        "KIBANA_ENCRYPTION_KEY": "k" * 48,
        "POSTGRES_PASSWORD": "0a1b2c3d4e5f",  # pragma: allowlist secret
    }
    filled = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda match: secrets[match[1]], text)
    filled = re.sub(r"\$\{\w+:-([^}]*)\}", lambda match: match[1] or '""', filled)
    filled = filled.replace("$$", "$")
    filled = re.sub(
        r"(?<=[/@])(elasticsearch|localhost):9200", server.url.removeprefix("https://"), filled
    )
    filled = re.sub(r"VEILLE_INDEX: \S+", rf"\g<0>/{ALIAS}", filled)
    filled = (
        filled.replace("0.0.0.0", "127.0.0.1")
        .replace('"8000"', f'"{port}"')
        .replace(", 8000,", f", {port},")
    )
    filled = filled.replace("/certificates/ca.pem", str(server.authority))
    filled = filled.replace("config" + str(server.authority), str(server.authority))
    for place in ("/data", "/keys", "/config/sources.toml"):
        filled = re.sub(rf"(?<=[ \"]){place}(?=[/\"\n ])", f"{folder}{place}", filled)
    return filled


def _client(server: real.Server) -> Elasticsearch:
    login = ("elastic", server.password or "")
    return Elasticsearch(server.url, basic_auth=login, ca_certs=str(server.authority))


@pytest.fixture(scope="module")
def first(stack: Stack) -> str:
    """What the set-up prints the first time."""
    done = stack.run("setup")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_health_check_of_elasticsearch_tells_well_from_ill(stack: Stack) -> None:
    assert stack.healthy("elasticsearch")
    _, line = stack.services["elasticsearch"]["healthcheck"]["test"]
    assert _run(
        ["sh", "-c", line],
        stack.environment("elasticsearch") | {"ELASTIC_PASSWORD": "no"},
        stack.folder,
    ).returncode
    nowhere = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", line)
    assert _run(["sh", "-c", nowhere], stack.environment("elasticsearch"), stack.folder).returncode


@pytest.mark.slow
def test_the_set_up_prints_the_first_token_and_may_run_again(stack: Stack, first: str) -> None:
    assert _first_token(first)
    assert "New API keys: relay, serve" in first
    again = stack.run("setup")
    assert again.returncode == 0, again.stderr
    assert "API keys work and stay" in again.stdout
    assert "tokens for the page already" in again.stdout


def test_the_set_up_says_in_one_sentence_what_is_refused(stack: Stack, first: str) -> None:
    url = stack.environment("setup")["VEILLE_INDEX"].replace("elastic:", "elastic:wrong")
    refused = stack.run("setup", VEILLE_INDEX=url)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "refuses" in refused.stderr


def test_its_state_can_be_asked_with_the_rights_of_the_set_up(stack: Stack, first: str) -> None:
    told = stack.run("setup", "elastic", "status")
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"{ALIAS}-000001: 0 articles" in told.stdout


def test_certificates_are_made_once(stack: Stack) -> None:
    command = [
        part.replace("/certificates", f"{stack.folder}/certificates")
        for part in stack.command("certificates")
    ]
    made, kept = (
        _run(command, stack.environment("certificates"), stack.folder).stdout for _ in range(2)
    )
    assert "made" in made
    assert "still good" in kept


def test_kibana_can_log_in_to_elasticsearch(stack: Stack, first: str) -> None:
    kibana = stack.services["kibana"]["environment"]
    login = (kibana["ELASTICSEARCH_USERNAME"], kibana["ELASTICSEARCH_PASSWORD"])
    authority = kibana["ELASTICSEARCH_SSL_CERTIFICATEAUTHORITIES"]
    with Elasticsearch(
        kibana["ELASTICSEARCH_HOSTS"], basic_auth=login, ca_certs=authority
    ) as client:
        assert client.security.authenticate()["username"] == "kibana_system"


def test_a_service_without_its_key_says_what_makes_it(stack: Stack, tmp_path: Path) -> None:
    lacking = stack.run("relay", VEILLE_INDEX_API_KEY_FILE=str(tmp_path / "key"))
    assert (lacking.returncode, lacking.stderr.count("\n")) == (1, 1)
    assert "veille elastic setup --keys" in lacking.stderr


def _until(
    done: Callable[[], bool], running: list["subprocess.Popen[bytes]"], seconds: float = 120
) -> bool:
    """Poll until it is done; False where time runs out or a process has ended."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline or any(process.poll() is not None for process in running):
            return False
        time.sleep(0.3)
    return True


@pytest.mark.slow
def test_the_services_crawl_index_serve_and_are_healthy(
    stack: Stack, first: str, secured: real.Server
) -> None:
    lasting = (*PULSED, "serve")
    with ExitStack() as held, demo.serve(machine_now()) as sites:
        sources = stack.folder / "config/sources.toml"
        sources.parent.mkdir()
        sources.write_text(demo.sources(sites.base_urls))
        local = {"VEILLE_ALLOW_HOSTS": ",".join(sites.hosts), "VEILLE_DOWNLOAD_DELAY": "0"}
        assert not any(stack.healthy(name) for name in lasting)
        running, outputs = [], {}
        for name in lasting:
            outputs[name] = stack.folder / f"{name}.txt"
            output = held.enter_context(outputs[name].open("wb"))
            running.append(
                subprocess.Popen(
                    stack.command(name),
                    env=stack.environment(name) | local,
                    cwd=stack.folder,
                    stdout=output,
                    stderr=output,
                )
            )
        try:
            assert _until(lambda: all(map(stack.healthy, lasting)), running), _said(outputs)
            url = f"http://127.0.0.1:{stack.port}/api/v1/search"
            bearer = {"Authorization": f"Bearer {_first_token(first)}"}

            def total(**params: str) -> int:
                answer = httpx.get(url, params=params, headers=bearer, trust_env=False)
                return int(answer.json().get("total", 0))

            def found(site: str) -> bool:
                return total(source=site) > 0

            assert _until(lambda: all(map(found, sites.base_urls)), running), _said(outputs)
            indexed = total()
        finally:
            for process in running:
                process.terminate()
            ended = [process.wait(60) for process in running]
    # The web server ends well and then passes on the signal that it was ended by.
    assert ended == [0, 0, 0, -signal.SIGTERM], _said(outputs)
    with _client(secured) as client:
        client.indices.refresh(index=ALIAS)
        assert client.count(index=ALIAS)["count"] >= indexed > 0
        client.indices.refresh(index=f"{ALIAS}-crawls")
        crawls = client.search(index=f"{ALIAS}-crawls", q="kind:crawl", size=100)["hits"]["hits"]
        assert {crawl["_source"]["source"] for crawl in crawls} == set(sites.base_urls)
    os.utime(stack.folder / "pulse-relay", (0, 0))
    assert not stack.healthy("relay")


def _first_token(printed: str) -> str:
    told = re.search(r"first token .*: ([\w-]{40,})$", printed, re.MULTILINE)
    assert told, printed
    return told[1]


def _said(outputs: dict[str, Path]) -> str:
    return "\n".join(
        f"{name}: {file.read_text(errors='replace')[-2000:]}" for name, file in outputs.items()
    )
