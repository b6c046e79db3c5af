"""The main job on real pages: 250 captured articles of 190 publishers, crawled, indexed and found
on both backends.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.replay import counts, environment, exported, replaying, total, veille

pytestmark = [pytest.mark.shared, pytest.mark.timeout(900)]

DELAY = 0.2
UNSURE = 0.05
"""Seconds by which the replay may note a request late: it reads the clock when the answer is on its
way.
"""
SEARCHES = (
    "",
    "syrie",
    "président",
    "Trump",
    '"New York"',
    "السعودية",
    "language:fr santé",
    "Berlin OR Paris",
    "title:der",
    "police -mort",
)

FURTHER_PAGES = 1
"""One of the articles goes on, on a page that was not captured."""


@pytest.mark.slow
@pytest.mark.elasticsearch
def test_every_captured_article_is_found_on_both_backends(
    shared: Path, tmp_path: Path, new_index: Callable[[], str]
) -> None:
    with replaying(shared, tmp_path) as replay:
        embedded = environment(replay, tmp_path / "embedded", delay=DELAY)
        first = counts(embedded)
        assert first["indexed"] == first["new"] >= 243
        assert first["new"] + first["skipped"] == 250
        assert first["fetched"] == 250 + FURTHER_PAGES
        _assert_polite(replay.requests())

        before = len(replay.requests())
        again = counts(embedded)
        assert (again["new"], again["changed"], again["indexed"], again["failed"]) == (0, 0, 0, 0)
        assert again["fetched"] == again["unchanged"]
        assert _pages(replay.requests()[before:]) <= {304}

        elastic = environment(replay, tmp_path / "elastic", new_index(), delay=DELAY)
        assert counts(elastic)["indexed"] == first["indexed"]
        assert [total(embedded, query) for query in SEARCHES] == [
            total(elastic, query) for query in SEARCHES
        ]
        assert total(embedded, "syrie") > 0
        assert exported(embedded) == exported(elastic)


@pytest.mark.slow
def test_a_site_that_fails_now_and_then_loses_nothing(shared: Path, tmp_path: Path) -> None:
    with replaying(shared, tmp_path / "calm") as replay:
        env = environment(replay, tmp_path / "calm" / "data", delay=0.02)
        counts(env)
        want = exported(env)
    with replaying(shared, tmp_path / "rough", "--fail", "0.1") as replay:
        env = environment(replay, tmp_path / "rough" / "data", delay=0.02)
        for _ in range(3):
            veille(env, "crawl", "--json")
        assert exported(env) == want


def _pages(requests: list[dict[str, object]]) -> set[object]:
    """The statuses of answers to article candidates."""
    furniture = ("/robots.txt", "/feed.xml", "/sitemap", "/section/")
    return {
        request["status"]
        for request in requests
        if request["path"] != "/" and not str(request["path"]).startswith((*furniture, "/about"))
    }


def _assert_polite(requests: list[dict[str, object]]) -> None:
    last: dict[object, float] = {}
    for request in requests:
        host, moment = request["host"], float(str(request["time"]))
        assert not str(request["path"]).startswith("/private/")
        if host not in last:
            assert request["path"] == "/robots.txt"
        else:
            assert moment - last[host] >= DELAY - UNSURE
        last[host] = moment
    asked = Counter((request["host"], request["path"]) for request in requests)
    assert max(asked.values()) == 1
