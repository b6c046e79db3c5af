"""Many connections take no descriptors that store, archive and crawls need; an archive that can't
be written stops fetching, and nothing that was fetched is lost.
"""

import logging
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from crawler import demo
from crawler.process.descriptors import raise_limit
from search.web.connections import LOGGED_EVERY, ConnectionTable
from tests.support.clock import machine_now
from tests.support.hostile import Answer, documents, feed_of, page_of, serving, settings_of
from tests.support.newsroom import watching
from tests.support.replay import ROOT, start, wait_for
from tests.support.unprivileged import free_port

FLOODS = ((256, 400), (1_024, 1_300))
"""Descriptors of the server, and connections that ask for nothing."""
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}))
import veille
veille.main(sys.argv[1:])
"""


@dataclass(eq=False)
class One:
    """A connection of the table."""

    peer: str
    dropped: bool = field(default=False)

    def drop(self) -> None:
        self.dropped = True


def _table(most: int, of_one: int) -> ConnectionTable:
    ticks = count()
    return ConnectionTable(most, of_one, lambda: float(next(ticks)))


def test_who_waits_longest_makes_room(caplog: pytest.LogCaptureFixture) -> None:
    table, all_ = _table(4, 3), [One(f"198.51.100.{number}") for number in range(12)]
    with caplog.at_level(logging.WARNING):
        table.opened(all_[0])
        table.asks(all_[0])
        for one in all_[1:]:
            table.opened(one)
    assert [one.dropped for one in all_] == [False] + [True] * 8 + [False] * 3
    assert len(caplog.records) == 1, "a flood is one line of the log"
    table.waits(all_[0])
    for _ in range(2):
        table.opened(One("198.51.100.99"))
    assert not all_[0].dropped, "it has waited less long than others"


def test_one_address_takes_only_its_own_places() -> None:
    table, reader = _table(10, 5), One("203.0.113.9")
    table.opened(reader)
    flood = [One("198.51.100.7") for _ in range(50)]
    for one in flood:
        table.opened(one)
    assert not reader.dropped
    assert sum(not one.dropped for one in flood) == 5
    for one in flood:
        table.closed(one)
    table.closed(reader)
    assert table.most - 10 == len(table._open) == len(table._by_peer) == 0


def test_where_all_are_answered_the_new_one_is_dropped() -> None:
    table, busy, late = _table(2, 2), [One("a"), One("b")], One("c")
    for one in busy:
        table.opened(one)
        table.asks(one)
    table.opened(late)
    assert late.dropped
    assert not any(one.dropped for one in busy)


def test_a_flood_that_lasts_is_told_again_after_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    table = ConnectionTable(1, 1, lambda: now[0])
    with caplog.at_level(logging.WARNING):
        for moment in (0.0, 1.0, LOGGED_EVERY - 1, LOGGED_EVERY + 1):
            now[0] = moment
            table.opened(One("a"))
            table.opened(One("a"))
    assert len(caplog.records) == 2


def test_the_limit_of_descriptors_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 200), hard))
        assert raise_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= soft
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sources", timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize(("descriptors", "idle"), FLOODS)
def test_the_page_answers_and_no_capture_is_lost_in_a_flood(
    tmp_path: Path, descriptors: int, idle: int
) -> None:
    if raise_limit() < idle + 200:
        pytest.skip(f"this machine lets no process open {idle} connections")
    port, log = free_port(), tmp_path / "up.log"
    with demo.serve(machine_now()) as sites, ExitStack() as opened:
        env = watching(sites, tmp_path, delay=0.05)
        with log.open("w", encoding="utf-8") as output:
            up = subprocess.Popen(
                [sys.executable, "-c", LIMITED.format(descriptors), "up", "--port", str(port)],
                cwd=ROOT,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(lambda: _answers(port) or up.poll() is not None)
            for _ in range(idle):
                opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            assert _answers(port)
            store = tmp_path / "data" / "veille.sqlite"
            wait_for(lambda: _articles(store)[0] >= 20 or up.poll() is not None)
            assert _answers(port)
        finally:
            up.send_signal(signal.SIGTERM)
            assert up.wait(timeout=120) == 0
    told = log.read_text(encoding="utf-8")
    assert "Too many open files" not in told
    assert told.count("connections, or") == 1
    articles, kept = _articles(store)
    assert articles == kept


def _articles(store: Path) -> tuple[int, int]:
    """How many articles there are, and of how many the page is in the archive."""
    if not store.exists():
        return 0, 0
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as opened:
        [articles] = opened.execute("SELECT count(*) FROM articles").fetchone()
        keys = "SELECT page FROM articles WHERE page IN (SELECT key FROM captures)"
        [kept] = opened.execute(f"SELECT count(*) FROM ({keys})").fetchone()
    return articles, kept


@pytest.mark.slow
def test_nothing_is_fetched_while_the_archive_cannot_be_written(tmp_path: Path) -> None:
    paths = [f"/{number}" for number in range(12)]
    answers = {path: Answer(page_of(f"Article {path[1:]} of the day")) for path in paths}
    answers["/robots.txt"] = Answer(status=404)
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, paths)
        env, output = settings_of(site, tmp_path), tmp_path / "out"
        archive = Path(env["VEILLE_DATA"]) / "archive"
        archive.parent.mkdir(parents=True, exist_ok=True)
        archive.write_text("in the way")
        crawl = start(env, "crawl", "-v", output=output)
        wait_for(lambda: "fetching pauses" in output.read_text() or crawl.poll() is not None)
        asked = len(site.asked)
        assert asked < len(paths)
        archive.unlink()
        assert crawl.wait(timeout=120) == 0
        assert "fetching goes on" in output.read_text()
    assert len(documents(tmp_path)) == len(paths)
    store = Path(env["VEILLE_DATA"]) / "veille.sqlite"
    assert _articles(store) == (len(paths), len(paths))
