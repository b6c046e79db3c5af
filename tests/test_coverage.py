"""Was there no news, or was nobody watching: the ledger as API, command and beside the timeline."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from crawler.coverage import (
    Backfill,
    EntryPointState,
    EntryPointStatus,
    Pause,
    Span,
    coverage_stretches,
    merge_backfills,
    spans_until_now,
    steps,
    with_backfills,
)
from crawler.sources import Source
from crawler.store import DiscoveredPage, EntryPoint, Store, Visit
from search.app import create_app
from tests.support.clock import NOW, moment
from tests.support.shelf import client, indexed, shelf

T0 = moment(16, 0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = "https://le-veilleur.example/feed.xml"
SOURCES = [
    Source(
        id="le-veilleur",
        name="Le Veilleur",
        home="https://le-veilleur.example/",
        feeds=(FEED,),
        collections=("liban",),
    ),
    Source(id="late", name="Late", home="https://late.example/"),
]


def span(start: float, end: float, state: str = "watched", reason: str | None = None) -> Span:
    return Span(T0 + start * HOUR, T0 + end * HOUR, state, reason)  # type: ignore[arg-type]


def point(visited: float, outcome: str = "read", interval: float = 900) -> EntryPointState:
    at = T0 + visited * HOUR
    return EntryPointState("feed", True, T0, at, at, outcome, interval=interval)


def test_a_source_is_watched_by_the_share_of_its_entry_points() -> None:
    whole, half = [span(0, 10)], [span(0, 5), span(5, 10, "blind", "blocked")]
    (before, after) = steps(
        [coverage_stretches([whole, half], T0, T0 + 10 * HOUR, T0)],
        [T0, T0 + 5 * HOUR, T0 + 10 * HOUR],
    )
    assert (before.state, before.share, before.reasons) == ("watched", 1.0, ())
    assert (after.state, after.share, after.reasons) == ("partly", 0.5, ("blocked",))
    assert after.hours == {"blocked": 2.5}


def test_steps_that_a_piece_covers_whole_and_in_part_add_up() -> None:
    held = coverage_stretches(
        [[span(0.5, 7.25), span(7.25, 9, "blind", "down")]], T0, T0 + 24 * HOUR, T0 + 0.5 * HOUR
    )
    found = steps([held], [T0 + hour * HOUR for hour in range(25)])
    assert [step.share for step in found[:10]] == [0.5, 1, 1, 1, 1, 1, 1, 0.25, 0, 0]
    assert [step.reasons for step in (found[0], found[7], found[8], found[9])] == [
        ("not-added",),
        ("down",),
        ("down",),
        ("idle",),
    ]


def test_a_gap_counts_half_and_is_told() -> None:
    (step,) = steps(
        [coverage_stretches([[span(0, 1, "partly", "gap")]], T0, T0 + HOUR, T0)], [T0, T0 + HOUR]
    )
    assert (step.state, step.share, step.reasons) == ("partly", 0.5, ("gap",))


BACKFILLED = {
    "an outage": ((3, 5), ["down", "backfilled", None]),
    "a part of an outage": ((2.5, 3.5), ["down", "backfilled", "down", None]),
    "watched time": ((6, 7), ["down", None, None, None]),
    "more than an outage": ((-3, 30), ["backfilled", None]),
    "nothing": ((20, 30), ["down", None]),
}


@pytest.mark.parametrize("case", BACKFILLED)
def test_what_came_later_is_told_and_counts_for_nothing(case: str) -> None:
    (start, end), reasons = BACKFILLED[case]
    spans = [span(0, 5, "blind", "down"), span(5, 9)]
    plain = coverage_stretches([spans], T0 + 2 * HOUR, T0 + 9 * HOUR, T0)
    backfills = merge_backfills(
        [Backfill(T0 + start * HOUR, T0 + end * HOUR), Backfill(T0 + 40 * HOUR, T0 + 41 * HOUR)]
    )
    told = with_backfills(plain, backfills)
    assert [next(iter(stretch.lost), None) for stretch in told] == reasons
    whole = [T0 + 2 * HOUR, T0 + 9 * HOUR]
    assert steps([told], whole)[0].share == steps([plain], whole)[0].share


def test_time_that_the_next_visit_will_tell_of_does_not_count() -> None:
    spans = spans_until_now(point(9), [span(0, 9)], T0 + 9.2 * HOUR, EntryPointStatus())
    (step,) = steps([coverage_stretches([spans], T0, T0 + 9.2 * HOUR, T0)], [T0, T0 + 24 * HOUR])
    assert (step.state, step.share) == ("watched", 1.0)
    (last,) = steps(
        [coverage_stretches([spans], T0, T0 + 9.2 * HOUR, T0)], [T0 + 9 * HOUR, T0 + 10 * HOUR]
    )
    assert (last.state, last.reasons) == ("partly", ("pending",))


@pytest.mark.parametrize(
    ("hours", "outcome", "due", "reason"),
    [
        (0.5, "http 403", None, "blocked"),
        (3, "read", None, "idle"),
        (3, "read", 13, "pending"),
        (5, "read", 13, "idle"),
        (3, "http 403", None, "idle"),
    ],
)
def test_what_follows_the_last_visit(
    hours: float, outcome: str, due: float | None, reason: str
) -> None:
    status = EntryPointStatus(due=None if due is None else T0 + due * HOUR)
    spans = spans_until_now(point(9, outcome), [span(0, 9)], T0 + (9 + hours) * HOUR, status)
    assert (spans[-1].start, spans[-1].reason) == (T0 + 9 * HOUR, reason)


def test_a_pause_explains_what_was_not_visited_and_nothing_else() -> None:
    pauses = [Pause(T0 + 4 * HOUR, T0 + 6 * HOUR), Pause(T0 + 10 * HOUR, None)]
    known = [span(0, 5), span(5, 9, "blind", "idle"), span(9, 9.5)]
    spans = spans_until_now(point(9.5), known, T0 + 20 * HOUR, EntryPointStatus(pauses=pauses))
    assert [((one.start - T0) / HOUR, (one.end - T0) / HOUR, one.reason) for one in spans] == [
        (0, 5, None),
        (5, 6, "paused"),
        (6, 9, "idle"),
        (9, 9.5, None),
        (9.5, 10, "idle"),
        (10, 20, "paused"),
    ]


def test_an_entry_point_that_is_named_no_longer_says_nothing_after_its_last_visit() -> None:
    old = spans_until_now(point(2), [span(0, 2)], T0 + 9 * HOUR, EntryPointStatus(current=False))
    new = spans_until_now(point(9), [span(2, 9)], T0 + 9 * HOUR, EntryPointStatus())
    (step,) = steps([coverage_stretches([old, new], T0, T0 + 9 * HOUR, T0)], [T0, T0 + 9 * HOUR])
    assert step.share == 1.0


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("coverage")
    store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
    entry = EntryPoint(FEED, "feed")
    for hour in range(int((NOW - T0) / HOUR) + 1):
        at, down = T0 + hour * HOUR, 24 <= hour < 72
        links = [
            DiscoveredPage(f"x/{n}", f"https://le-veilleur.example/{n}")
            for n in range(hour, hour + 10)
        ]
        crawl = store.ledger.start("le-veilleur", at)
        outcome = "http 503" if down else "read"
        store.ledger.record_visit(
            Visit(crawl, "le-veilleur", entry, at, outcome, 0 if down else 10),
            () if down else links,
        )
    with (
        indexed(shelf(), folder / "index") as backend,
        client(create_app(backend, store, now=lambda: NOW, sources=SOURCES)) as opened,
    ):
        yield opened
    store.close()


def asked(api: TestClient, path: str, **params: str) -> Any:
    response = api.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_zero_in_a_timeline_is_explained(api: TestClient) -> None:
    body = asked(
        api, "/api/v1/timeline", source="le-veilleur", **{"from": "2026-11-15"}, interval="day"
    )
    days = {bucket["date"]: (bucket["count"], bucket["watched"]) for bucket in body["buckets"]}
    assert list(days) == [f"2026-11-{day}" for day in range(15, 23)]
    assert days["2026-11-15"] == (0, {"state": "blind", "share": 0.0, "reasons": ["not-added"]})
    assert days["2026-11-16"] == (0, {"state": "partly", "share": 0.9583, "reasons": ["down"]})
    assert days["2026-11-17"] == (0, {"state": "blind", "share": 0.0, "reasons": ["down"]})
    assert days["2026-11-19"] == (1, {"state": "watched", "share": 1.0, "reasons": []})
    assert days["2026-11-22"][1]["state"] == "watched"


def test_a_timeline_of_several_sources_tells_of_all(api: TestClient) -> None:
    body = asked(
        api, "/api/v1/timeline", **{"from": "2026-11-20", "to": "2026-11-20"}, interval="day"
    )
    assert body["buckets"][0]["watched"] == {
        "state": "partly",
        "share": 0.5,
        "reasons": ["not-added"],
    }
    for narrowed in ({"q": "source:le-veilleur armée"}, {"collection": "liban"}):
        body = asked(
            api,
            "/api/v1/timeline",
            **narrowed,
            **{"from": "2026-11-20", "to": "2026-11-20"},
            interval="day",
        )
        assert body["buckets"][0]["watched"]["share"] == 1.0, narrowed


def test_coverage_names_each_source_with_its_spans(api: TestClient) -> None:
    body = asked(api, "/api/v1/coverage", **{"from": "2026-11-16", "to": "2026-11-21"})
    assert (body["interval"], body["from"], body["to"]) == (
        "day",
        "2026-11-16T00:00:00+00:00",
        "2026-11-22T00:00:00+00:00",
    )
    first, second = body["sources"]
    assert (first["id"], first["name"], first["hours_lost"]) == (
        "le-veilleur",
        "Le Veilleur",
        {"down": 49.0},
    )
    assert [(one["state"], one["reasons"]) for one in first["spans"]] == [
        ("watched", []),
        ("blind", ["down"]),
        ("watched", []),
    ]
    assert first["spans"][1]["start"] == "2026-11-16T23:00:00+00:00"
    assert (second["id"], second["watched"]["state"], second["watched"]["reasons"]) == (
        "late",
        "blind",
        ["not-added"],
    )
    assert len(body["buckets"]) == 6


def test_coverage_in_local_days_and_by_hours(api: TestClient) -> None:
    body = asked(
        api,
        "/api/v1/coverage",
        source="le-veilleur",
        tz="Asia/Beirut",
        interval="hour",
        **{"from": "2026-11-17"},
    )
    assert body["buckets"][0]["date"] == "2026-11-17T00:00:00+02:00"
    assert body["buckets"][0]["watched"]["share"] == 1.0
    assert body["buckets"][1]["watched"]["reasons"] == ["down"]


@pytest.mark.parametrize(
    "params",
    [
        {"from": "2026-11-20", "to": "2026-11-10"},
        {"from": "soon"},
        {"tz": "Mars/Olympus"},
        {"interval": "hour", "from": "1990"},
    ],
)
def test_a_mistake_is_told(api: TestClient, params: dict[str, str]) -> None:
    response = api.get("/api/v1/coverage", params=params)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_an_export_says_how_its_time_was_watched(api: TestClient) -> None:
    response = api.get("/api/v1/export.csv", params={"source": "le-veilleur", "from": "2026-11-16"})
    assert response.headers["Veille-Watched"].startswith("partly; share=0.6")
    assert response.headers["Veille-Watched"].endswith("; reasons=down")
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert {(row["published"][:10], row["watched"], row["watched_share"]) for row in rows} == {
        ("2026-11-19", "watched", "1.0"),
        ("2026-11-20", "watched", "1.0"),
    }
    lines = [orjson.loads(line) for line in api.get("/api/v1/export.jsonl").content.splitlines()]
    spans_until_now = {line["id"]: line["watched"] for line in lines}
    assert spans_until_now["fr-3"] == {"state": "blind", "share": 0.0, "reasons": ["not-added"]}
    assert all((line["watched"] is None) == (line["published"] is None) for line in lines)


def test_an_export_of_nothing_is_explained(api: TestClient) -> None:
    params = {"source": "le-veilleur", "from": "2026-11-17", "to": "2026-11-17"}
    response = api.get("/api/v1/export.jsonl", params=params)
    assert (response.content, response.headers["Veille-Watched"]) == (
        b"",
        "blind; share=0; reasons=down",
    )


def test_a_timeline_can_be_taken_as_csv(api: TestClient) -> None:
    params = {"source": "le-veilleur", "from": "2026-11-18", "interval": "day"}
    rows = list(
        csv.reader(
            io.StringIO(api.get("/api/v1/timeline.csv", params=params).text.removeprefix("\ufeff"))
        )
    )
    assert rows[0] == ["date", "count", "coarse", "watched", "watched_share", "watched_reasons"]
    assert rows[1] == ["2026-11-18", "0", "0", "blind", "0.0", "down"]
    assert rows[2] == ["2026-11-19", "1", "0", "watched", "1.0", ""]
    narrowed = {name: value for name, value in params.items() if name != "interval"}
    assert sum(int(row[1]) for row in rows[1:]) == asked(api, "/api/v1/search", **narrowed)["total"]
