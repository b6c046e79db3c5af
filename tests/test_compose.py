"""docker-compose.yml as the reference parser reads it, and what it promises: no default secret, no open port.

The parser is Docker's own library (Go); its version is pinned here and its build is kept in the user's cache.
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
SECRETS = {"ELASTIC_PASSWORD", "KIBANA_PASSWORD", "KIBANA_ENCRYPTION_KEY", "ELASTIC_VEILLE_PASSWORD"}
LASTING = ["elasticsearch", "kibana", "veille"]


@pytest.fixture(scope="session")
def parser() -> Path:
    """The parser's program, built once; skips without Go, fails on CI."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "veille" / PARSER.rpartition("@")[2]
    program = cache / "cmd"
    if not program.is_file():
        go = shutil.which("go")
        if go is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)("Go is needed to build the reference parser")
        environment = {**os.environ, "GOBIN": str(cache)}
        built = subprocess.run([go, "install", PARSER], env=environment, check=False, capture_output=True, text=True)
        if built.returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"Go cannot fetch {PARSER}: {built.stderr[-300:]}")
    return program


@pytest.fixture(scope="session")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


def _parse(parser: Path, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(parser), *options, file.name]
    return subprocess.run(command, cwd=file.parent, check=False, capture_output=True, text=True, timeout=60)


def test_the_reference_parser_accepts_the_file(parser: Path) -> None:
    parsed = _parse(parser, ROOT / "docker-compose.yml", "-no-interpolation", "-format", "json")
    assert parsed.returncode == 0, parsed.stderr
    assert set(json.loads(parsed.stdout)["services"]) == {*LASTING, "setup"}


def test_the_reference_parser_would_notice_a_misspelt_key(parser: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text().replace("mem_limit", "mem_limitt"))
    assert _parse(parser, wrong, "-no-interpolation").returncode != 0


def test_without_secrets_it_refuses_and_says_what_to_do(parser: Path, tmp_path: Path) -> None:
    alone = tmp_path / "docker-compose.yml"
    alone.write_text((ROOT / "docker-compose.yml").read_text())
    refused = _parse(parser, alone)
    assert refused.returncode != 0
    missing = set(re.findall(r"required variable (\w+) is missing a value: run make secrets", refused.stderr))
    assert missing == SECRETS | {"ELASTIC_VERSION"}


def test_no_password_stands_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    values = re.findall(r"^\s+\w*(?:PASSWORD|KEY)\w*: (.+)$", text, re.MULTILINE)
    assert values
    assert all(re.fullmatch(r"\$\{\w+:\?run make secrets\}", value) for value in values)
    assert not re.findall(r"\$\{\w+:?-", text)


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_service_is_bounded_checked_and_brought_back(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", LASTING)
def test_ports_listen_on_this_machine_only(services: dict[str, Any], name: str) -> None:
    assert services[name]["ports"]
    assert all(str(port).startswith("127.0.0.1:") for port in services[name]["ports"])


def test_data_lives_in_named_volumes(services: dict[str, Any]) -> None:
    declared = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["volumes"])
    mounted = {str(volume).split(":")[0] for name in LASTING for volume in services[name]["volumes"] if ":" in volume}
    assert mounted == declared == set(LASTING)


def test_elasticsearch_and_kibana_have_one_version(services: dict[str, Any]) -> None:
    versions = {services[name]["image"].partition(":")[2] for name in ("elasticsearch", "kibana")}
    assert versions == {"${ELASTIC_VERSION:?run make secrets}"}


def test_our_own_services_run_without_privileges(services: dict[str, Any]) -> None:
    for name in ("setup", "veille"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert re.search(r"^USER veille$", stages[-1], re.MULTILINE)
    assert re.search(r"^ENTRYPOINT \[\"veille\"\]$", stages[-1], re.MULTILINE)


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    allowed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
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
    assert set(named) == asked == SECRETS | {"ELASTIC_VERSION"}
    assert {name for name, value in named.items() if not value} == SECRETS
