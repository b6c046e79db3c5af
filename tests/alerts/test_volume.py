"""Volume alerts: far from its own history, and quiet below a floor."""

from datetime import UTC, datetime, timedelta

from search.alerts.volume import history, unusual
from tests.support.alerting import Desk

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_what_is_far_from_the_usual_count() -> None:
    calm = [10, 12, 9, 11, 10, 8, 12, 10]
    assert unusual(13, calm, 5) is None
    more = unusual(60, calm, 5)
    assert more is not None
    assert more.more
    assert (more.count, more.usual) == (60, 10.0)


def test_fewer_than_usual_is_unusual_too() -> None:
    fewer = unusual(0, [40, 44, 38, 41], 10)
    assert fewer is not None
    assert not fewer.more


def test_quiet_below_the_floor_without_history_and_where_counts_always_vary() -> None:
    assert unusual(9, [0, 0, 0, 0], 10) is None
    assert unusual(10, [0, 0, 0, 0], 10) is not None
    assert unusual(500, [1, 2, 1], 10) is None
    assert unusual(90, [5, 100, 20, 60, 3, 80], 10) is None


def test_history_is_of_the_same_weekday_and_hour() -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday
    counts = {start - timedelta(days=back, hours=shift): 7 if back % 7 == 0 and not shift else 1
              for back in range(1, 57) for shift in range(24)}  # fmt: skip
    assert history(counts, start, HOUR, "UTC") == [7] * 8


def test_history_keeps_its_local_hour_through_a_change_of_clocks() -> None:
    start = datetime.fromisoformat("2026-11-02T08:00:00+00:00")  # 09:00 in Paris, in winter
    summer = {start - timedelta(days=7 * back) - HOUR: 5 for back in range(2, 9)}  # 09:00 in Paris, in summer
    winter = {start - timedelta(days=7): 5}
    assert history({**summer, **winter}, start, HOUR, "Europe/Paris") == [5] * 8


def test_young_history_takes_the_hour_of_all_days_and_zeros_count_from_the_first_article_on() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    assert history({start - 6 * DAY: 3, start - 2 * DAY: 4}, start, DAY, "UTC") == [0, 4, 0, 0, 0, 3]


def test_a_flood_is_told_once_with_the_articles_that_made_it(desk: Desk) -> None:
    saved = desk.save("harbour")
    desk.now = datetime(2026, 10, 1, 12, tzinfo=UTC)
    desk.alert(saved, kind="volume", timing="day", floor=5, channel="webhook", target=desk.hook.url)

    def publish(day: datetime, number: int) -> None:
        for one in range(number):
            moment = day + timedelta(minutes=one)
            desk.found(
                f"d{day:%m%d}n{one}",
                "The harbour.",
                published=moment,
                published_precision="minute",
                published_earliest=moment,
                published_latest=moment,
            )

    for _ in range(6):
        publish(desk.now, 2)
        desk.tick(DAY)
    publish(desk.now, 30)
    flood = desk.now
    desk.tick(DAY)
    desk.tick(DAY)
    [body] = desk.hook.bodies
    assert body["volume"]["count"] == body["total"] == len(body["articles"]) == 30
    assert body["volume"]["usual"] == 2
    assert body["volume"]["start"][:10] == f"{flood:%Y-%m-%d}"
    assert {article["published"][:10] for article in body["articles"]} == {f"{flood:%Y-%m-%d}"}
