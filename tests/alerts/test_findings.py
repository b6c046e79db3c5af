"""Alerts on what is wrong with sources: each finding is told once when it begins and once when it
ends, to those whose search is of its source.
"""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.health import Finding, KeptFinding
from crawler.health.settling import CLOSES_AFTER, OPENS_AFTER, settle
from crawler.process.events import values_of
from crawler.store import Alert
from search.alerts.errors import InvalidRecipient
from search.alerts.finding_watch import FindingWatch
from search.alerts.service import AlertDraft
from search.i18n.catalogue import read_texts
from search.query.request import MatchParams, search_of
from search.sources.source_list import SourceList
from tests.support.alerting import SOURCES, START, AlertSetup

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is told does not hang on the kind of database; what is kept is tested on both."""
    return f"sqlite:///{tmp_path / 'veille.sqlite'}"


def _finding(problem: Any = "blocked") -> Finding:
    figures: dict[str, float | str] = {
        "outcome": "http 403",
        "failures": 8,
        "url": "https://one.example/",
        "kind": "feed",
    }
    return Finding(problem, "bad", START, ("fails_blocked",), "blocked", figures)


def _run(seen: str) -> list[tuple[str, int]]:
    """What is told of a finding that judgements every half hour find (x) or not (.), and when."""
    kept: dict[Any, KeptFinding] = {}
    told: list[tuple[str, int]] = []
    for number, sign in enumerate(seen):
        found = {"one": [_finding()] if sign == "x" else []}
        settled = settle(kept, found, START + number * OPENS_AFTER)
        kept = {key: one for key, one in kept.items() if key not in settled.gone}
        kept |= {(one.source, one.finding.problem): one for one in settled.kept}
        told += [(one.state, number) for one in settled.events]
    return told


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("......", []),
        ("x.x.x.x", []),
        ("xx", [("opened", 1)]),
        ("xxxxxxxxxxxx", [("opened", 1)]),
        ("xx......", [("opened", 1), ("closed", 7)]),
        ("xx.....xx.....xx", [("opened", 1)]),
        ("xx............", [("opened", 1), ("closed", 7)]),
        ("xx......xx......", [("opened", 1), ("closed", 7), ("opened", 9), ("closed", 15)]),
    ],
)
def test_what_lasts_is_told_once_and_what_stays_away_has_ended(
    seen: str, told: list[tuple[str, int]]
) -> None:
    assert CLOSES_AFTER == 6 * OPENS_AFTER
    assert _run(seen) == told


def test_sources_that_are_not_judged_stay_as_they_are() -> None:
    kept: dict[Any, KeptFinding] = {
        ("one", "blocked"): KeptFinding("one", _finding(), START, START, START)
    }
    settled = settle(kept, {"two": []}, START + 9 * CLOSES_AFTER)
    assert (settled.kept, settled.gone, settled.events) == ([], [], [])


def _fail(context: AlertSetup, source: str, hours: int, outcome: str = "http 403") -> None:
    """Hours in which the source is visited each quarter, and alerts run twice."""
    for _ in range(2 * hours):
        context.visit(source, context.now, outcome)
        context.now += QUARTER
        context.visit(source, context.now, outcome)
        context.tick(QUARTER)


def _watch(context: AlertSetup, **draft: Any) -> Alert:
    saved = context.save("", name="Harbour desk", source=["one"])
    return context.alert(
        saved, **{"kind": "findings", "channel": "webhook", "target": context.hook.url, **draft}
    )


def _told(context: AlertSetup) -> list[tuple[str, str, str]]:
    told = []
    for _, body in context.hook.calls:
        findings = json.loads(body)["findings"]
        for state in ("opened", "closed"):
            told += [(state, row["source"], row["problem"]) for row in findings[state]]
    return told


def test_a_fault_is_told_once_when_it_begins_and_once_when_it_ends(context: AlertSetup) -> None:
    context.now = START
    _fail(context, "one", 3, "read")
    _watch(context)
    _fail(context, "one", 4, "read")
    assert _told(context) == []
    _fail(context, "one", 12)
    assert _told(context) == [("opened", "one", "blocked")]
    _fail(context, "one", 12, "read")
    assert _told(context) == [("opened", "one", "blocked"), ("closed", "one", "blocked")]
    body = json.loads(context.hook.calls[0][1])
    assert (body["kind"], body["total"], body["volume"], body["articles"]) == (
        "findings",
        1,
        None,
        [],
    )
    (row,) = body["findings"]["opened"]
    assert "http 403" in row["sentence"]
    assert "VEILLE_CONTACT" in row["advice"]
    assert body["findings"]["unwatched"]["of"] == 1
    assert body["findings"]["unwatched"]["sources"] == 1
    assert body["findings"]["unwatched"]["hours"] > 0
    assert body["search"]["page"] == "https://veille.example.org/sources"


def test_only_the_sources_of_the_search_are_told_of(context: AlertSetup) -> None:
    _fail(context, "two", 1, "read")
    _watch(context)
    _fail(context, "two", 6)
    assert _told(context) == []
    assert [one.source for one in context.store.findings.events(0)] == ["two"]


def test_a_digest_tells_all_of_its_time_together(context: AlertSetup) -> None:
    for source in ("one", "two"):
        _fail(context, source, 1, "read")
    saved = context.save("", name="All of them")
    context.alert(saved, kind="findings", timing="daily", hour="08:00")
    for _ in range(24):
        for source in ("one", "two"):
            context.visit(source, context.now, "http 403")
        context.tick(HOUR)
    (mail,) = context.mailbox.mails
    text = mail.get_body(("plain",)).get_content()
    assert mail["subject"] == "All of them: 2 problems began or ended"
    assert text.count("refuses Veille") == 2
    assert "https://veille.example.org/sources/one" in text
    assert "Not watched: in the last 24 hours, 2 of 2 sources" in text


def test_a_kill_between_the_steps_tells_nothing_twice(
    context: AlertSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail(context, "one", 1, "read")
    alert = _watch(context)
    make = context.store.notices.make

    def killed(*given: Any) -> bool:
        make(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(context.store.notices, "make", killed)
    with pytest.raises(KeyboardInterrupt):
        _fail(context, "one", 6)
    monkeypatch.undo()
    # Neither the cursor nor the notice was kept: both are one transaction.
    found = context.store.alerts.find(alert.id)
    assert found is not None
    assert found.cursor == alert.cursor
    assert context.store.notices.of_alert(alert.id) == []
    _fail(context, "one", 6)
    assert _told(context) == [("opened", "one", "blocked")]


def test_a_notice_that_does_not_arrive_is_sent_again_and_told_once(context: AlertSetup) -> None:
    _fail(context, "one", 1, "read")
    _watch(context)
    context.hook.closed = True
    _fail(context, "one", 6)
    assert _told(context) == []
    context.hook.closed = False
    _fail(context, "one", 3)
    assert _told(context) == [("opened", "one", "blocked")]


def test_what_begins_while_an_alert_is_paused_is_not_told(context: AlertSetup) -> None:
    _fail(context, "one", 1, "read")
    alert = _watch(context)
    context.store.alerts.pause(alert.id, context.now)
    _fail(context, "one", 6)
    context.service.resume(alert.id, context.now)
    _fail(context, "one", 12, "read")
    assert _told(context) == [("closed", "one", "blocked")]


def test_a_search_that_is_changed_loses_and_repeats_nothing(context: AlertSetup) -> None:
    _fail(context, "one", 1, "read")
    context.found("a", "The harbour.")
    context.found("b", "The harbour.")
    context.relay()
    alert = _watch(context)
    _fail(context, "one", 6)
    saved = context.service.saved_search(alert.search)
    context.store.saved.change(replace(saved, query={"source": ["one", "two"]}), fresh=True)
    _fail(context, "one", 12, "read")
    assert _told(context) == [("opened", "one", "blocked"), ("closed", "one", "blocked")]


def test_a_source_that_is_taken_away_has_no_finding_any_more(context: AlertSetup) -> None:
    _fail(context, "one", 1, "read")
    _fail(context, "one", 6)
    runner = replace(context.runner, source_list=SourceList(SOURCES[1:]), watch=FindingWatch())
    runner.tick()
    assert [one.state for one in context.store.findings.events(0)] == ["opened", "closed"]


def test_all_sources_are_judged_by_one_run_and_parts_of_them_between_alerts(
    context: AlertSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.alerts.finding_watch.TOGETHER", 1)
    for source in ("one", "two"):
        _fail(context, source, 4)
        context.visit(source, context.now, "http 403")
    judged = [{one.source for one in context.store.findings.events(0)}]
    for _ in range(2):
        context.now += 2 * OPENS_AFTER
        context.runner.tick()
        judged.append({one.source for one in context.store.findings.events(0)})
    assert judged[-1] == {"one", "two"}
    watch = FindingWatch()
    steps = [watch.step(context.store, SOURCES, context.now) for _ in range(3)]
    assert steps == [True, False, False]
    later = context.now + QUARTER
    assert watch.step(context.store, SOURCES, later)


def test_a_trial_tells_what_was_told(context: AlertSetup) -> None:
    _fail(context, "one", 1, "read")
    alert = _watch(context)
    _fail(context, "one", 6)
    _fail(context, "one", 12, "read")
    draft = AlertDraft(kind="findings", channel="mail", target="-")
    search = search_of(MatchParams.model_validate({"source": ["one"]}), context.now)
    plan = context.service.would_send(context.backend, search, draft, context.now)
    assert [len(one.details["opened"]) for one in plan if one.details] == [1, 0]
    assert len(context.store.notices.of_alert(alert.id)) == len(plan)


def test_each_finding_is_an_event_of_the_log(
    context: AlertSetup, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    _fail(context, "one", 1, "read")
    _fail(context, "one", 6)
    _fail(context, "one", 12, "read")
    told = [values_of(record) for record in caplog.records if values_of(record)]
    assert [(one["event"], one["state"], one["source"], one["problem"]) for one in told] == [
        ("finding", "opened", "one", "blocked"),
        ("finding", "closed", "one", "blocked"),
    ]


@pytest.mark.parametrize("language", sorted(read_texts()))
def test_a_mail_tells_it_in_the_reader_s_language(context: AlertSetup, language: str) -> None:
    _fail(context, "one", 1, "read")
    saved = context.save("", name="Harbour desk", source=["one"])
    context.alert(saved, kind="findings", language=language, tz="Europe/Paris")
    _fail(context, "one", 6)
    (mail,) = context.mailbox.mails
    texts = read_texts()[language]
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        assert texts("findings_opened") in body
        assert texts("problem_blocked") in body
        assert "http 403" in body
        assert texts("alert_sources") in body
    # Folding a long header may take a space.
    subject = str(mail["subject"]).replace(" ", "")
    assert texts.count("findings_told", 1).replace(" ", "") in subject


def test_a_timing_of_another_kind_is_refused(context: AlertSetup) -> None:
    with pytest.raises(Exception, match="timing"):
        _watch(context, timing="hour")
    with pytest.raises(InvalidRecipient):
        _watch(context, channel="mail", target="nobody")
