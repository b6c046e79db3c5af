"""Telling of something that is away: once, now and then while it lasts, and when it is back. A door
module.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from crawler.process.events import event

AGAIN = timedelta(hours=6)
"""How often an outage that lasts is logged again."""


def describe_error(error: Exception) -> str:
    """What an error says, in a sentence."""
    if isinstance(error, DBAPIError):
        return f"The store is away ({error.orig})."
    return str(error)


@dataclass(slots=True)
class OutageLog:
    """What the log says while something may be away; `now` gives aware times."""

    log: logging.Logger
    now: Callable[[], datetime]
    _since: datetime | None = None
    _logged_at: datetime | None = None
    _kind: type[Exception] | None = None

    def away(self, sentence: str, error: Exception, *, known: bool = True) -> None:
        """It is away, as the `sentence` says; an error that is not `known` is logged with its
        traceback.
        """
        now = self.now()
        state = "lasts" if self._since else "begins"
        self._since = self._since or now
        logged_lately = self._logged_at is not None and now - self._logged_at < AGAIN
        if logged_lately and type(error) is self._kind:
            return
        traceback = None if known or isinstance(error, DBAPIError) else error
        told = event("outage", state=state, since=self._since.isoformat())
        self.log.warning("%s", sentence, exc_info=traceback, extra=told)
        self._logged_at = now
        self._kind = type(error)

    def back(self, sentence: str) -> None:
        """It does what it should, and where it had not, the `sentence` says so."""
        if self._since is not None:
            seconds = round((self.now() - self._since).total_seconds())
            told = event("outage", state="ends", since=self._since.isoformat(), seconds=seconds)
            span = timedelta(seconds=seconds)
            self.log.warning("%s It was away for %s.", sentence, span, extra=told)
        self._since = self._logged_at = self._kind = None
