"""Fixtures for every test."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.support.backends"]

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data (VEILLE_SHARED, default ../shared); skips where it is absent, fails on CI."""
    folder = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the reference data is missing at {folder}: set VEILLE_SHARED")
        pytest.skip(f"no reference data at {folder}: set VEILLE_SHARED")
    return folder.resolve()
