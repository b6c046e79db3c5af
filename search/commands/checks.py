"""What `veille doctor` looks at. A new check is one function and one line of `CHECKS`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.config import Config
from crawler.health import Health
from crawler.process.disk_space import MB, free_bytes, low_space_message
from crawler.sources import Source
from crawler.store import Alert, Store
from search.i18n import health_messages as findings
from search.i18n.catalogue import Texts

WAITING_LONG = timedelta(minutes=5)
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class DoctorContext:
    """What the checks see; `indexed` is None where the index does not answer, and `trouble` then
    says why.
    """

    config: Config
    store: Store
    now: datetime
    sources: Sequence[Source]
    health: Sequence[Health]
    indexed: int | None
    trouble: str | None
    texts: Texts


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence that says what is wrong and what to do; a note is no reason to worry."""

    sentence: str
    kind: Literal["problem", "note"] = "problem"


def index_answers(patient: DoctorContext) -> Iterator[Problem]:
    if patient.trouble:
        yield Problem(patient.trouble)


def disk_has_room(patient: DoctorContext) -> Iterator[Problem]:
    data, reserve = patient.config.data, patient.config.disk_reserve * MB
    if (free := free_bytes(data)) < reserve:
        yield Problem(
            f"{low_space_message(data, free, reserve)}: fetching pauses. Free some space, and it continues by itself."
        )


def outbox_moves(patient: DoctorContext) -> Iterator[Problem]:
    since = patient.store.outbox.oldest()
    if since and patient.now - since > WAITING_LONG:
        minutes, waiting = (
            (patient.now - since).total_seconds() / 60,
            patient.store.outbox.waiting(),
        )
        yield Problem(
            f"{waiting} articles have waited for the index for {minutes:.0f} minutes: run `veille relay`."
        )


def nothing_was_rejected(patient: DoctorContext) -> Iterator[Problem]:
    if dead := patient.store.outbox.dead_letters():
        yield Problem(
            f"The index rejected {dead} articles: fix the cause, then `veille doctor --replay`."
        )


def index_is_complete(patient: DoctorContext) -> Iterator[Problem]:
    held, outbox = patient.store.pages.documents(), patient.store.outbox
    if (
        patient.indexed is not None
        and not outbox.waiting()
        and patient.indexed + outbox.dead_letters() < held
    ):
        yield Problem(
            f"The index holds {patient.indexed} of {held} articles: run `veille reindex`."
        )


def sources_do_well(patient: DoctorContext) -> Iterator[Problem]:
    low_space_message = [
        (one.source, finding) for one in patient.health for finding in one.findings
    ]
    for source, finding in low_space_message[:MOST_TOLD]:
        kind: Literal["problem", "note"] = (
            "note" if finding.problem in ("gaps", "slow") else "problem"
        )
        what, remedy = (
            findings.sentence(finding, patient.texts),
            findings.advice(finding, source, patient.texts),
        )
        since = f"{finding.since:%Y-%m-%d %H:%M} UTC"
        yield Problem(f"{source}: {finding.problem} since {since}. {what} {remedy}", kind)
    if len(low_space_message) > MOST_TOLD:
        yield Problem(
            f"{len(low_space_message) - MOST_TOLD} more findings: `veille doctor --json` names them all."
        )


def last_visits_went_well(patient: DoctorContext) -> Iterator[Problem]:
    named = {(source.id, url) for source in patient.sources for url in source.addresses}
    reported = {
        str(finding.figures.get("url")) for one in patient.health for finding in one.findings
    }
    for state in patient.store.spans.states():
        point = state.point
        if point.failures and (state.source, state.url) in named and state.url not in reported:
            what = f"{state.source}: {point.kind} {state.url} could not be read at the last visit: {point.outcome}."
            yield Problem(f"{what} It is visited again; nothing is to be done yet.", "note")


def last_crawls_ended_well(patient: DoctorContext) -> Iterator[Problem]:
    for source, crawl in patient.store.ledger.last_crawls(
        [one.id for one in patient.sources]
    ).items():
        if crawl["outcome"] not in ("finished", "running", "stopped"):
            yield Problem(
                f"{source}: its last crawl {crawl['outcome']}: `veille.log` in the data folder says why."
            )


def receivers_take_alerts(patient: DoctorContext) -> Iterator[Problem]:
    waiting = patient.store.notices.waiting_counts()
    failing: dict[tuple[str, str], list[Alert]] = {}
    for alert in patient.store.alerts.all():
        if alert.failing_since and waiting.get(alert.id):
            failing.setdefault((alert.channel, alert.target), []).append(alert)
    for (channel, target), alerts in list(failing.items())[:MOST_TOLD]:
        since, next_try = (
            min(one.failing_since or patient.now for one in alerts),
            alerts[0].next_try,
        )
        what = f"{channel} {target} has not taken alerts since {since:%Y-%m-%d %H:%M} UTC: {alerts[0].failure}."
        again = f", the next try is at {next_try:%H:%M} UTC" if next_try else ""
        yield Problem(
            f"{what} {sum(waiting.get(one.id, 0) for one in alerts)} messages wait{again}."
        )


def alerts_arrive(patient: DoctorContext) -> Iterator[Problem]:
    alerts = {alert.id: alert for alert in patient.store.alerts.all()}
    failing = {
        notice.alert: notice
        for notice in reversed(patient.store.notices.failing())
        if notice.alert in alerts
    }
    for notice in list(failing.values())[:MOST_TOLD]:
        alert = alerts[notice.alert]
        if alert.failing_since and notice.state == "waiting":
            continue  # told of its receiver
        given_up = (
            " It was given up: `veille alert retry` tries it again."
            if notice.state == "failed"
            else ""
        )
        what = f"An alert to {alert.channel} {alert.target} has not arrived since {notice.created_at:%Y-%m-%d %H:%M} UTC"
        yield Problem(f"{what}: {notice.reason}.{given_up}")
    names = {saved.id: saved.name for saved in patient.store.saved.all()}
    for alert in alerts.values():
        if alert.trouble:
            what = f"The saved search {names[alert.search]!r} can't be run, so its alert waits"
            yield Problem(
                f"{what}: {alert.trouble} Fix its query by PUT /api/v1/saved/ID; nothing is missed."
            )


def contact_is_set(patient: DoctorContext) -> Iterator[Problem]:
    if not patient.config.contact:
        sentence = "No contact is set: a site that objects can only block you."
        yield Problem(f"{sentence} Set VEILLE_CONTACT, or `contact` in veille.toml.", "note")


CHECKS: tuple[Callable[[DoctorContext], Iterator[Problem]], ...] = (
    index_answers,
    disk_has_room,
    outbox_moves,
    nothing_was_rejected,
    index_is_complete,
    sources_do_well,
    last_crawls_ended_well,
    last_visits_went_well,
    receivers_take_alerts,
    alerts_arrive,
    contact_is_set,
)


def complaints(patient: DoctorContext) -> list[Problem]:
    """What every check has to say, in the order of `CHECKS`."""
    return [complaint for check in CHECKS for complaint in check(patient)]
