"""Sending notices: each is retried with exponential backoff until it arrives; a recipient that
fails rests, and holds up no other.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.store import NOTICE_LONGEST_WAIT, Alert, DeliveryFailure, Notice, Store
from indexer.backend import IndexUnavailable
from search.alerts.channels import Channel, DeliveryError, InvalidRecipient
from search.alerts.message import Message, MessageBuilder

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Notices that are looked at in one round."""
RECIPIENTS = 8
"""How many recipients are sent to at one time."""
CLAIM = timedelta(minutes=2)
"""How long a notice belongs to whoever began to send it; after a crash it is tried again then.
Longer than a channel may take (a minute), so that no second process sends it meanwhile.
"""
FIRST_WAIT = timedelta(minutes=1)
MOST_DOUBLINGS = 10
"""Bounds the backoff's power of two: `FIRST_WAIT` doubled so often is far over the longest."""
GIVE_UP_AFTER = timedelta(days=7)
"""How long a notice is tried before it is given up; `veille alert retry` tries it again even then.
"""


def next_try(notice: Notice, now: datetime) -> datetime | None:
    """When a notice that has not arrived is tried again; None gives it up. Pure."""
    if now - notice.created_at > GIVE_UP_AFTER:
        return None
    return now + _backoff(notice.tries)


def failure_of(notice: Notice, alert: Alert, reason: str, now: datetime) -> DeliveryFailure:
    """How long the recipient of an alert rests, by how many different notices in a row have failed.
    Pure.

    One notice that is never taken lets the others wait for a minute each time that it is tried, and
    no longer.
    """
    is_first_try = notice.tries == 0
    failures = max(alert.failures + is_first_try, 1)
    return DeliveryFailure(reason, failures, now + _backoff(failures - 1))


def _backoff(failures: int) -> timedelta:
    wait: timedelta = FIRST_WAIT * (1 << min(failures, MOST_DOUBLINGS))
    return min(wait, NOTICE_LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class DeliveryQueue:
    """Sends what is ready through the channels; `now` gives aware times."""

    store: Store
    builder: MessageBuilder
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]

    def send_ready(self, may_go_on: Callable[[], bool] = lambda: True) -> Counter[str]:
        """Try each notice that is ready once, while `may_go_on`; counts by outcome (sent, put off,
        failed, left).
        """
        alerts = {alert.id: alert for alert in self.store.alerts.all()}
        queues: defaultdict[tuple[str, str], list[tuple[Notice, Alert]]] = defaultdict(list)
        for notice in self.store.notices.ready(self.now(), AT_ONCE):
            alert = alerts.get(notice.alert)
            if alert:
                queues[alert.channel, alert.target].append((notice, alert))
        total: Counter[str] = Counter()
        with ThreadPoolExecutor(RECIPIENTS, "alerts") as pool:
            for counts in pool.map(
                lambda queue: self._send_queue(queue, may_go_on), queues.values()
            ):
                total.update(counts)
        return total

    def _send_queue(
        self, queue: Sequence[tuple[Notice, Alert]], may_go_on: Callable[[], bool]
    ) -> Counter[str]:
        """To one recipient, in order; the first failure puts off the rest, which would meet the
        same.
        """
        counts: Counter[str] = Counter()
        failures = max(alert.failures for _, alert in queue)
        for notice, alert in queue:
            if not may_go_on():
                break
            current = replace(alert, failures=failures)
            outcome = self._try(notice, current)
            counts[outcome] += 1
            if outcome in ("put off", "failed"):
                break
            if outcome == "sent" and failures:
                self.store.recipients.record_success(current, self.now())
                log.info("alerts by %s arrive again, such as those of %s", alert.channel, alert.id)
                failures = 0
        return counts

    def _try(self, notice: Notice, alert: Alert) -> str:
        if not self.store.notices.claim(notice, self.now() + CLAIM):
            return "left"  # to another process, which has begun
        try:
            message = self.builder.build(notice, self.now())
            if message is not None:
                self._send(message, alert)
        except (DeliveryError, InvalidRecipient) as error:
            return self._fail(notice, alert, str(error))
        except IndexUnavailable:
            # The recipient is not to blame: the notice is tried again as soon as the index answers.
            self.store.notices.unclaim(notice)
            raise
        except Exception as error:
            log.exception("notice %s of alert %s can't be sent", notice.id, alert.id)
            return self._put_off(notice, f"{type(error).__name__}: {error}", self.now())
        # After sending, so that a crash between the two sends again: at-least-once delivery.
        self.store.notices.mark_sent(notice.id, self.now())
        return "left" if message is None else "sent"

    def _send(self, message: Message, alert: Alert) -> None:
        channel = self.channels.get(alert.channel)
        if channel is None:
            raise InvalidRecipient(f"There is no channel {alert.channel!r} any more.")
        channel.send(message, alert.target)

    def _fail(self, notice: Notice, alert: Alert, reason: str) -> str:
        now = self.now()
        recipients = self.store.recipients
        # One transaction: a notice that is put off and a recipient that does not rest would differ.
        with self.store.together():
            outcome = self._put_off(notice, reason, now)
            is_new = recipients.record_failure(alert, failure_of(notice, alert, reason, now), now)
            given_up = recipients.give_up(alert, now - GIVE_UP_AFTER, reason)
        given_up += outcome == "failed"
        if is_new:
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
        next_try_at = next_try(notice, now)
        self.store.notices.put_off(notice.id, reason, next_try_at)
        return "put off" if next_try_at else "failed"
