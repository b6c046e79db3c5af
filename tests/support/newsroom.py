"""The demo newsroom, and commands that watch it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import demo
from tests.support.clock import machine_now
from tests.support.replay import Replay, environment


@pytest.fixture
def sites() -> Iterator[demo.Newsroom]:
    """The newsroom as it stands now."""
    with demo.serve(machine_now()) as sites:
        yield sites


def watching(
    sites: demo.Newsroom, folder: Path, index: str = "embedded", delay: float = 0.02
) -> dict[str, str]:
    """The environment of commands that watch the newsroom: `sources.toml` stands in the folder,
    what is kept in `data` beside it.
    """
    sources = folder / "sources.toml"
    sources.write_text(demo.sources(sites.base_urls), encoding="utf-8")
    env = environment(Replay("", sources, sources, sources), folder / "data", index, delay=delay)
    return env | {"http_proxy": "", "https_proxy": "", "VEILLE_ALLOW_HOSTS": ",".join(sites.hosts)}
