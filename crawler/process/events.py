"""What happened, for people and for programs: a line of the log can carry an event with its
values. A door module.
"""

import logging
from typing import Literal

Event = Literal["crawl", "finding", "outage", "disk"]
Value = str | int | float | bool | None

_ATTRIBUTE = "veille_event"
"""The attribute of a log record that holds the event and its values."""


def event(name: Event, **values: Value) -> dict[str, dict[str, Value]]:
    """The argument `extra` of a call of a logger that tells of an event. A log in JSON has the
    event's name and its values as fields beside the sentence.
    """
    return {_ATTRIBUTE: {"event": name, **values}}


def values_of(record: logging.LogRecord) -> dict[str, Value]:
    """The event of a log record, as `event`, with its values; empty where it tells of none."""
    return dict(getattr(record, _ATTRIBUTE, {}))
