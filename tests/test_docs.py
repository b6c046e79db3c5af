"""The documents and the code say the same: commands work, lists are complete, links lead somewhere."""

import importlib
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
import httpx
import pytest

from crawler import demo
from crawler.article import Article
from crawler.config import Config
from crawler.sources import Source, parse_sources
from indexer.backends import open_backend
from search.app import create_app
from search.i18n.catalogue import read_texts
from search.i18n.formatting import outcome
from search.parse import parse
from search.parse.tokens import FIELDS
from tests.support.documents import (
    DECISIONS,
    DOCUMENTS,
    ROOT,
    anchors,
    blocks,
    commands,
    links,
    listed,
    mentions,
    rows,
    section,
)
from tests.support.typed import NOW, apart, check, check_words, options_of
from veille import COMMANDS, veille

REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
UNITS = {
    "": 1,
    "s": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86_400,
    "KiB": 1024,
    "MB": 1024**2,
    "GB": 1024**3,
}
PLACES = (
    "/chart.",
    "/api/",
    "/article/",
    "/facet/",
    "/sources",
    "/status",
    "/saved",
    "/language",
    "/feed.atom",
    "/feeds/",
    "/healthz",
    "/livez",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/token",
    "/var/lib/veille",
    "/usr/share/elasticsearch/",
    "/usr/bin/curl",
    "/dev/null",
    "/etc/",
    "/opt/veille",
)

WRITTEN_BY_READERS = {"page.html", "xx.po", "utils.py"}
"""Files that documents speak of though they are not here."""
NAMED_FILE = re.compile(
    r"`((?:crawler|indexer|search|tests|benchmarks|deploy|docs|\.ci)/[\w./-]*[\w/-])`"
)

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


