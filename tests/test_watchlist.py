"""The sources file is read again while commands run."""

import asyncio
import logging
from pathlib import Path

import pytest

from crawler.jobs.watchlist import Watchlist
from crawler.sources import Source, read_sources

ONE = '[[source]]\nid = "one"\nname = "One"\nhome = "https://one.example/"\n'
TWO = '[[source]]\nid = "two"\nname = "Two"\nhome = "https://two.example/"\n'


@pytest.fixture
def watchlist(tmp_path: Path) -> Watchlist:
    path = tmp_path / "sources.toml"
    path.write_text(ONE, encoding="utf-8")
    return Watchlist(path, read_sources(path))


def _names(watchlist: Watchlist) -> list[str]:
    return [source.id for source in watchlist.sources]


def test_a_change_is_taken_up(watchlist: Watchlist) -> None:
    assert not watchlist.look()
    watchlist.path.write_text(ONE + TWO, encoding="utf-8")
    assert watchlist.look()
    assert _names(watchlist) == ["one", "two"]
    assert not watchlist.look()


def test_another_wording_of_the_same_sources_is_no_change(watchlist: Watchlist) -> None:
    watchlist.path.write_text("# A comment.\n" + ONE, encoding="utf-8")
    assert not watchlist.look()


@pytest.mark.parametrize("text", ["[[source]\n", ONE.replace('"one"', '"Not an id"'), ""])
def test_a_wrong_file_is_reported_once_and_the_old_one_stays(
    watchlist: Watchlist, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    watchlist.path.write_text(text, encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        assert not watchlist.look()
        assert not watchlist.look()
    assert len(caplog.records) == 1
    assert "stay in force" in caplog.text
    assert _names(watchlist) == ["one"]
    watchlist.path.write_text(TWO, encoding="utf-8")
    assert watchlist.look()
    assert _names(watchlist) == ["two"]


def test_a_file_that_is_gone_for_a_moment_changes_nothing(watchlist: Watchlist) -> None:
    watchlist.path.unlink()
    assert not watchlist.look()
    watchlist.path.write_text(ONE, encoding="utf-8")
    assert not watchlist.look()
    assert _names(watchlist) == ["one"]


def test_who_follows_is_told(watchlist: Watchlist, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.jobs.watchlist.LOOK_SECONDS", 0.01)

    async def main() -> list[str]:
        stop, told = asyncio.Event(), list[str]()

        async def tell(sources: list[Source]) -> None:
            told.extend(source.id for source in sources)
            stop.set()

        watchlist.path.write_text(ONE + TWO, encoding="utf-8")
        await asyncio.wait_for(watchlist.follow(stop, tell), 30)
        return told

    assert asyncio.run(main()) == ["one", "two"]
