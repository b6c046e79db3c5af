"""What `veille doctor` looks at. A new check is one function and one line of `CHECKS`."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.archive import BucketAway
from crawler.archive.adopt import unknown_files
from crawler.archive.opening import archive_of
from crawler.config import Config
from crawler.health import Health
from crawler.monitor.growth import yearly_growth
from crawler.process.disk_space import MB, free_bytes, low_space_message
from crawler.render import NoBrowser, find
from crawler.sources import Source
from crawler.store import Alert, Notice, Store
from search.i18n import health_messages
from search.i18n.catalogue import Texts
from search.web.tokens import FileTokens, TokensDamaged

log = logging.getLogger(__name__)

DAMAGE = (TypeError, ValueError, KeyError, AttributeError)
"""What reading rows that are damaged ends in."""
GB = 1_000_000_000
WAITING_LONG = timedelta(minutes=5)
MOST_SHOWN = 50
"""Findings of one kind that are shown to people; JSON has all."""
_NOTES = ("gaps", "slow")
"""Problems that are no reason to worry: nothing is lost yet."""


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


def index_answers(context: DoctorContext) -> Iterator[Problem]:
    if context.trouble:
        yield Problem(context.trouble)


def disk_has_room(context: DoctorContext) -> Iterator[Problem]:
    data = context.config.data
    reserve = context.config.disk_reserve * MB
    free = free_bytes(data)
    if free < reserve:
        advice = "Free some space, and it continues by itself."
        yield Problem(f"{low_space_message(data, free, reserve)}: fetching pauses. {advice}")


def disk_lasts_a_year(context: DoctorContext) -> Iterator[Problem]:
    growth = yearly_growth(context.store, context.now)
    if growth is None:
        return
    on_disk = 0 if context.config.archive_bucket else growth.archive
    on_disk += growth.store if context.store.one_writer else 0
    free = free_bytes(context.config.data)
    if on_disk > free:
        what = f"At the present pace a year needs {on_disk / GB:.1f} GB on this disk"
        advice = "add room, or let captures go with the setting archive_keep"
        yield Problem(f"{what}, and {free / GB:.1f} GB are free: {advice}.", "note")


def outbox_moves(context: DoctorContext) -> Iterator[Problem]:
    since = context.store.outbox.oldest()
    if since and context.now - since > WAITING_LONG:
        minutes = (context.now - since).total_seconds() / 60
        waiting = f"{context.store.outbox.waiting()} articles have waited for the index"
        yield Problem(f"{waiting} for {minutes:.0f} minutes: run `veille relay`.")


def nothing_was_rejected(context: DoctorContext) -> Iterator[Problem]:
    dead = context.store.outbox.dead_letters()
    if dead:
        yield Problem(
            f"{dead} articles could not be brought to the index, for the reasons above: fix the "
            "cause (`veille reextract` makes those whose rows are damaged anew), then `veille "
            "doctor --replay`."
        )


def tokens_can_be_read(context: DoctorContext) -> Iterator[Problem]:
    tokens = FileTokens(context.config.data / "tokens.json")
    try:
        damaged = tokens.damaged()
    except TokensDamaged as error:
        yield Problem(f"{error} Nobody is let in meanwhile.")
        return
    if damaged:
        told = f"{damaged} tokens in tokens.json can't be read and let nobody in"
        yield Problem(f"{told}: bring the file back from a backup, or make new ones.")


def index_is_complete(context: DoctorContext) -> Iterator[Problem]:
    outbox = context.store.outbox
    if context.indexed is None or outbox.waiting():
        return  # what is missing may just be on its way
    stored = context.store.pages.documents()
    if context.indexed + outbox.dead_letters() < stored:
        yield Problem(
            f"The index holds {context.indexed} of {stored} articles: run `veille reindex`."
        )
    if context.indexed > stored:
        more = f"The index holds {context.indexed - stored} articles that the store does not hold"
        why = "as where the store was lost or an older one was put in its place"
        advice = "`veille restore` a backup, or let `veille reindex` make the index again"
        yield Problem(f"{more}, {why}: {advice}.")


def archive_is_known(context: DoctorContext) -> Iterator[Problem]:
    try:
        files = unknown_files(context.store, archive_of(context.config))
    except BucketAway as error:
        yield Problem(f"{error} Files that have ended stay here until it does.")
        return
    if files:
        size = sum(file.size for file in files) / MB
        what = f"The archive holds captures that the store does not know ({size:.1f} MB"
        advice = "nothing of them is deleted, and `veille archive adopt` takes them in"
        yield Problem(f"{what} in {len(files)} files): {advice}.")


def sources_do_well(context: DoctorContext) -> Iterator[Problem]:
    by_source = [
        (health.source, finding) for health in context.health for finding in health.findings
    ]
    for source, finding in by_source[:MOST_SHOWN]:
        since = f"{finding.since:%Y-%m-%d %H:%M} UTC"
        sentence = health_messages.sentence(finding, context.texts)
        advice = health_messages.advice(finding, source, context.texts)
        kind: Literal["problem", "note"] = "note" if finding.problem in _NOTES else "problem"
        yield Problem(f"{source}: {finding.problem} since {since}. {sentence} {advice}", kind)
    more = len(by_source) - MOST_SHOWN
    if more > 0:
        yield Problem(f"{more} more findings: `veille doctor --json` names them all.")


def pages_can_be_rendered(context: DoctorContext) -> Iterator[Problem]:
    if any(source.render for source in context.sources):
        try:
            find(context.config.chromium)
        except NoBrowser as error:
            yield Problem(str(error))


def last_visits_went_well(context: DoctorContext) -> Iterator[Problem]:
    named = {(source.id, url) for source in context.sources for url in source.addresses}
    findings_of_all = [finding for health in context.health for finding in health.findings]
    with_finding = {str(finding.figures.get("url")) for finding in findings_of_all}
    for state in context.store.spans.states():
        point = state.point
        if not point.failures or (state.source, state.url) not in named:
            continue
        if state.url not in with_finding:
            failure = f"{point.kind} {state.url} could not be read at the last visit"
            advice = "It is visited again; nothing is to be done yet."
            yield Problem(f"{state.source}: {failure}: {point.outcome}. {advice}", "note")


def last_crawls_ended_well(context: DoctorContext) -> Iterator[Problem]:
    ids = [source.id for source in context.sources]
    for source, crawl in context.store.ledger.last_crawls(ids).items():
        if crawl["outcome"] not in ("finished", "running", "stopped"):
            reason = "`veille.log` in the data folder says why"
            yield Problem(f"{source}: its last crawl {crawl['outcome']}: {reason}.")


def receivers_take_alerts(context: DoctorContext) -> Iterator[Problem]:
    waiting = context.store.notices.waiting_counts()
    failing: dict[tuple[str, str], list[Alert]] = {}
    for alert in context.store.alerts.all():
        if alert.failing_since and waiting.get(alert.id):
            failing.setdefault((alert.channel, alert.target), []).append(alert)
    for (channel, target), alerts in list(failing.items())[:MOST_SHOWN]:
        since = min(alert.failing_since or context.now for alert in alerts)
        messages = sum(waiting.get(alert.id, 0) for alert in alerts)
        next_try = alerts[0].next_try
        again = f", the next try is at {next_try:%H:%M} UTC" if next_try else ""
        failure = f"has not taken alerts since {since:%Y-%m-%d %H:%M} UTC: {alerts[0].failure}"
        yield Problem(f"{channel} {target} {failure}. {messages} messages wait{again}.")


def alerts_arrive(context: DoctorContext) -> Iterator[Problem]:
    alerts = {alert.id: alert for alert in context.store.alerts.all()}
    failing: dict[str, Notice] = {}
    for notice in reversed(context.store.notices.failing()):
        if notice.alert in alerts:
            failing[notice.alert] = notice
    for notice in list(failing.values())[:MOST_SHOWN]:
        alert = alerts[notice.alert]
        if alert.failing_since and notice.state == "waiting":
            continue  # its recipient has a problem of its own: receivers_take_alerts
        since = f"{notice.created_at:%Y-%m-%d %H:%M} UTC"
        failure = f"An alert to {alert.channel} {alert.target} has not arrived since {since}"
        advice = ""
        if notice.state == "failed":
            advice = " It was given up: `veille alert retry` tries it again."
        yield Problem(f"{failure}: {notice.reason}.{advice}")


def alerts_can_search(context: DoctorContext) -> Iterator[Problem]:
    names = {saved.id: saved.name for saved in context.store.saved.all()}
    for alert in context.store.alerts.all():
        if alert.trouble:
            name = names.get(alert.search, alert.search)
            failure = f"The saved search {name!r} can't be run, so its alert waits"
            advice = "Fix its query by PUT /api/v1/saved/ID; nothing is missed."
            yield Problem(f"{failure}: {alert.trouble} {advice}")


def contact_is_set(context: DoctorContext) -> Iterator[Problem]:
    if not context.config.contact:
        sentence = "No contact is set: a site that objects can only block you."
        yield Problem(f"{sentence} Set VEILLE_CONTACT, or `contact` in veille.toml.", "note")


CHECKS: tuple[Callable[[DoctorContext], Iterator[Problem]], ...] = (
    index_answers,
    disk_has_room,
    disk_lasts_a_year,
    outbox_moves,
    nothing_was_rejected,
    tokens_can_be_read,
    index_is_complete,
    archive_is_known,
    sources_do_well,
    pages_can_be_rendered,
    last_crawls_ended_well,
    last_visits_went_well,
    receivers_take_alerts,
    alerts_arrive,
    alerts_can_search,
    contact_is_set,
)


def problems(context: DoctorContext) -> list[Problem]:
    """What every check has to say, in the order of `CHECKS`."""
    found: list[Problem] = []
    for check in CHECKS:
        try:
            found += check(context)
        except DAMAGE as error:
            found.append(not_looked_at(check.__name__.replace("_", " "), error))
    return found


def not_looked_at(what: str, error: Exception) -> Problem:
    """The problem that a check could not be made because of damaged rows."""
    log.warning("a check of the doctor failed: %s", what, exc_info=error)
    why = f"rows of the store can't be read ({type(error).__name__}: {error})"
    return Problem(f"It is not known whether {what}: {why}. `veille doctor --deep` names them.")
