"""Telling of something that is away: once, now and then while it lasts, and when it is back. A door
module.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

AGAIN = timedelta(hours=6)
"""How often an outage that lasts is told again."""


def describe_error(error: Exception) -> str:
    """What an error says, in a sentence."""
    return f"The store is away ({error.orig})." if isinstance(error, DBAPIError) else str(error)


@dataclass(slots=True)
class OutageLog:
    """What the log says while something may be away; `now` gives aware times."""

    log: logging.Logger
    now: Callable[[], datetime]
    _since: datetime | None = None
    _told: datetime | None = None
    _kind: type[Exception] | None = None

    def away(self, sentence: str, error: Exception, *, known: bool = True) -> None:
        """It is away, as the `sentence` says; an error that is not `known` is told with where it arose."""
        now = self.now()
        self._since = self._since or now
        if self._told is None or now - self._told >= AGAIN or type(error) is not self._kind:
            self.log.warning(
                "%s", sentence, exc_info=None if known or isinstance(error, DBAPIError) else error
            )
            self._told, self._kind = now, type(error)

    def back(self, sentence: str) -> None:
        """It does what it should, and where it had not, the `sentence` says so."""
        if self._since is not None:
            span = timedelta(seconds=round((self.now() - self._since).total_seconds()))
            self.log.warning("%s It was away for %s.", sentence, span)
        self._since = self._told = self._kind = None