every_text = pytest.mark.parametrize(
    "document", [*DOCUMENTS, *DECISIONS], ids=lambda path: str(path.relative_to(ROOT))
)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as the tutorial makes it, with one newspaper crawled, and a page of it saved."""
    folder = tmp_path_factory.mktemp("watched")
    with demo.serve(NOW) as sites, pytest.MonkeyPatch.context() as patch:
        base = sites.base_urls["calder"]
        patch.setenv("VEILLE_ALLOW_HOSTS", ",".join(sites.hosts))
        patch.setenv("VEILLE_DOWNLOAD_DELAY", "0.01")
        source = f'[[source]]\nid = "my-paper"\nname = "My Paper"\nhome = "{base}/"\nfeeds = ["{base}/feed.xml"]\n'
        (folder / "sources.toml").write_text(source, encoding="utf-8")
        apart(["crawl", "my-paper"], folder)
        article = next(path for path in sites.editions["calder"].answers if "harbour" in path)
        (folder / "page.html").write_bytes(httpx.get(base + article, trust_env=False).content)
        yield folder


@pytest.fixture(scope="module")
def done() -> set[tuple[str, ...]]:
    """Slow commands that have gone well for one document are not run again for another."""
    return {("crawl", "my-paper")}  # by `watched`


@every_document
def test_the_commands_of_a_document_work_one_after_the_other(
    document: Path,
    watched: Path,
    done: set[tuple[str, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "watched"
    shutil.copytree(watched, folder)
    monkeypatch.chdir(folder)
    for command in commands(document.read_text(encoding="utf-8")):
        try:
            check(command, folder, done)
        except (AssertionError, KeyError, subprocess.CalledProcessError) as error:
            pytest.fail(f"{document.name}:{command.line}: {command.typed}: {error}", pytrace=False)


@every_document
def test_every_option_and_subcommand_that_is_mentioned_exists(document: Path) -> None:
    for mention in mentions(document.read_text(encoding="utf-8")):
        if re.match(r"veille -?\w", mention) and mention != "veille add NAME":
            check_words(tuple(re.sub(r"[\[\]]", "", mention).split()))


def test_every_command_is_described_with_all_its_options() -> None:
    for name in COMMANDS:
        command = veille.get_command(click.Context(veille), name)
        assert command is not None
        described = section(REFERENCE, f"veille {name}")
        parts = command.commands.values() if isinstance(command, click.Group) else [command]
        there = {option for part in parts for option in options_of(part)}
        told = {code.split()[0] for code in listed(described) if code.startswith("-")}
        assert told == there, name
        if isinstance(command, click.Group):
            assert set(re.findall(rf"^    veille {name} (\w+)", described, re.MULTILINE)) == set(
                command.commands
            )


def test_every_setting_is_described_with_its_default() -> None:
    described = {row[0].strip("`"): row[1] for row in rows(section(REFERENCE, "Settings"))}
    assert set(described) == set(Config.model_fields)
    for name, field in Config.model_fields.items():
        if isinstance(field.default, (str, Path, float, int)):
            value = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            value = value.lower() if isinstance(field.default, bool) else value
            assert f"`{value}`" in described[name], name


def test_every_key_of_a_source_is_described() -> None:
    assert {row[0].strip("`") for row in rows(section(REFERENCE, "The sources file"))} == set(
        Source.model_fields
    )


def test_every_field_of_an_article_is_described() -> None:
    assert listed(section(REFERENCE, "Article fields")) == set(Article.__dataclass_fields__)


def test_every_reason_to_skip_a_page_is_described() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "crawler").rglob("*.py"))
    told = listed(section(REFERENCE, "Why a page is skipped"))
    assert set(re.findall(r'Refused\(\s*"([a-z0-9-]+)"', code)) <= told
    assert [
        reason
        for reason in told
        if not reason.startswith("http ") and not re.search(f'"{reason}[":]', code)
    ] == []
    for texts in read_texts().values():
        assert {reason for reason in told if outcome(reason, texts) == reason} == {
            "http 404",
            "http 410",
        }


def test_the_examples_of_the_query_language_are_understood() -> None:
    examples = listed(section(REFERENCE, "Query language"))
    named = {field for example in examples for field in re.findall(r"^([a-z]+):", example)} - {
        "https"
    }
    assert named == set(FIELDS)
    for example in examples:
        if not example.endswith(":"):
            parse(example, now=NOW)


def test_every_address_and_parameter_of_the_api_is_described(watched: Path) -> None:
    description = create_app(open_backend("embedded", watched / "data"), now=lambda: NOW).openapi()
    told = section(REFERENCE, "HTTP API")
    addresses = {code for code in listed(told) if code.startswith("/")}
    assert addresses == {*description["paths"], "/openapi.json"}
    there = {
        parameter["name"]
        for path in description["paths"].values()
        for method in path.values()
        for parameter in method.get("parameters", ())
        if parameter["in"] == "query"
    }
    assert listed(section(REFERENCE, "Parameters")) == there


@pytest.mark.parametrize(
    "row", rows(section(REFERENCE, "Limits")), ids=lambda row: row[2].strip("`")
)
def test_a_limit_is_as_described(row: list[str]) -> None:
    number, _, unit = row[1].partition(" ")
    module, _, name = row[2].strip("`").rpartition(".")
    value = getattr(importlib.import_module(module), name)
    assert float(number) * UNITS[unit] == (
        value.total_seconds() if isinstance(value, timedelta) else value
    )


@every_document
def test_examples_in_toml_are_valid(document: Path) -> None:
    for block in blocks(document.read_text(encoding="utf-8")):
        if block.language == "toml":
            values = tomllib.loads(block.text)
            parse_sources(block.text) if "source" in values else Config(**values)


@every_text
def test_files_that_are_named_exist(document: Path) -> None:
    names = NAMED_FILE.findall(document.read_text(encoding="utf-8"))
    missing = [
        name
        for name in names
        # A file that the reader is to write is called NAME.
        if not (ROOT / name).exists() and "NAME" not in name and "xx.po" not in name
    ]
    assert missing == []
    places = [ROOT / place for place in ("crawler", "indexer", "search", "tests", "benchmarks")]
    files = {path.name for place in places for path in place.rglob("*")}
    files |= {path.name for path in ROOT.iterdir()} | WRITTEN_BY_READERS
    bare = re.findall(r"`([\w.-]+\.(?:py|po|html))`", document.read_text(encoding="utf-8"))
    assert [name for name in bare if name not in files and "NAME" not in name] == []


def test_every_decision_is_in_the_list() -> None:
    [index, *decisions] = sorted(DECISIONS, key=lambda path: path.name != "README.md")
    listed_names = set(links(index.read_text(encoding="utf-8")))
    assert {path.name for path in decisions} == listed_names


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_a_decision_says_what_why_and_where(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    parts = re.findall(r"^\*\*(Decision|Why|Where)\.\*\*", text, re.MULTILINE)
    assert decision.name == "README.md" or set(parts) == {"Decision", "Why", "Where"}


@every_text
def test_links_lead_somewhere(document: Path) -> None:
    for link in links(document.read_text(encoding="utf-8")):
        if not urlsplit(link).scheme:
            name, _, anchor = link.partition("#")
            target = document.parent / name if name else document
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@every_text
def test_a_document_speaks_of_the_project_alone(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert re.findall(r"(?i)\bsessions?\b|\bissue #?\d+", text) == []
    paths = re.findall(r"(?<![\w.:/<~*}…])/[a-z][\w./-]+", text)
    assert [path for path in paths if not path.startswith(PLACES)] == []
