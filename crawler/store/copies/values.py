"""Values of rows as JSON, each checked by the kind of its column: a database of SQLite holds
whatever was written to it, and PostgreSQL would refuse a whole table for one value.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer

Check = Callable[[Any], Any]


def row_values(columns: Sequence[Column[Any]], row: Sequence[Any]) -> list[Any] | None:
    """The values of a row for JSON; what can't be read is None. None for the row where a value that
    it can't do without can't be read.
    """
    values = []
    for column, value in zip(columns, row, strict=True):
        readable = value_or_none(column, value)
        if readable is None and not column.nullable:
            return None
        values.append(readable)
    return values


def value_or_none(column: Column[Any], value: Any) -> Any:
    """A value for JSON; None where it is none of its column's kind."""
    if value is None:
        return None
    try:
        return _check_of(column)(value)
    except (ValueError, TypeError):
        return None


def _check_of(column: Column[Any]) -> Check:
    for kind, check in _CHECKS:
        if isinstance(column.type, kind):
            return check
    return _text


def _moment(value: Any) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


def _json(value: Any) -> Any:
    if isinstance(value, bytes):
        raise ValueError(value)
    return orjson.loads(value) if isinstance(value, str) else value


def _truth(value: Any) -> bool:
    if value in (0, 1):
        return bool(value)
    raise ValueError(value)


def _whole(value: Any) -> int:
    if isinstance(value, int):
        return value
    raise ValueError(value)


def _number(value: Any) -> float:
    if isinstance(value, (int, float)) and math.isfinite(value):
        return value
    raise ValueError(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(value)


_CHECKS: tuple[tuple[type[Any], Check], ...] = (
    (DateTime, _moment),
    (JSON, _json),
    (Boolean, _truth),
    (Integer, _whole),
    (Float, _number),
)
