"""docker-compose.yml as the reference parser reads it, and what it promises: no default secret, no
open port.

The parser is Docker's own library (Go); its version is pinned here and its build is kept in the
user's cache.
"""

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

PARSER = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2"
SECRETS = {"ELASTIC_PASSWORD", "KIBANA_PASSWORD", "KIBANA_ENCRYPTION_KEY", "POSTGRES_PASSWORD"}
CHOICES = {"ELASTIC_VERSION": "9.4.3", "COMPOSE_PROFILES": "full"}
OURS = ["schedule", "work", "relay", "serve"]
ONCE = ["setup", "dashboards"]
LASTING = ["elasticsearch", *OURS, "kibana", "postgres"]
OPEN = ["elasticsearch", "serve", "kibana"]
VOLUMES = {"elasticsearch", "kibana", "postgres", "veille", "relay-key", "serve-key"}
FILES = ["docker-compose.yml", "docker-compose.tls.yml"]


@pytest.fixture(scope="session")
def parser() -> Path:
    """The parser's program, built once; skips without Go, fails on CI."""
    cache = (
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        / "veille"
        / PARSER.rpartition("@")[2]
    )
    program = cache / "cmd"
    if not program.is_file():
        go = shutil.which("go")
        if go is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(
                "Go is needed to build the reference parser"
            )
        environment = {**os.environ, "GOBIN": str(cache)}
        built = subprocess.run(
            [go, "install", PARSER], env=environment, check=False, capture_output=True, text=True
        )
        if built.returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(
                f"Go cannot fetch {PARSER}: {built.stderr[-300:]}"
            )
    return program


@pytest.fixture(scope="session")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


@pytest.fixture(scope="session")
def encrypted() -> dict[str, Any]:
    """What docker-compose.tls.yml puts on top."""
    return dict(yaml.safe_load((ROOT / "docker-compose.tls.yml").read_text())["services"])


def _parse(parser: Path, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(parser), *options, file.name]
    return subprocess.run(
        command, cwd=file.parent, check=False, capture_output=True, text=True, timeout=60
    )


@pytest.mark.slow
def test_the_reference_parser_accepts_the_file(parser: Path) -> None:
    parsed = _parse(parser, ROOT / "docker-compose.yml", "-no-interpolation", "-format", "json")
    assert parsed.returncode == 0, parsed.stderr
    assert set(json.loads(parsed.stdout)["services"]) == {*LASTING, *ONCE}


def test_the_reference_parser_accepts_tls_on_top(parser: Path) -> None:
    command = [str(parser), "-no-interpolation", "-format", "json", *FILES]
    parsed = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )
    assert parsed.returncode == 0, parsed.stderr
    services = json.loads(parsed.stdout)["services"]
    assert set(services) == {*LASTING, *ONCE, "certificates"}
    environment = {
        name: dict(_pairs(service.get("environment", ()))) for name, service in services.items()
    }
    urls = [
        value
        for own in environment.values()
        for name, value in own.items()
        if name in ("VEILLE_INDEX", "ELASTICSEARCH_HOSTS")
    ]
    assert len(urls) == 4
    assert all(url.startswith("https://") for url in urls)
    assert environment["elasticsearch"]["xpack.security.http.ssl.enabled"] == "true"
    mounted = {name: str(service.get("volumes")) for name, service in services.items()}
    assert all("/certificates" in mounted[name] for name in ("setup", "relay", "serve", "kibana"))
    # What stands in the first file stays: a list that replaced it would take the data away.
    assert "/data" in mounted["relay"]
    assert "/keys/relay" in mounted["relay"]


def _pairs(environment: Any) -> list[tuple[str, str]]:
    """The parser gives what it has merged as a list."""
    if isinstance(environment, dict):
        return list(environment.items())
    return [(name, value) for name, _, value in (str(line).partition("=") for line in environment)]


def test_the_reference_parser_would_notice_a_misspelt_key(parser: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text().replace("mem_limit", "mem_limitt"))
    assert _parse(parser, wrong, "-no-interpolation").returncode != 0


def test_without_secrets_it_refuses_and_says_what_to_do(parser: Path, tmp_path: Path) -> None:
    alone = tmp_path / "docker-compose.yml"
    alone.write_text((ROOT / "docker-compose.yml").read_text())
    refused = _parse(parser, alone)
    assert refused.returncode != 0
    missing = set(
        re.findall(r"required variable (\w+) is missing a value: run make secrets", refused.stderr)
    )
    assert missing == SECRETS | {"ELASTIC_VERSION"}


def test_profiles_choose_what_is_started(services: dict[str, Any]) -> None:
    started = {
        profile: {name for name, service in services.items() if profile in service["profiles"]}
        for profile in ("core", "full", "postgres")
    }
    assert started["core"] == {"elasticsearch", "setup", *OURS}
    assert started["full"] - started["core"] == {"kibana", *ONCE} - {"setup"}
    assert started["postgres"] == {"postgres"}


