"""Volume alerts: far from its own history, and quiet below a floor."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from search.alerts.service import AlertDraft
from search.alerts.volume import Baseline, comparable_counts, find_anomaly
from search.query.request import MatchParams, search_of
from tests.support.alerting import AlertSetup

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OCTOBER = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is unusual does not hang on the kind of database."""
    return f"sqlite:///{tmp_path / 'veille.sqlite'}"


def past(counts: Mapping[datetime, int], since: datetime) -> Baseline:
    """A past that was watched since then, every hour of it."""
    hours = int((datetime(2026, 12, 1, tzinfo=UTC) - since) / HOUR)
    return Baseline(counts, {since + number * HOUR: 1.0 for number in range(hours)})


def volume_alert(context: AlertSetup) -> None:
    """An alert by days on a search, whose sources have been watched for a day."""
    saved = context.save("harbour")
    context.now, context.watched_for = OCTOBER, DAY
    context.alert(
        saved, kind="volume", timing="day", floor=5, channel="webhook", target=context.hook.url
    )


def publish(context: AlertSetup, number: int) -> None:
    """So many articles of this minute and those after it."""
    with context.store.together():
        for one in range(number):
            moment = context.now + timedelta(minutes=one)
            bounds: dict[str, Any] = dict.fromkeys(
                ("published", "published_earliest", "published_latest"), moment
            )
            context.found(
                f"d{context.now:%m%d%H}n{one}",
                "The harbour.",
                published_precision="minute",
                **bounds,
            )


def days(context: AlertSetup, number: int, articles: int, outcome: str = "same") -> None:
    """Days with so many articles each, the source visited every six hours with this outcome."""
    for _ in range(number):
        for _ in range(4):
            context.now += 6 * HOUR
            context.visit("one", context.now, outcome)
        publish(context, articles)
        context.tick()


def test_what_is_far_from_the_usual_count() -> None:
    calm = [10, 12, 9, 11, 10, 8, 12, 10]
    assert find_anomaly(13, calm, 5) is None
    more = find_anomaly(60, calm, 5)
    assert more is not None
    assert more.more
    assert (more.count, more.usual) == (60, 10.0)


def test_fewer_than_usual_is_unusual_too() -> None:
    fewer = find_anomaly(0, [40, 44, 38, 41], 10)
    assert fewer is not None
    assert not fewer.more


def test_quiet_below_the_floor_without_history_and_where_counts_always_vary() -> None:
    assert find_anomaly(9, [0, 0, 0, 0], 10) is None
    assert find_anomaly(10, [0, 0, 0, 0], 10) is not None
    assert find_anomaly(500, [1, 2, 1], 10) is None
    assert find_anomaly(90, [5, 100, 20, 60, 3, 80], 10) is None


def test_too_few_are_told_only_where_enough_was_watched_and_the_rest_can_t_make_up_for_it() -> None:
    calm = [100, 104, 98, 101]
    assert find_anomaly(20, calm, 10, watched=0.95) is not None
    assert find_anomaly(57, calm, 10, watched=0.95) is None, "the rest may have held five"
    assert find_anomaly(0, calm, 10, watched=0.8) is None
    assert find_anomaly(400, calm, 10, watched=0.1) is not None, "what came has come"


def test_history_is_of_the_same_weekday_and_hour() -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday
    counts = {start - timedelta(days=back, hours=shift): 7 if back % 7 == 0 and not shift else 1
              for back in range(1, 57) for shift in range(24)}  # fmt: skip
    assert comparable_counts(past(counts, start - 70 * DAY), start, "UTC") == [7] * 8


def test_history_keeps_its_local_hour_through_a_change_of_clocks() -> None:
    start = datetime.fromisoformat("2026-11-02T08:00:00+00:00")  # 09:00 in Paris, in winter
    summer = {
        start - timedelta(days=7 * back) - HOUR: 5 for back in range(2, 9)
    }  # 09:00 in Paris, in summer
    winter = {start - timedelta(days=7): 5}
    assert (
        comparable_counts(past({**summer, **winter}, start - 70 * DAY), start, "Europe/Paris")
        == [5] * 8
    )


def test_young_history_takes_the_hour_of_all_days_and_zeros_that_were_watched() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    counts = {start - 6 * DAY: 3, start - 2 * DAY: 4, start - 9 * DAY: 90}
    assert comparable_counts(past(counts, start - 6 * DAY), start, "UTC") == [0, 4, 0, 0, 0, 3]


def test_a_time_that_was_not_watched_is_no_history() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    known = past({start - back * DAY: 5 for back in (1, 3, 5, 6)}, start - 6 * DAY)
    blind = {start - 2 * DAY: 0.0, start - 4 * DAY: 0.5}
    assert comparable_counts(Baseline(known.counts, {**known.watched, **blind}), start, "UTC") == [
        5,
        5,
        5,
        5,
    ]


def test_a_flood_is_told_once_with_the_articles_that_made_it(context: AlertSetup) -> None:
    volume_alert(context)
    days(context, 6, 2)
    days(context, 1, 30)
    flood = context.now
    days(context, 2, 2)
    [body] = context.hook.bodies
    assert body["volume"]["count"] == body["total"] == len(body["articles"]) == 30
    assert body["volume"]["usual"] == 2
    assert body["volume"]["start"][:10] == f"{flood:%Y-%m-%d}"
    assert {article["published"][:10] for article in body["articles"]} == {f"{flood:%Y-%m-%d}"}


@pytest.mark.parametrize(("outcome", "told"), [("same", 1), ("http 503", 0)])
def test_silence_is_told_where_it_was_watched_and_not_where_nobody_could_look(
    context: AlertSetup, outcome: str, told: int
) -> None:
    volume_alert(context)
    days(context, 8, 20)
    days(context, 1, 0, outcome)
    context.visit("one", context.now + DAY, outcome)
    context.tick(DAY)
    assert [body["volume"]["count"] for body in context.hook.bodies] == [0] * told
    month = context.service.would_send(
        context.backend,
        search_of(MatchParams(q="harbour"), context.now),
        AlertDraft(channel="mail", target="x", kind="volume", timing="day"),
        context.now,
    )
    assert [one.details["count"] for one in month if one.details] == [0] * told


@pytest.mark.slow
def test_blindness_to_a_source_that_never_matches_changes_nothing(context: AlertSetup) -> None:
    volume_alert(context)
    context.found("x", "Nothing of the kind.", "two")
    days(context, 8, 20)
    context.visit("two", context.now, "http 503")
    days(context, 1, 0)
    context.visit("one", context.now + DAY, "same")
    context.tick(DAY)
    assert [body["volume"]["count"] for body in context.hook.bodies] == [0]
