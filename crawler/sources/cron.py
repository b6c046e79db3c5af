"""Cron expressions in a time zone: when something runs next, in UTC, also across a change of
clocks. Pure.

Five fields (minute, hour, day of month, month, day of week) as crontab(5) has them, read by cronsim
as Debian's cron reads them: Sunday is 0 or 7; where both days are restricted, either counts. Where
minute and hour are named, a time that a change of clocks skips runs right after, and a time that
comes twice runs once; where one of them begins with `*`, the expression follows the clock as it
goes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_FIELDS = (
    ("minute", "0-59"),
    ("hour", "0-23"),
    ("day of month", "1-31"),
    ("month", "1-12"),
    ("day of week", "0-7"),
)
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"""Where reading needs a moment and the answer does not depend on it."""


class CronError(ValueError):
    """The expression can't be read; the message says which part and what it takes."""


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression that can be read."""

    text: str

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first run after an aware moment, in UTC; raises `CronError` where there is none
        within fifty years.
        """
        moment = moment.astimezone(UTC)
        for local_run in CronSim(self.text, moment.astimezone(zone)):
            run = local_run.astimezone(UTC)
            # Of a local time that comes twice, cronsim gives the first, which may be over already.
            if run > moment:
                return run
        raise CronError("never comes")


@lru_cache(maxsize=1024)
def parse_cron(text: str) -> Cron:
    """Read an expression; raises `CronError`."""
    fields = text.split()
    # cronsim takes a sixth field, of seconds: no site is to be asked so often.
    if len(fields) != len(_FIELDS):
        raise CronError("has five fields: minute, hour, day of month, month, day of week")
    cron = Cron(" ".join(fields))
    try:
        cron.next_after(_ANY_MOMENT, ZoneInfo("UTC"))
    except CronSimError as error:
        raise CronError(_fault(fields)) from error
    return cron


def _fault(fields: Sequence[str]) -> str:
    """What is wrong with an expression that cronsim refuses: the first part that it can't read."""
    for position, (name, bounds) in enumerate(_FIELDS):
        for part in fields[position].split(","):
            if _is_readable(part, position):
                continue
            if re.fullmatch(r"[0-9*/-]+", part):
                return f"has the {name} {part!r}, which is not within {bounds}"
            return f"has the {name} {part!r}, which is none"
    return "never comes"


def _is_readable(part: str, position: int) -> bool:
    fields = ["*"] * len(_FIELDS)
    fields[position] = part
    try:
        CronSim(" ".join(fields), _ANY_MOMENT)
    except CronSimError:
        return False
    return True
