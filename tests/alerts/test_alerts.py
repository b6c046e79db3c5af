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
from tests.support.alerting import AlertSetup

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def titles(context: AlertSetup) -> list[list[str]]:
    """The titles of each webhook."""
    return [[article["title"] for article in body["articles"]] for body in context.hook.bodies]


def webhook(context: AlertSetup, q: str, **wish: object) -> str:
    return context.alert(context.save(q), channel="webhook", target=context.hook.url, **wish).id


def test_a_match_is_told_once_when_it_is_searchable(context: AlertSetup) -> None:
    webhook(context, "harbour")
    context.found("a", "The harbour opens.")
    context.found("b", "Nothing of the kind.")
    context.tick()
    context.tick()
    assert titles(context) == [["Title of a"]]


def test_what_was_searchable_before_is_not_new(context: AlertSetup) -> None:
    context.found("a", "The harbour opens.")
    context.relay()
    webhook(context, "harbour")
    context.tick()
    context.found("b", "The harbour closes.")
    context.tick()
    assert titles(context) == [["Title of b"]]


def test_a_reindex_tells_nothing(context: AlertSetup) -> None:
    webhook(context, "harbour")
    context.found("a", "The harbour opens.")
    context.tick()
    context.store.pages.requeue(context.now)
    context.backend.renew()
    context.tick()
    assert len(titles(context)) == 1


def test_an_edited_article_is_told_again_only_where_that_is_asked_for(context: AlertSetup) -> None:
    quiet, eager = webhook(context, "harbour"), webhook(context, "harbour", on_change=True)
    context.found("a", "The harbour opens.")
    context.tick()
    context.found("a", "The harbour opens at last.")
    context.tick()
    alerts = [body["alert"] for body in context.hook.bodies]
    assert sorted(alerts) == sorted([quiet, eager, eager])


def test_an_edit_that_makes_an_article_match_is_told(context: AlertSetup) -> None:
    webhook(context, "harbour")
    context.found("a", "Something happens.")
    context.tick()
    context.found("a", "The harbour opens.")
    context.tick()
    context.found("a", "The harbour opens, we learn.")
    context.tick()
    assert titles(context) == [["Title of a"]]


def test_an_edit_of_an_article_from_before_the_alert_is_not_told(context: AlertSetup) -> None:
    context.found("a", "The harbour opens.")
    context.relay()
    webhook(context, "harbour")
    context.found("a", "The harbour opens at last.")
    context.tick()
    assert titles(context) == []


def test_silent_articles_are_not_told() -> None:
    told = [("a", 1, None, True), ("b", 1, None, False), ("a", 2, 1, True)]
    rows = [
        FirstIndexed(seq, *one, datetime(2026, 11, 1, tzinfo=UTC))
        for seq, one in enumerate(told, 1)
    ]
    assert [row.seq for row in select_news(rows, {"a", "b"}, set(), 0, on_change=False)] == [2]
    assert [row.seq for row in select_news(rows, {"a", "b"}, set(), 0, on_change=True)] == [2, 3]


@pytest.mark.slow
def test_all_matches_are_told_however_many(context: AlertSetup) -> None:
    webhook(context, "harbour")
    with context.store.together():
        for number in range(230):
            context.found(f"n{number}", f"The harbour has {number} ships.")
    context.tick()
    context.tick()
    told = [title for some in titles(context) for title in some]
    assert len(told) == len(set(told)) == 230
    assert [len(some) for some in titles(context)] == [200, 30]


def test_a_receiver_that_fails_is_tried_again_and_holds_up_no_other(context: AlertSetup) -> None:
    webhook(context, "harbour")
    context.alert(context.save("harbour"))
    context.found("a", "The harbour opens.")
    context.hook.closed = True
    assert context.tick() == {"made": 2, "sent": 1, "put off": 1}
    assert len(context.mailbox.mails) == 1
    [failing] = context.store.notices.failing()
    assert failing.reason == "127.0.0.1: answered 503"
    context.hook.closed = False
    context.tick()
    assert titles(context) == []
    context.tick(MINUTE)
    assert titles(context) == [["Title of a"]]
    assert context.store.notices.failing() == []


def test_a_receiver_that_fails_rests_with_all_that_waits_for_it(
    context: AlertSetup, caplog: pytest.LogCaptureFixture
) -> None:
    webhook(context, "harbour")
    webhook(context, "opens")
    context.hook.closed = True
    for number in range(60):
        if number % 6 == 0:
            context.found(f"n{number}", "The harbour opens.")
        context.tick(MINUTE)
    assert 4 <= context.hook.refused <= 9
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    patient = DoctorContext(context.config, context.store, context.now, (), (), 0, None, english())
    [said] = [one.sentence for one in problems(patient) if "alerts" in one.sentence]
    assert "answered 503. 20 messages wait, the next try is at " in said
    context.hook.closed = False
    for _ in range(62):
        context.tick(MINUTE)
    told = Counter(title for some in titles(context) for title in some)
    assert told == {f"Title of n{number}": 2 for number in range(0, 60, 6)}
    assert not [one for one in problems(patient) if "alerts" in one.sentence]


