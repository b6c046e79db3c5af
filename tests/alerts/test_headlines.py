"""Alerts on headlines that change."""

from datetime import timedelta

import pytest

from search.alerts.service import AlertDraft
from search.query.request import MatchParams, search_of
from tests.support.alerting import AlertSetup

FIRST = "Harbour bridge stays open"
SECOND = "Harbour bridge is closed"


def told(context: AlertSetup) -> list[tuple[str, str | None]]:
    return [
        (article["title"], article["headline_before"])
        for body in context.hook.bodies
        for article in body["articles"]
    ]


def headline_alert(context: AlertSetup, **draft: str) -> None:
    target = {"channel": "webhook", "target": context.hook.url}
    context.alert(context.save("bridge"), kind="headlines", **{**target, **draft})


def test_a_changed_headline_is_told_once_with_the_one_before(context: AlertSetup) -> None:
    headline_alert(context)
    context.found("a", "The bridge.", title=FIRST)
    context.tick()
    assert told(context) == []
    context.found("a", "The bridge, again.", title=FIRST)
    context.tick()
    assert told(context) == []
    context.found("a", "The bridge, again.", title=SECOND)
    context.found("other", "A ferry.", title="Ferry")
    context.tick()
    context.tick()
    assert told(context) == [(SECOND, FIRST)]
    assert [body["kind"] for body in context.hook.bodies] == ["headlines"]
    context.found("other", "A ferry.", title="Ferry sold")
    context.found("a", "The bridge, again.", title=f"  {SECOND} ")
    context.tick()
    assert len(told(context)) == 1


def test_what_is_old_may_get_another_headline(context: AlertSetup) -> None:
    context.found("a", "The bridge.", title=FIRST)
    context.tick()
    headline_alert(context)
    context.found("a", "The bridge.", title=SECOND)
    context.tick()
    assert told(context) == [(SECOND, FIRST)]


def test_only_what_was_searchable_counts(context: AlertSetup) -> None:
    context.found("a", "The bridge.", title=FIRST)
    context.found("b", "The bridge.", title=FIRST)
    context.tick()
    headline_alert(context)
    for title in ("Harbour bridge in doubt", SECOND):
        context.found("a", "The bridge.", title=title)
    for title in ("Harbour bridge in doubt", FIRST):
        context.found("b", "The bridge.", title=title)
    context.tick()
    assert told(context) == [(SECOND, FIRST)]


def test_a_digest_tells_the_headline_before_its_first_change(context: AlertSetup) -> None:
    context.found("a", "The bridge.", title=FIRST)
    context.tick()
    headline_alert(context, timing="hourly")
    for title in ("Harbour bridge in doubt", SECOND):
        context.found("a", "The bridge.", title=title)
        context.tick()
    context.tick(after=timedelta(hours=1))
    assert told(context) == [(SECOND, FIRST)]


def test_a_mail_says_what_the_headline_was(context: AlertSetup) -> None:
    context.found("a", "The bridge.", title="Tide & <b>tunnel</b>")
    context.tick()
    headline_alert(context, channel="mail", target="reader@example.org")
    context.found("a", "The bridge.", title=SECOND)
    context.tick()
    [mail] = context.mailbox.mails
    [text, html] = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    assert "Headline before: Tide & <b>tunnel</b>" in text
    assert "Headline before: Tide &amp; &lt;b&gt;tunnel&lt;/b&gt;" in html


@pytest.mark.parametrize(("title", "messages"), [(SECOND, 1), (FIRST, 0)])
def test_a_dry_run_counts_changes(context: AlertSetup, title: str, messages: int) -> None:
    context.found("a", "The bridge.", title=FIRST)
    context.tick()
    context.found("a", "The bridge, again.", title=title)
    context.tick()
    planned = context.service.would_send(
        context.backend,
        search_of(MatchParams(q="bridge"), context.now),
        AlertDraft(kind="headlines", channel="mail", target="-"),
        context.now,
    )
    assert len(planned) == messages
