"""Fixtures for every test."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.support import elasticsearch, leftovers, postgres, unprivileged

pytest_plugins = ["tests.support.backends", "tests.support.databases", "tests.support.newsroom"]

ROOT = Path(__file__).resolve().parent.parent
SERVERS = {"elasticsearch", "postgresql", "chromium"}
"""The marks of tests that need a server or a browser."""
SLOW_TO_READ = {"test_openapi.py"}
"""Files that have slow tests only, and make their cases while they are read: with this one, each
process of a run took 27 seconds of processor time to collect the tests, without it 13.
"""
_servers = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run do without servers and browsers."""
    parser.addoption(
        "--no-servers",
        action="store_true",
        help="leave out the tests that need Elasticsearch, PostgreSQL or Chromium",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read a file of slow tests where these are left out and reading it is slow."""
    left_out = config.option.markexpr == "not slow" and collection_path.name in SLOW_TO_READ
    return True if left_out else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--no-servers` says."""
    if not config.option.no_servers:
        return
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        (left_out if marks & SERVERS else kept).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run, and where tests run in several processes, start the servers that they share
    before these.
    """
    if hasattr(config, "workerinput"):
        return
    leftovers.watch()
    if not getattr(config.option, "numprocesses", None) or config.option.no_servers:
        return
    with suppress(unprivileged.Missing):  # each test that needs it says so
        if "POSTGRES_URL" not in os.environ:
            os.environ["POSTGRES_URL"] = _servers.enter_context(postgres.running())
    with suppress(unprivileged.Missing):
        if "ELASTICSEARCH_URL" not in os.environ:
            os.environ["ELASTICSEARCH_URL"] = _servers.enter_context(elasticsearch.running()).url
            secured = _servers.enter_context(elasticsearch.running(security=True, tls=True))
            os.environ["ELASTICSEARCH_SECURED"] = f"{secured.url} {secured.authority}"


def pytest_unconfigure() -> None:
    """End the servers that were started above."""
    _servers.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data (VEILLE_SHARED, default ../shared); skips where it is absent, fails on CI."""
    folder = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the reference data is missing at {folder}: set VEILLE_SHARED")
        pytest.skip(f"no reference data at {folder}: set VEILLE_SHARED")
    return folder.resolve()