def test_a_clock_that_went_back_delays_no_message(context: AlertSetup) -> None:
    seconds = [0.0]
    watch = ClockWatch(context.store, owner_name(), lambda: context.now, lambda: seconds[0])
    watch.begin()
    webhook(context, "harbour")
    context.found("a", "The harbour opens.")
    context.hook.closed = True
    context.tick(timedelta())
    context.hook.closed = False
    context.now -= timedelta(hours=1)
    context.tick(timedelta())
    assert titles(context) == []
    watch.look()
    context.found("b", "The harbour closes.")
    context.tick(timedelta())
    assert sorted(titles(context)) == [["Title of a"], ["Title of b"]]


@pytest.mark.slow
def test_a_message_that_is_never_taken_stands_in_no_other_s_way(
    context: AlertSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook(context, "harbour")
    take = Webhook.send

    def send(self: Webhook, message: Message, target: str) -> None:
        if message.articles[0].article["title"] == "Title of bad":
            raise DeliveryError("answered 413")
        take(self, message, target)

    monkeypatch.setattr(Webhook, "send", send)
    context.found("bad", "The harbour opens.")
    context.tick()
    for number in range(30):
        context.found(f"n{number}", "The harbour opens.")
        context.tick(MINUTE)
        context.tick(MINUTE)
    assert titles(context) == [[f"Title of n{number}"] for number in range(30)]
    [failing] = context.store.notices.failing()
    assert failing.tries < 10


def test_what_can_t_be_sent_for_long_is_given_up_kept_and_sent_when_asked(
    context: AlertSetup,
) -> None:
    webhook(context, "harbour")
    context.found("a", "The harbour opens.")
    context.hook.closed = True
    for _ in range(9):
        context.tick(DAY)
    [failed] = context.store.notices.failing()
    assert failed.state == "failed"
    context.hook.closed = False
    context.tick(DAY)
    assert titles(context) == []
    assert context.store.notices.retry(context.now) == 1
    context.tick()
    assert titles(context) == [["Title of a"]]


def test_a_paused_alert_goes_on_from_where_it_is_resumed(context: AlertSetup) -> None:
    alert = webhook(context, "harbour")
    context.store.alerts.pause(alert, context.now)
    context.found("a", "The harbour opens.")
    context.tick()
    context.service.resume(alert, context.now)
    context.found("b", "The harbour closes.")
    context.tick()
    assert titles(context) == [["Title of b"]]


def test_a_search_that_can_t_be_read_any_more_is_shown_and_kept(context: AlertSetup) -> None:
    saved = context.save("harbour")
    alert = context.alert(saved, channel="webhook", target=context.hook.url)
    beside = webhook(context, "harbour")
    broken = saved.__class__(
        **{**{n: getattr(saved, n) for n in saved.__slots__}, "query": {"q": "(harbour"}}
    )
    context.store.saved.change(broken, fresh=False)
    context.found("a", "The harbour opens.")
    context.tick()
    troubled = context.store.alerts.find(alert.id)
    assert troubled is not None
    assert "never closed" in str(troubled.trouble)
    assert [body["alert"] for body in context.hook.bodies] == [beside]
    context.store.saved.change(saved, fresh=True)
    context.tick()
    mended = context.store.alerts.find(alert.id)
    assert mended is not None
    assert mended.trouble is None
    assert [body["alert"] for body in context.hook.bodies] == [beside, alert.id]


def test_removed_searches_take_their_alerts_with_them(context: AlertSetup) -> None:
    saved = context.save("harbour")
    context.alert(saved)
    context.found("a", "The harbour opens.")
    assert context.store.saved.remove(saved.id)
    assert not context.store.saved.remove(saved.id)
    context.tick()
    assert context.store.alerts.all() == []
    assert context.mailbox.mails == []


def test_two_runners_send_nothing_twice(context: AlertSetup) -> None:
    webhook(context, "harbour")
    context.found("a", "The harbour opens.")
    context.relay()
    first, second = context.runner, context.runner
    first.tick()
    second.tick()
    assert titles(context) == [["Title of a"]]


def test_only_who_has_the_turn_runs(context: AlertSetup) -> None:
    webhook(context, "harbour")
    context.found("a", "The harbour opens.")
    context.relay()
    first, second = (
        replace(
            context.runner,
            lease=Lease(context.store.leases, lambda: context.now, owner_name(), ALERTS),
        )
        for _ in range(2)
    )
    assert first.lease is not None
    assert first.lease.take() is None
    assert second.tick() == {}
    assert titles(context) == []
    first.lease.release()
    assert second.tick() == {"made": 1, "sent": 1}
