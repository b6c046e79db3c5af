"""What alerts tell, once: real mails and webhooks for what becomes searchable."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.process.owner import owner_name
from crawler.runtime.clock_watch import ClockWatch
from crawler.runtime.leases import ALERTS, Lease
from crawler.store import FirstIndexed
from search.alerts.channels import DeliveryError
from search.alerts.channels.webhook import Webhook
from search.alerts.eligibility import select_news
from search.alerts.message import Message
from search.commands.checks import DoctorContext, problems
from search.i18n.catalogue import english
from tests.support.alerting import Desk

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def titles(desk: Desk) -> list[list[str]]:
    """The titles of each webhook."""
    return [[article["title"] for article in body["articles"]] for body in desk.hook.bodies]


def webhook(desk: Desk, q: str, **wish: object) -> str:
    return desk.alert(desk.save(q), channel="webhook", target=desk.hook.url, **wish).id


def test_a_match_is_told_once_when_it_is_searchable(desk: Desk) -> None:
    webhook(desk, "harbour")
    desk.found("a", "The harbour opens.")
    desk.found("b", "Nothing of the kind.")
    desk.tick()
    desk.tick()
    assert titles(desk) == [["Title of a"]]


def test_what_was_searchable_before_is_not_new(desk: Desk) -> None:
    desk.found("a", "The harbour opens.")
    desk.relay()
    webhook(desk, "harbour")
    desk.tick()
    desk.found("b", "The harbour closes.")
    desk.tick()
    assert titles(desk) == [["Title of b"]]


def test_a_reindex_tells_nothing(desk: Desk) -> None:
    webhook(desk, "harbour")
    desk.found("a", "The harbour opens.")
    desk.tick()
    desk.store.pages.requeue(desk.now)
    desk.backend.renew()
    desk.tick()
    assert len(titles(desk)) == 1


def test_an_edited_article_is_told_again_only_where_that_is_asked_for(desk: Desk) -> None:
    quiet, eager = webhook(desk, "harbour"), webhook(desk, "harbour", on_change=True)
    desk.found("a", "The harbour opens.")
    desk.tick()
    desk.found("a", "The harbour opens at last.")
    desk.tick()
    alerts = [body["alert"] for body in desk.hook.bodies]
    assert sorted(alerts) == sorted([quiet, eager, eager])


def test_an_edit_that_makes_an_article_match_is_told(desk: Desk) -> None:
    webhook(desk, "harbour")
    desk.found("a", "Something happens.")
    desk.tick()
    desk.found("a", "The harbour opens.")
    desk.tick()
    desk.found("a", "The harbour opens, we learn.")
    desk.tick()
    assert titles(desk) == [["Title of a"]]


def test_an_edit_of_an_article_from_before_the_alert_is_not_told(desk: Desk) -> None:
    desk.found("a", "The harbour opens.")
    desk.relay()
    webhook(desk, "harbour")
    desk.found("a", "The harbour opens at last.")
    desk.tick()
    assert titles(desk) == []


def test_silent_articles_are_not_told() -> None:
    told = [("a", 1, None, True), ("b", 1, None, False), ("a", 2, 1, True)]
    rows = [
        FirstIndexed(seq, *one, datetime(2026, 11, 1, tzinfo=UTC))
        for seq, one in enumerate(told, 1)
    ]
    assert [row.seq for row in select_news(rows, {"a", "b"}, set(), 0, on_change=False)] == [2]
    assert [row.seq for row in select_news(rows, {"a", "b"}, set(), 0, on_change=True)] == [2, 3]


@pytest.mark.slow
def test_all_matches_are_told_however_many(desk: Desk) -> None:
    webhook(desk, "harbour")
    with desk.store.together():
        for number in range(230):
            desk.found(f"n{number}", f"The harbour has {number} ships.")
    desk.tick()
    desk.tick()
    told = [title for some in titles(desk) for title in some]
    assert len(told) == len(set(told)) == 230
    assert [len(some) for some in titles(desk)] == [200, 30]


def test_a_receiver_that_fails_is_tried_again_and_holds_up_no_other(desk: Desk) -> None:
    webhook(desk, "harbour")
    desk.alert(desk.save("harbour"))
    desk.found("a", "The harbour opens.")
    desk.hook.closed = True
    assert desk.tick() == {"made": 2, "sent": 1, "put off": 1}
    assert len(desk.mailbox.mails) == 1
    [failing] = desk.store.notices.failing()
    assert failing.reason == "127.0.0.1: answered 503"
    desk.hook.closed = False
    desk.tick()
    assert titles(desk) == []
    desk.tick(MINUTE)
    assert titles(desk) == [["Title of a"]]
    assert desk.store.notices.failing() == []


def test_a_receiver_that_fails_rests_with_all_that_waits_for_it(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    webhook(desk, "harbour")
    webhook(desk, "opens")
    desk.hook.closed = True
    for number in range(60):
        if number % 6 == 0:
            desk.found(f"n{number}", "The harbour opens.")
        desk.tick(MINUTE)
    assert 4 <= desk.hook.refused <= 9
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    patient = DoctorContext(desk.config, desk.store, desk.now, (), (), 0, None, english())
    [said] = [one.sentence for one in problems(patient) if "alerts" in one.sentence]
    assert "answered 503. 20 messages wait, the next try is at " in said
    desk.hook.closed = False
    for _ in range(62):
        desk.tick(MINUTE)
    told = Counter(title for some in titles(desk) for title in some)
    assert told == {f"Title of n{number}": 2 for number in range(0, 60, 6)}
    assert not [one for one in problems(patient) if "alerts" in one.sentence]


def test_a_clock_that_went_back_delays_no_message(desk: Desk) -> None:
    seconds = [0.0]
    watch = ClockWatch(desk.store, owner_name(), lambda: desk.now, lambda: seconds[0])
    watch.begin()
    webhook(desk, "harbour")
    desk.found("a", "The harbour opens.")
    desk.hook.closed = True
    desk.tick(timedelta())
    desk.hook.closed = False
    desk.now -= timedelta(hours=1)
    desk.tick(timedelta())
    assert titles(desk) == []
    watch.look()
    desk.found("b", "The harbour closes.")
    desk.tick(timedelta())
    assert sorted(titles(desk)) == [["Title of a"], ["Title of b"]]


@pytest.mark.slow
def test_a_message_that_is_never_taken_stands_in_no_other_s_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook(desk, "harbour")
    take = Webhook.send

    def send(self: Webhook, message: Message, target: str) -> None:
        if message.articles[0].article["title"] == "Title of bad":
            raise DeliveryError("answered 413")
        take(self, message, target)

    monkeypatch.setattr(Webhook, "send", send)
    desk.found("bad", "The harbour opens.")
    desk.tick()
    for number in range(30):
        desk.found(f"n{number}", "The harbour opens.")
        desk.tick(MINUTE)
        desk.tick(MINUTE)
    assert titles(desk) == [[f"Title of n{number}"] for number in range(30)]
    [failing] = desk.store.notices.failing()
    assert failing.tries < 10


def test_what_can_t_be_sent_for_long_is_given_up_kept_and_sent_when_asked(desk: Desk) -> None:
    webhook(desk, "harbour")
    desk.found("a", "The harbour opens.")
    desk.hook.closed = True
    for _ in range(9):
        desk.tick(DAY)
    [failed] = desk.store.notices.failing()
    assert failed.state == "failed"
    desk.hook.closed = False
    desk.tick(DAY)
    assert titles(desk) == []
    assert desk.store.notices.retry(desk.now) == 1
    desk.tick()
    assert titles(desk) == [["Title of a"]]


def test_a_paused_alert_goes_on_from_where_it_is_resumed(desk: Desk) -> None:
    alert = webhook(desk, "harbour")
    desk.store.alerts.pause(alert, desk.now)
    desk.found("a", "The harbour opens.")
    desk.tick()
    desk.service.resume(alert, desk.now)
    desk.found("b", "The harbour closes.")
    desk.tick()
    assert titles(desk) == [["Title of b"]]


def test_a_search_that_can_t_be_read_any_more_is_shown_and_kept(desk: Desk) -> None:
    saved = desk.save("harbour")
    alert = desk.alert(saved, channel="webhook", target=desk.hook.url)
    beside = webhook(desk, "harbour")
    broken = saved.__class__(
        **{**{n: getattr(saved, n) for n in saved.__slots__}, "query": {"q": "(harbour"}}
    )
    desk.store.saved.change(broken, fresh=False)
    desk.found("a", "The harbour opens.")
    desk.tick()
    troubled = desk.store.alerts.find(alert.id)
    assert troubled is not None
    assert "never closed" in str(troubled.trouble)
    assert [body["alert"] for body in desk.hook.bodies] == [beside]
    desk.store.saved.change(saved, fresh=True)
    desk.tick()
    mended = desk.store.alerts.find(alert.id)
    assert mended is not None
    assert mended.trouble is None
    assert [body["alert"] for body in desk.hook.bodies] == [beside, alert.id]


def test_removed_searches_take_their_alerts_with_them(desk: Desk) -> None:
    saved = desk.save("harbour")
    desk.alert(saved)
    desk.found("a", "The harbour opens.")
    assert desk.store.saved.remove(saved.id)
    assert not desk.store.saved.remove(saved.id)
    desk.tick()
    assert desk.store.alerts.all() == []
    assert desk.mailbox.mails == []


def test_two_runners_send_nothing_twice(desk: Desk) -> None:
    webhook(desk, "harbour")
    desk.found("a", "The harbour opens.")
    desk.relay()
    first, second = desk.runner, desk.runner
    first.tick()
    second.tick()
    assert titles(desk) == [["Title of a"]]


def test_only_who_has_the_turn_runs(desk: Desk) -> None:
    webhook(desk, "harbour")
    desk.found("a", "The harbour opens.")
    desk.relay()
    first, second = (
        replace(desk.runner, lease=Lease(desk.store.leases, lambda: desk.now, owner_name(), ALERTS))
        for _ in range(2)
    )
    assert first.lease is not None
    assert first.lease.take() is None
    assert second.tick() == {}
    assert titles(desk) == []
    first.lease.release()
    assert second.tick() == {"made": 1, "sent": 1}
