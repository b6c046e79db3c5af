"""What was found to be wrong with sources, as the store keeps it, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from crawler.health import Finding
from crawler.health.settling import CLOSES_AFTER, OPENS_AFTER
from crawler.store import Store
from crawler.store.statistics.finding_log import KEPT_FOR
from tests.support.clock import NOW


def _finding(problem: Any, **figures: float | str) -> Finding:
    return Finding(problem, "warning", NOW, ("moved_to",), "moved_to", figures)


def _states(store: Store) -> list[tuple[str, str, str]]:
    return [(one.source, one.finding.problem, one.state) for one in store.findings.events(0)]


def test_a_finding_is_opened_and_closed_once(store: Store) -> None:
    moved = _finding("moved", location="https://\u0635.example/", failures=8)
    errors = _finding("errors")
    at = NOW
    assert store.findings.record({"one": [moved, moved, errors], "two": []}, at) == []
    at += OPENS_AFTER
    opened = store.findings.record({"one": [errors, moved]}, at)
    assert [one.finding for one in opened] == [errors, moved]
    assert store.findings.record({"one": [errors]}, at + CLOSES_AFTER / 2) == []
    at += CLOSES_AFTER
    (closed,) = store.findings.record({"one": [errors]}, at)
    assert (closed.finding, closed.state, closed.at) == (moved, "closed", at)
    assert store.findings.record({"one": [errors]}, at + timedelta(hours=1)) == []
    assert closed.seq == store.findings.newest()
    assert _states(store) == [
        ("one", "errors", "opened"),
        ("one", "moved", "opened"),
        ("one", "moved", "closed"),
    ]
    assert store.findings.events(opened[0].seq, until=at) == [opened[1]]
    assert store.findings.events(0, since=at) == [closed]


def test_sources_that_are_left_out_have_none_any_more(store: Store) -> None:
    for at in (NOW, NOW + OPENS_AFTER):
        store.findings.record({name: [_finding("errors")] for name in ("one", "two")}, at)
    store.findings.record({"three": [_finding("errors")]}, NOW)
    closed = store.findings.leave_out(["two"], NOW + OPENS_AFTER)
    assert [(one.source, one.state) for one in closed] == [("one", "closed")]
    assert store.findings.leave_out(["two"], NOW + OPENS_AFTER) == []


def test_the_log_is_kept_for_long_and_not_for_ever(store: Store) -> None:
    for at in (NOW, NOW + OPENS_AFTER):
        store.findings.record({"one": [_finding("errors")]}, at)
    store.findings.leave_out(["one"], NOW + KEPT_FOR)
    assert len(_states(store)) == 1
    store.findings.leave_out(["one"], NOW + KEPT_FOR + timedelta(days=1))
    assert _states(store) == []


@pytest.mark.parametrize("column", ["figures", "codes"])
def test_a_damaged_row_costs_its_sentences_only(store: Store, column: str) -> None:
    store.findings.record({"one": [_finding("moved")], "two": [_finding("moved")]}, NOW)
    with store.findings._writes.begin() as connection:
        connection.exec_driver_sql(f"UPDATE findings SET {column} = 'null' WHERE source = 'one'")
    events = store.findings.record({"two": [_finding("moved")]}, NOW + OPENS_AFTER)
    assert [one.source for one in events] == ["two"]
    again = store.findings.record({"one": [_finding("moved")]}, NOW + OPENS_AFTER)
    assert [one.source for one in again] == ["one"]
