"""kill -9 at any moment costs time, never an article, and never doubles one."""

import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.replay import (
    Replay,
    counts,
    environment,
    exported,
    replaying,
    start,
    veille,
    wait_for,
)

pytestmark = [pytest.mark.shared, pytest.mark.timeout(1200)]

KILLS = 10


@pytest.fixture(scope="module")
def undisturbed(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, object]]:
    """The index of a crawl that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with replaying(shared, folder) as replay:
        env = environment(replay, folder / "data", delay=0.02)
        counts(env)
        return exported(env)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
)
def test_a_crawl_that_is_killed_ten_times_ends_with_the_same_index(
    kind: str,
    shared: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    undisturbed: dict[str, dict[str, object]],
) -> None:
    new_index: Callable[[], str] | None = (
        request.getfixturevalue("new_index") if kind == "elasticsearch" else None
    )
    chance = random.Random(kind)
    with replaying(shared, tmp_path) as replay:
        env = environment(
            replay, tmp_path / "data", new_index() if new_index else "embedded", delay=0.02
        )
        for kill in range(KILLS):
            _kill_on_the_way(replay, env, chance, tmp_path / f"killed-{kill}.log")
        veille(env, "crawl", "--json")
        veille(env, "relay", "--once")
        assert exported(env) == undisturbed


def _kill_on_the_way(
    replay: Replay, env: dict[str, str], chance: random.Random, output: Path
) -> None:
    """Kill a crawl, or a relay of its own, after a random number of further requests."""
    goal = len(replay.requests()) + chance.randint(1, 120)
    crawl = start(env, "crawl", output=output)
    try:
        wait_for(lambda: len(replay.requests()) >= goal or crawl.poll() is not None)
    finally:
        crawl.send_signal(signal.SIGKILL)
        crawl.wait()
