"""Sending notices: each is tried until it arrives, ever less often; a receiver that fails rests,
and holds up no other.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.store import LONGEST_WAIT, Alert, DeliveryFailure, Notice, Store
from indexer.backend import IndexUnavailable
from search.alerts.channels import Channel, DeliveryError, InvalidRecipient
from search.alerts.message import Message, MessageBuilder

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Notices that are looked at in one round."""
RECEIVERS = 8
"""How many receivers are told at one time."""
CLAIM = timedelta(minutes=2)
"""How long a notice belongs to whoever began to send it; after a crash it is tried again then."""
FIRST_WAIT = timedelta(minutes=1)
PATIENCE = timedelta(days=7)
"""How long a notice is tried before it is given up; `veille alert retry` tries it again even then.
"""


def next_try(notice: Notice, now: datetime) -> datetime | None:
    """When a notice that has not arrived is tried again; None gives it up. Pure."""
    if now - notice.created_at > PATIENCE:
        return None
    wait: timedelta = FIRST_WAIT * (1 << min(notice.tries, 10))
    return now + min(wait, LONGEST_WAIT)


def failed(notice: Notice, alert: Alert, reason: str, now: datetime) -> DeliveryFailure:
    """How long the receiver of an alert rests, by how many different notices in a row have failed.
    Pure.

    One notice that is never taken lets the others wait for a minute each time that it is tried, and
    no longer.
    """
    failures = max(alert.failures + (notice.tries == 0), 1)
    wait: timedelta = FIRST_WAIT * (1 << min(failures - 1, 10))
    return DeliveryFailure(reason, failures, now + min(wait, LONGEST_WAIT))


@dataclass(frozen=True, slots=True)
class DeliveryQueue:
    """Sends what is ready through the channels; `now` gives aware times."""

    store: Store
    writing: MessageBuilder
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]

    def round(self, going_on: Callable[[], bool] = lambda: True) -> Counter[str]:
        """Try each notice that is ready once, while `going_on`; counts by outcome (sent, put off,
        failed, left).
        """
        alerts = {alert.id: alert for alert in self.store.alerts.all()}
        receivers: defaultdict[tuple[str, str], list[tuple[Notice, Alert]]] = defaultdict(list)
        for notice in self.store.notices.ready(self.now(), AT_ONCE):
            alert = alerts.get(notice.alert)
            if alert:
                receivers[alert.channel, alert.target].append((notice, alert))
        total: Counter[str] = Counter()
        with ThreadPoolExecutor(RECEIVERS, "alerts") as pool:
            for counts in pool.map(
                lambda notices: self._to_one(notices, going_on), receivers.values()
            ):
                total.update(counts)
        return total

    def _to_one(
        self, notices: Sequence[tuple[Notice, Alert]], going_on: Callable[[], bool]
    ) -> Counter[str]:
        """To one receiver, in order; the first failure puts off the rest, which would meet the same."""
        counts: Counter[str] = Counter()
        failing = max(alert.failures for _, alert in notices)
        for notice, alert in notices:
            if not going_on():
                break
            outcome = self._try(notice, replace(alert, failures=failing))
            counts[outcome] += 1
            if outcome in ("put off", "failed"):
                break
            if outcome == "sent" and failing:
                self.store.receivers.took(replace(alert, failures=failing), self.now())
                log.info("alerts by %s arrive again, such as those of %s", alert.channel, alert.id)
                failing = 0
        return counts

    def _try(self, notice: Notice, alert: Alert) -> str:
        if not self.store.notices.claim(notice, self.now() + CLAIM):
            return "left"  # to another process, which has begun
        try:
            message = self.writing.message(notice, self.now())
            if message is not None:
                self._send(message, alert)
        except (DeliveryError, InvalidRecipient) as error:
            return self._refused(notice, alert, str(error))
        except IndexUnavailable:
            self.store.notices.unclaim(notice)
            raise
        except Exception as error:
            log.exception("notice %s of alert %s can't be sent", notice.id, alert.id)
            return self._put_off(notice, f"{type(error).__name__}: {error}", self.now())
        self.store.notices.sent(notice.id, self.now())
        return "left" if message is None else "sent"

    def _send(self, message: Message, alert: Alert) -> None:
        channel = self.channels.get(alert.channel)
        if channel is None:
            raise InvalidRecipient(f"There is no channel {alert.channel!r} any more.")
        channel.send(message, alert.target)

    def _refused(self, notice: Notice, alert: Alert, reason: str) -> str:
        now, receivers = self.now(), self.store.receivers
        with self.store.together():
            outcome = self._put_off(notice, reason, now)
            began = receivers.failed(alert, failed(notice, alert, reason, now), now)
            given_up = receivers.give_up(alert, now - PATIENCE, reason) + (outcome == "failed")
        if began:
            log.warning(
                "alerts by %s don't arrive and wait, such as those of %s: %s",
                alert.channel,
                alert.id,
                reason,
            )
        if given_up:
            log.warning(
                "%d messages of alerts by %s were given up: %s", given_up, alert.channel, reason
            )
        return outcome

    def _put_off(self, notice: Notice, reason: str, now: datetime) -> str:
        again = next_try(notice, now)
        self.store.notices.put_off(notice.id, reason, again)
        return "put off" if again else "failed"
