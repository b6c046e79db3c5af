"""`veille alert`: who is told what is new, when and how."""

import signal
import threading
from collections.abc import Sequence
from typing import Any

import click
from pydantic import ValidationError

from crawler.process.clock import utc_now
from crawler.process.owner import owner_name
from crawler.runtime.clock_watch import ClockWatch
from crawler.runtime.leases import ALERTS
from crawler.store import Store
from search.alerts.channels import CHANNELS
from search.alerts.service import TIMINGS, AlertDraft, AlertService
from search.alerts.setup import runner_of
from search.api.models_alerts import alert_bodies, planned_body
from search.commands.console import (
    CommandError,
    as_json,
    index_of,
    print_output,
    settings,
    verbosely,
)
from search.commands.log_output import log_to
from search.commands.saved import alert_service, find_saved
from search.commands.search import names_of
from search.query.request import MatchParams, search_of


def _or(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


_ALERT_OPTIONS = (
    click.option(
        "--kind",
        type=click.Choice(list(TIMINGS)),
        default="matches",
        help="What the alert is about.",
    ),
    click.option("--timing", help="at-once, hourly or daily; hour or day for --kind volume."),
    click.option("--hour", default="08:00", help="When a daily digest is sent."),
    click.option("--tz", default="UTC", help="Time zone of digests, such as Europe/Paris."),
    click.option("--language", default="en", help="Language of what is sent: en, fr or ar."),
    click.option("--on-change", is_flag=True, help="Notify again of articles that were edited."),
    click.option(
        "--floor",
        type=click.IntRange(1),
        default=10,
        help="Volume: the minimum number of articles.",
    ),
)
_ADD_HELP = (
    f"Notify TARGET, by CHANNEL ({_or(list(CHANNELS))}), of what is new in SEARCH (its id or its"
    " name) from now on."
)


def alert_options(function: Any) -> Any:
    """The options that say what an alert is like."""
    # From the last to the first: each decorator puts its option before those that stand already.
    for option in reversed(_ALERT_OPTIONS):
        function = option(function)
    return function


@click.group("alert")
def command() -> None:
    """Alerts: who is notified of what is new in a saved search, when and how."""


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """The alerts, with what they last sent and what is wrong."""
    with alert_service() as service:
        rows = alert_bodies(service.store, service.store.alerts.all())
        names = {saved.id: saved.name for saved in service.store.saved.all()}
    if json_:
        print_output(rows)
        return
    for row in rows:
        state = "paused" if row["paused_at"] else row["trouble"] or "running"
        recipient = f"{row['channel']} {row['target']}"
        name = names.get(row["search"], row["search"])
        click.echo(f"{row['id']}  {name}: {row['timing']} to {recipient} · {state}")


@command.command("add", help=_ADD_HELP)
@click.argument("search")
@click.argument("channel")
@click.argument("target")
@alert_options
@as_json
def add(search: str, channel: str, target: str, json_: bool, **options: Any) -> None:
    draft = _draft(channel, target, options)
    with alert_service() as service:
        alert = service.add_alert(find_saved(service.store, search).id, draft, utc_now())
        [body] = alert_bodies(service.store, [alert])
    if json_:
        print_output(body)
    else:
        click.echo(alert.id)


@command.command("try")
@click.argument("search")
@alert_options
@as_json
def try_(search: str, json_: bool, **options: Any) -> None:
    """Say what an alert on SEARCH (its id or its name) would have sent in the last 31 days; nothing
    is sent.
    """
    draft = _draft("mail", "nobody@example.org", options)
    with alert_service() as service, index_of(settings()) as backend:
        query = MatchParams.model_validate(find_saved(service.store, search).query)
        now = utc_now()
        search_asked = search_of(query, now, names_of(settings(), backend, service.store, now))
        plan = service.would_send(backend, search_asked, draft, now)
        body = planned_body(backend, plan)
    if json_:
        print_output(body)
        return
    click.echo(f"{body['messages']} messages with {body['articles']} articles in the last 31 days")
    for row in body["planned"]:
        click.echo(f"  {row['at']}: {row['total']} articles")


@command.command("remove")
@click.argument("alert")
def remove(alert: str) -> None:
    """Forget an alert."""
    with alert_service() as service:
        service.store.alerts.remove(_existing_id(service, alert))


@command.command("pause")
@click.argument("alert")
def pause(alert: str) -> None:
    """Send no more until `veille alert resume`."""
    with alert_service() as service:
        service.store.alerts.pause(_existing_id(service, alert), utc_now())


@command.command("resume")
@click.argument("alert")
def resume(alert: str) -> None:
    """Go on from now: what came during the pause is not told."""
    with alert_service() as service:
        service.resume(_existing_id(service, alert), utc_now())


@command.command("retry")
def retry() -> None:
    """Try again now what has not arrived."""
    with alert_service() as service:
        count = service.store.notices.retry(utc_now())
    click.echo(f"{count} messages are tried again")


@command.command("run")
@click.option("--once", is_flag=True, help="End when all that is due now was done.")
@as_json
@verbosely
def run(once: bool, json_: bool, verbose: bool) -> None:
    """Find what is new and send it, until stopped; `veille up` does so by itself. Of several, one
    works at a time.
    """
    config = settings()
    log_to(config, verbose, lasting=not once)
    store = Store(config.database_url)
    clock = ClockWatch(store, owner_name())
    lease = clock.lease(ALERTS)
    try:
        with clock.watching(), index_of(config) as backend:
            runner = runner_of(config, store, backend, lease)
            if not once:
                runner.run(_stop())
                return
            holder = lease.take()
            if holder:
                raise CommandError(
                    f"Alerts are run by {holder} already: leave them to it, or stop it."
                )
            counts = runner.tick()
    finally:
        lease.release()
        store.close()
    row = {"sent": counts["sent"], "put_off": counts["put off"], "failed": counts["failed"]}
    if json_:
        print_output(row)
    else:
        click.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in row.items()))


def _draft(channel: str, target: str, options: dict[str, Any]) -> AlertDraft:
    default_timing = "day" if options["kind"] == "volume" else "at-once"
    timing = options["timing"] or default_timing
    values = {**options, "channel": channel, "target": target, "timing": timing}
    try:
        return AlertDraft.model_validate(values)
    except ValidationError as error:
        fault = error.errors()[0]
        raise CommandError(f"{fault['loc'][0]}: {fault['msg']}.") from error


def _existing_id(service: AlertService, alert: str) -> str:
    if service.store.alerts.find(alert) is None:
        raise CommandError(f"There is no alert {alert!r}: `veille alert list` shows them.")
    return alert


def _stop() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
