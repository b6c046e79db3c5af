"""Fixtures for every test."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import elasticsearch

pytest_plugins = ["tests.support.backends"]

ROOT = Path(__file__).resolve().parent.parent
_servers = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Where tests run in several processes, start the servers that they share once, before the processes."""
    several = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if not several or os.environ.get("ELASTICSEARCH_URL"):
        return
    try:
        os.environ["ELASTICSEARCH_URL"] = _servers.enter_context(elasticsearch.running()).url
    except elasticsearch.Missing:
        return  # each test that needs it says so


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
