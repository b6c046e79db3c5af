"""`veille alert`: who is told what is new, when and how."""

import signal
import threading
from typing import Any

import click
from pydantic import ValidationError

from crawler.process.clock import utc_now
from crawler.process.owner import owner_name
from crawler.runtime.clock_watch import ClockWatch
from crawler.runtime.leases import ALERTS
from crawler.store import Store
from search.alerts.service import AlertDraft, AlertService
from search.alerts.setup import runner_of
from search.api.models_alerts import alert_bodies, planned_body
from search.commands.console import (
    CommandError,
    as_json,
    index_of,
    log_to,
    say,
    settings,
    verbosely,
)
from search.commands.saved import found, keeping
from search.query.request import MatchParams


def wished(function: Any) -> Any:
    """The options that say what an alert is like."""
    for option in (
        click.option(
            "--floor",
            type=click.IntRange(1),
            default=10,
            help="Volume: fewer articles are no news.",
        ),
        click.option("--on-change", is_flag=True, help="Tell again of articles that were edited."),
        click.option("--language", default="en", help="Language of what is sent: en, fr or ar."),
        click.option("--tz", default="UTC", help="Time zone of digests, such as Europe/Paris."),
        click.option("--hour", default="08:00", help="When a daily digest is sent."),
        click.option("--timing", help="at-once, hourly or daily; hour or day for --kind volume."),
        click.option(
            "--kind",
            type=click.Choice(["matches", "volume"]),
            default="matches",
            help="What is told.",
        ),
    ):
        function = option(function)
    return function


@click.group("alert")
def command() -> None:
    """Who is told what is new in a saved search, when and how."""


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """The alerts, with what they last sent and what is wrong."""
    with keeping() as kept:
        rows = alert_bodies(kept.store, kept.store.alerts.all())
        names = {saved.id: saved.name for saved in kept.store.saved.all()}
    if json_:
        say(rows)
        return
    for row in rows:
        state = "paused" if row["paused_at"] else row["trouble"] or "running"
        click.echo(
            f"{row['id']}  {names[row['search']]}: {row['timing']} to {row['channel']} {row['target']} · {state}"
        )


@command.command("add")
@click.argument("search")
@click.argument("channel")
@click.argument("target")
@wished
@as_json
def add(search: str, channel: str, target: str, json_: bool, **options: Any) -> None:
    """Tell TARGET, by CHANNEL (mail, webhook or apprise), what is new in SEARCH (its id or its
    name) from now on.
    """
    wish = _wish(channel, target, options)
    with keeping() as kept:
        alert = kept.tell(found(kept.store, search).id, wish, utc_now())
        [body] = alert_bodies(kept.store, [alert])
    say(body) if json_ else click.echo(alert.id)


@command.command("try")
@click.argument("search")
@wished
@as_json
def try_(search: str, json_: bool, **options: Any) -> None:
    """Say what an alert on SEARCH (its id or its name) would have sent in the last 31 days; nothing
    is sent.
    """
    wish = _wish("mail", "nobody@example.org", options)
    with keeping() as kept, index_of(settings()) as backend:
        query = MatchParams.model_validate(found(kept.store, search).query)
        plan = kept.would_send(backend, query, wish, utc_now())
        body = planned_body(backend, plan)
    if json_:
        say(body)
        return
    click.echo(f"{body['messages']} messages with {body['articles']} articles in the last 31 days")
    for row in body["planned"]:
        click.echo(f"  {row['at']}: {row['total']} articles")


@command.command("remove")
@click.argument("alert")
def remove(alert: str) -> None:
    """Forget an alert."""
    with keeping() as kept:
        kept.store.alerts.remove(_known(kept, alert))


@command.command("pause")
@click.argument("alert")
def pause(alert: str) -> None:
    """Send no more until `veille alert resume`."""
    with keeping() as kept:
        kept.store.alerts.pause(_known(kept, alert), utc_now())


@command.command("resume")
@click.argument("alert")
def resume(alert: str) -> None:
    """Go on from now: what came during the pause is not told."""
    with keeping() as kept:
        kept.resume(_known(kept, alert), utc_now())


@command.command("retry")
def retry() -> None:
    """Try again now what has not arrived."""
    with keeping() as kept:
        click.echo(f"{kept.store.notices.retry(utc_now())} messages are tried again")


@command.command("run")
@click.option("--once", is_flag=True, help="End when all that is due now was done.")
@as_json
@verbosely
def run(once: bool, json_: bool, verbose: bool) -> None:
    """Find what is new and send it, until stopped; `veille up` does so by itself. Of several, one
    works at a time.
    """
    config = settings()
    log_to(config.data, verbose)
    store = Store(config.database_url)
    clock = ClockWatch(store, owner_name())
    turn = clock.turn(ALERTS)
    try:
        with clock.kept(), index_of(config) as backend:
            runner = runner_of(config, store, backend, turn)
            if not once:
                runner.run(_stop())
                return
            if holder := turn.take():
                raise CommandError(
                    f"Alerts are run by {holder} already: leave them to it, or stop it."
                )
            counts = runner.tick()
    finally:
        turn.release()
        store.close()
    row = {"sent": counts["sent"], "put_off": counts["put off"], "failed": counts["failed"]}
    say(row) if json_ else click.echo(
        ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in row.items())
    )


def _wish(channel: str, target: str, options: dict[str, Any]) -> AlertDraft:
    timing = options.pop("timing") or ("day" if options["kind"] == "volume" else "at-once")
    try:
        return AlertDraft.model_validate(
            {"channel": channel, "target": target, "timing": timing, **options}
        )
    except ValidationError as error:
        fault = error.errors()[0]
        raise CommandError(f"{fault['loc'][0]}: {fault['msg']}.") from error


def _known(kept: AlertService, alert: str) -> str:
    if kept.store.alerts.find(alert) is None:
        raise CommandError(f"There is no alert {alert!r}: `veille alert list` shows them.")
    return alert


def _stop() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
