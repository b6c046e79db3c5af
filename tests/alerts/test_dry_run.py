"""What would have been sent equals what is sent."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.monitor.coverage import Coverage
from search.alerts.dry_run import dry_run
from search.alerts.service import AlertDraft
from search.query.request import MatchParams, search_of
from tests.support.alerting import AlertSetup
from tests.support.documents import ROOT

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("timing", ["at-once", "hourly", "daily"])
def test_a_dry_run_tells_what_an_alert_then_sends(context: AlertSetup, timing: str) -> None:
    context.found("before", "The harbour before.")
    context.relay()
    context.now += HOUR
    wish = {"timing": timing, "tz": "Europe/Paris", "hour": "07:30"}
    context.alert(context.save("harbour"), channel="webhook", target=context.hook.url, **wish)
    began = context.now
    for number in range(20):
        context.now = began + number * 4 * HOUR
        if number % 3:
            context.found(f"n{number}", f"The harbour has {number} ships.")
        if number % 7 == 3:
            context.found(f"n{number - 1}", f"The harbour had {number} ships, we learn.")
        context.found(f"o{number}", "Nothing.")
        for _ in range(4):
            context.tick(HOUR)
    context.now += timedelta(days=1)
    context.tick()
    sent = [[article["id"] for article in body["articles"]] for body in context.hook.bodies]
    query = MatchParams(q="harbour")
    alert = context.service.planned_alert(
        "", AlertDraft(channel="mail", target="x", **wish), context.now
    )
    coverage = Coverage(context.store, (), context.now)
    plan = dry_run(
        coverage, context.backend, search_of(query, context.now), alert, (began, context.now)
    )
    assert [sorted(one.articles) for one in plan] == [sorted(some) for some in sent]
    assert sum(map(len, sent)) == 14
    month = context.service.would_send(
        context.backend,
        search_of(query, context.now),
        AlertDraft(channel="mail", target="x", **wish),
        context.now,
    )
    assert sum(len(one.articles) for one in month) == 15


def test_it_counts_every_article(context: AlertSetup) -> None:
    with context.store.together():
        for number in range(205):
            context.found(f"n{number}", f"The harbour has {number} ships.")
    context.relay()
    wish = AlertDraft(channel="mail", target="x", timing="daily")
    plan = context.service.would_send(
        context.backend,
        search_of(MatchParams(q="harbour"), context.now),
        wish,
        context.now + timedelta(days=2),
    )
    assert [len(one.articles) for one in plan] == [200, 5]


@pytest.mark.slow
def test_what_a_replay_of_the_reference_news_sends_was_planned(shared: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.alerts_dry_run", "--articles", "20", "--days", "3"]
    where = {**os.environ, "VEILLE_SHARED": str(shared)}
    ended = subprocess.run(
        command, cwd=ROOT, env=where, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    pattern = r"messages with (\d+) articles planned, \d+ with (\d+) sent, (\d+) differ, (\d+) at another time"
    found = [tuple(map(int, one)) for one in re.findall(pattern, ended.stdout)]
    assert len(found) == 6
    assert all(
        planned == sent and not differ and not astray for planned, sent, differ, astray in found
    )
    assert sum(planned for planned, *_ in found) > 20
