"""The clock of the tests: the only place where they learn what time it is.

A test gives the product a fixed moment, through the clock that its functions and classes take as an
argument, so that it is green on every day. A test that starts commands as processes of their own
cannot: these read the clock of the machine, and the test makes its world around `machine_now()`.
"""

from collections.abc import Callable
from datetime import UTC, datetime


def moment(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """This day of November 2026, at nine o'clock unless said otherwise, in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


NOW = moment(22)
"""Now for most tests; a Sunday."""


def stopped(at: datetime) -> Callable[[], datetime]:
    """A clock that always shows this moment."""
    return lambda: at


def machine_now() -> datetime:
    """The time by the clock of the machine, in UTC."""
    return datetime.now(UTC)
