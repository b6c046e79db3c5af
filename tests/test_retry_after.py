"""A host that asks to wait is asked again after that, by no crawl and no process before."""

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from crawler.fetch.host_waits import (
    DEFAULT,
    LONGEST_WAIT,
    MOST_HOSTS,
    HostWait,
    HostWaits,
    asked_wait,
)
from crawler.store import Store
from tests.support.clock import NOW, machine_now
from tests.support.hostile import Answer, Site, crawled, feed_of, outcomes, page_of, serving

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
WAIT = HostWait("one.example", NOW + HOUR, 429)


@pytest.mark.parametrize(
    ("after", "date", "wait"),
    [
        ("7", "", 7 * SECOND),
        ("3600", "", HOUR),
        (format_datetime(NOW + HOUR, usegmt=True), "", HOUR),
        (format_datetime(NOW - HOUR, usegmt=True), "", 0 * HOUR),
        (
            format_datetime(NOW + 5 * HOUR, usegmt=True),
            format_datetime(NOW + 3 * HOUR, usegmt=True),
            2 * HOUR,
        ),
        ("Sunday, 22-Nov-99 09:00:00 GMT", "soon", 0 * HOUR),
        ("99999999999999999999", "", LONGEST_WAIT),
        ("-5", "", DEFAULT),
        ("soon", "", DEFAULT),
        ("", "", DEFAULT),
        ("\ufffd", "", DEFAULT),
        ("\u0667", "", DEFAULT),
    ],
)
def test_a_wait_is_seconds_or_a_date_and_bounded(after: str, date: str, wait: timedelta) -> None:
    assert asked_wait(after, date, NOW) == wait


def test_of_two_waits_the_later_one_counts_until_it_is_over() -> None:
    waits = HostWaits()
    waits.add([WAIT, HostWait(WAIT.host, NOW + SECOND, 503)])
    assert waits.of(WAIT.host, NOW + 59 * SECOND) == WAIT
    assert waits.of("two.example", NOW) is None
    assert waits.of(WAIT.host, NOW + HOUR) is None
    # A clock that went back by a month does not make it a month.
    assert waits.of(WAIT.host, NOW - 30 * LONGEST_WAIT) is None


def test_of_a_swarm_the_longest_waits_are_known() -> None:
    waits = HostWaits()
    waits.add([WAIT])
    waits.add(HostWait(f"{n}.swarm", NOW + n * SECOND / 10, 429) for n in range(MOST_HOSTS))
    assert waits.of(WAIT.host, NOW) == WAIT
    assert waits.of("1.swarm", NOW) is None
    assert len(waits._waits) <= MOST_HOSTS


def test_waits_are_kept_in_the_store(store: Store) -> None:
    store.host_waits.keep(WAIT, NOW)
    store.host_waits.keep(HostWait("two.example", NOW + SECOND, 503), NOW)
    assert [wait.host for wait in store.host_waits.running(NOW + SECOND)] == [WAIT.host]
    longer = HostWait(WAIT.host, NOW + 2 * HOUR, 503)
    store.host_waits.keep(longer, NOW + SECOND)
    assert store.host_waits.running(NOW) == [longer]
    store.clock_repair.pull_back(NOW, HOUR, "here")
    assert store.host_waits.running(NOW) == [HostWait(WAIT.host, NOW + HOUR, 503)]


def _asked(site: Site) -> list[str]:
    paths = [path for path, _ in site.asked]
    site.asked.clear()
    return paths


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_host_that_asks_to_wait_for_long_is_left_alone(
    tmp_path: Path, status: int, form: str
) -> None:
    in_two_hours = format_datetime(machine_now() + 2 * HOUR, usegmt=True)
    after = "7200" if form == "seconds" else in_two_hours
    answers = {"/robots.txt": Answer(status=404), "/b": Answer(page_of("A page for later"))}
    answers["/a"] = Answer(status=status, headers=[("Retry-After", after)])
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, ["/b", "/a"])
        crawled(site, tmp_path)
        assert _asked(site) == ["/robots.txt", "/feed.xml", "/a"]
        crawled(site, tmp_path)
        assert _asked(site) == []
    states = {url[-2:]: outcome for url, outcome in outcomes(tmp_path).items()}
    assert states == {"/a": ("failed", f"http {status}"), "/b": ("found", None)}


def test_a_host_that_asks_to_wait_for_a_moment_is_asked_again(tmp_path: Path) -> None:
    answers = {"/robots.txt": Answer(status=404)}
    answers["/a"] = Answer(status=503, headers=[("Retry-After", "1")])
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, ["/a"])
        crawled(site, tmp_path)
        moments = site.moments[-3:]
        assert _asked(site) == ["/robots.txt", "/feed.xml", "/a", "/a", "/a"]
    assert moments[1] - moments[0] >= 0.95
