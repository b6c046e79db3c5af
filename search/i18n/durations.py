"""Moments and spans of time in words, as pages about the running system tell them."""

from datetime import datetime, timedelta

from babel.dates import format_timedelta

from search.i18n.catalogue import Texts
from search.i18n.formatting import day


class Moments:
    """Tells times as seen from `now` (aware)."""

    def __init__(self, texts: Texts, now: datetime) -> None:
        self._texts = texts
        self._now = now

    def ago(self, moment: str | datetime | None) -> str:
        """How long ago a moment was, or in how long it will be; "never" where there is none."""
        if moment is None:
            return self._texts("never")
        return self._texts.ago(self._now - self._aware(moment))

    def full(self, moment: str | datetime) -> str:
        """The whole moment, with its time zone."""
        return day(self._aware(moment), self._texts, timed=True)

    def span(self, seconds: float) -> str:
        """A span of time."""
        return str(format_timedelta(timedelta(seconds=seconds), locale=self._texts.language))

    @staticmethod
    def _aware(moment: str | datetime) -> datetime:
        if isinstance(moment, str):
            return datetime.fromisoformat(moment)
        return moment