def test_every_one_shot_is_waited_for(services: dict[str, Any], encrypted: dict[str, Any]) -> None:
    """`docker compose up --wait` takes a service that has ended well for a failure where none waits
    for its success.
    """
    waited = {
        name
        for service in (*services.values(), *encrypted.values())
        for name, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }
    assert waited == {*ONCE, "certificates"}


def test_what_a_profile_leaves_out_is_not_required(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert (
                set(service["profiles"]) <= set(services[other]["profiles"])
                or how["required"] is False
            ), name


def test_no_password_stands_in_the_files_and_none_has_a_default() -> None:
    text = "".join((ROOT / name).read_text() for name in FILES)
    named = re.findall(r"\$\{(\w+)(:?\S*)", text)
    assert {name for name, _ in named} == SECRETS | {
        "ELASTIC_VERSION",
        "VEILLE_DATABASE",
        "VEILLE_LOG",
    }
    assert {name for name, rest in named if not rest.startswith(":?run")} == {
        "VEILLE_DATABASE",
        "VEILLE_LOG",
    }
    values = re.findall(r"^\s+\w*(?:PASSWORD|ENCRYPTIONKEY): (.+)$", text, re.MULTILINE)
    assert len(values) >= 5
    assert all(re.fullmatch(r"\$\{\w+:\?run make secrets\}", value) for value in values)


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_service_is_bounded_checked_and_brought_back(
    services: dict[str, Any], name: str
) -> None:
    service = services[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


def test_ports_listen_on_this_machine_only(
    services: dict[str, Any], encrypted: dict[str, Any]
) -> None:
    assert [name for name in services if services[name].get("ports")] == OPEN
    assert not [name for name in encrypted if encrypted[name].get("ports")]
    assert all(
        str(port).startswith("127.0.0.1:") for name in OPEN for port in services[name]["ports"]
    )
    assert not any("network_mode" in service for service in services.values())


def test_data_lives_in_named_volumes(services: dict[str, Any]) -> None:
    declared = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["volumes"])
    mounted = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", ())
        if isinstance(volume, str)
    }
    assert mounted == declared == VOLUMES


def test_each_key_is_seen_by_its_service_alone(services: dict[str, Any]) -> None:
    for service in ("relay", "serve"):
        holders = {
            name
            for name in services
            for volume in services[name].get("volumes", ())
            if str(volume).startswith(f"{service}-key:")
        }
        assert holders == {"setup", service}
        assert f"{service}-key:/keys/{service}:ro" in services[service]["volumes"]
    with_password = {
        name for name in services if "ELASTIC_PASSWORD" in str(services[name].get("environment"))
    }
    assert with_password == {"elasticsearch", *ONCE}


def test_elasticsearch_and_kibana_have_one_version(services: dict[str, Any]) -> None:
    versions = {services[name]["image"].partition(":")[2] for name in ("elasticsearch", "kibana")}
    assert versions == {"${ELASTIC_VERSION:?run make secrets}"}


def test_our_own_services_run_without_privileges(services: dict[str, Any]) -> None:
    for name in (*ONCE, *OURS):
        assert services[name]["image"] == "veille"
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert re.search(r"^USER veille$", stages[-1], re.MULTILINE)
    assert re.search(r"^ENTRYPOINT \[\"veille\"\]$", stages[-1], re.MULTILINE)


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    allowed = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().split()
        if line.startswith("!")
    }
    names = {name for line in copied for name in line.split()}
    assert names == allowed
    assert all((ROOT / name).exists() for name in names)


def _secrets(file: Path) -> dict[str, str]:
    subprocess.run([ROOT / ".ci/secrets", file], check=True, timeout=60)
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_make_secrets_fills_what_is_empty_and_keeps_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("MINE=1\nKIBANA_PASSWORD=\nELASTIC_PASSWORD=kept")
    first = _secrets(file)
    assert first["MINE"] == "1"
    assert first["ELASTIC_PASSWORD"] == "kept"
    fresh = {first[name] for name in SECRETS - {"ELASTIC_PASSWORD"}}
    assert len(fresh) == 3
    assert all(re.fullmatch(r"[0-9a-f]{48}", value) for value in fresh)
    assert _secrets(file) == first


def test_make_secrets_lets_nobody_else_read_them(tmp_path: Path) -> None:
    _secrets(tmp_path / ".env")
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_the_example_names_all_that_compose_asks_for_and_no_more() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    named = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(named) == asked | {"COMPOSE_PROFILES"} == SECRETS | set(CHOICES)
    assert {name: value for name, value in named.items() if value} == CHOICES
    assert {name for name, value in named.items() if not value} == SECRETS
