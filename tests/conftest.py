"""Fixtures for every test."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.support import elasticsearch, leftovers, postgres, unprivileged

pytest_plugins = ["tests.support.backends", "tests.support.databases"]

ROOT = Path(__file__).resolve().parent.parent
_servers = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run, and where tests run in several processes, start the servers that they share
    before these.
    """
    if hasattr(config, "workerinput"):
        return
    leftovers.watch()
    if not getattr(config.option, "numprocesses", None):
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
