"""Sending notices: each is tried until it arrives, ever less often; one receiver that fails holds up no other."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.store import Alert, Notice, Store
from indexer.backend import Unavailable
from search.alerts.message import Message, Writing
from search.channels import Channel, Unsendable, Unsent

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Notices that are looked at in one round."""
RECEIVERS = 8
"""How many receivers are told at one time."""
CLAIM = timedelta(minutes=2)
"""How long a notice belongs to whoever began to send it; after a crash it is tried again then."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
PATIENCE = timedelta(days=7)
"""How long a notice is tried before it is given up; `veille alert retry` tries it again even then."""


def next_try(notice: Notice, now: datetime) -> datetime | None:
    """When a notice that has not arrived is tried again; None gives it up. Pure."""
    if now - notice.created_at > PATIENCE:
        return None
    wait: timedelta = FIRST_WAIT * (1 << min(notice.tries, 10))
    return now + min(wait, LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends what is ready through the channels; `now` gives aware times."""

    store: Store
    writing: Writing
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]

    def round(self, going_on: Callable[[], bool] = lambda: True) -> Counter[str]:
        """Try each notice that is ready once, while `going_on`; counts by outcome (sent, put off, failed)."""
        alerts = {alert.id: alert for alert in self.store.alerts.all()}
        receivers: defaultdict[tuple[str, str], list[Notice]] = defaultdict(list)
        for notice in self.store.notices.ready(self.now(), AT_ONCE):
            alert = alerts.get(notice.alert)
            if alert:
                receivers[alert.channel, alert.target].append(notice)
        total: Counter[str] = Counter()
        with ThreadPoolExecutor(RECEIVERS, "alerts") as pool:
            for counts in pool.map(lambda notices: self._to_one(notices, alerts, going_on), receivers.values()):
                total.update(counts)
        return total

    def _to_one(
        self, notices: Sequence[Notice], alerts: Mapping[str, Alert], going_on: Callable[[], bool]
    ) -> Counter[str]:
        """To one receiver, in order; the first failure puts off the rest, which would meet the same."""
        counts: Counter[str] = Counter()
        for notice in notices:
            if not going_on():
                break
            outcome = self._try(notice, alerts[notice.alert])
            counts[outcome] += 1
            if outcome != "sent":
                break
        return counts

    def _try(self, notice: Notice, alert: Alert) -> str:
        if not self.store.notices.claim(notice, self.now() + CLAIM):
            return "sent"  # by another process, which has begun
        try:
            message = self.writing.message(notice, self.now())
            if message is not None:
                self._send(message, alert)
        except (Unsent, Unsendable, Unavailable) as error:
            return self._put_off(notice, str(error))
        except Exception as error:
            log.exception("notice %s of alert %s can't be sent", notice.id, alert.id)
            return self._put_off(notice, f"{type(error).__name__}: {error}")
        self.store.notices.sent(notice.id, self.now())
        return "sent"

    def _send(self, message: Message, alert: Alert) -> None:
        channel = self.channels.get(alert.channel)
        if channel is None:
            raise Unsendable(f"There is no channel {alert.channel!r} any more.")
        channel.send(message, alert.target)

    def _put_off(self, notice: Notice, reason: str) -> str:
        again = next_try(notice, self.now())
        self.store.notices.put_off(notice.id, reason, again)
        log.warning("a notice of alert %s has not arrived: %s", notice.alert, reason)
        return "put off" if again else "failed"
