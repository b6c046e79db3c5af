"""What the tables are made of: values that can be read whatever a damaged row holds, aware moments,
serial numbers, one naming of keys and indexes.

SQLite keeps any value in any column; PostgreSQL checks values itself.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

UNKNOWN_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""What is read for a moment that can't be read, in a column that always has one."""

Reader = Callable[[Any], Any]


class _Lenient(TypeEngine[Any]):
    """A type that reads what is none of its `kinds` as None, so that a damaged row costs no other
    one, and no command; where a value is `required`, as `nothing` of its kind.
    """

    kinds: tuple[type[Any], ...]
    nothing: Callable[[], Any]

    def __init__(self, required: bool = False, **named: Any) -> None:
        # SQLAlchemy copies a type for each dialect, by the arguments that may be given by place.
        super().__init__(**named)
        self.required = required

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader | None:
        read = super().result_processor(dialect, coltype)
        if dialect.name != "sqlite":
            return read
        return _reader(read, self.kinds, self.nothing() if self.required else None)


class UtcDateTime(_Lenient, TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC; a naive one is an error."""

    impl = DateTime(timezone=True)
    cache_ok = True
    kinds = (datetime,)

    @staticmethod
    def nothing() -> datetime:
        """The moment that is read in columns that always have one."""
        return UNKNOWN_MOMENT

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: times in the store are aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StoredJson(_Lenient, TypeDecorator[Any]):
    """A JSON object."""

    impl = JSON
    cache_ok = True
    kinds = (dict,)

    @staticmethod
    def nothing() -> dict[str, int]:
        """An object that no reader takes for an empty one: a saved search without parameters finds
        everything.
        """
        return {"damaged": 1}


class _WholeNumber(_Lenient, Integer):
    kinds = (int,)
    nothing = int


class _LongNumber(_Lenient, BigInteger):
    kinds = (int,)
    nothing = int


class _Number(_Lenient, Float[float]):
    kinds = (int, float)
    nothing = float


class _Truth(_Lenient, Boolean):
    kinds = (bool,)
    nothing = bool


class _Name(_Lenient, String):
    kinds = (str,)
    nothing = str


class _Words(_Lenient, Text):
    kinds = (str,)
    nothing = str


_LENIENT: dict[type[TypeEngine[Any]], type[_Lenient]] = {
    Integer: _WholeNumber,
    Float: _Number,
    Boolean: _Truth,
    Text: _Words,
}


def _reader(read: Reader | None, kinds: tuple[type[Any], ...], or_else: Any) -> Reader:
    """What reads a value, and gives `or_else` for one that can't be read or is of another kind."""

    def read_or_else(value: Any) -> Any:
        if value is None:
            return None
        try:
            found = read(value) if read else value
        except (ValueError, TypeError, OverflowError):
            return or_else
        is_finite = not isinstance(found, float) or math.isfinite(found)
        return found if isinstance(found, kinds) and is_finite else or_else

    return read_or_else


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s",
    }
)
Serial = BigInteger().with_variant(Integer, "sqlite")


def table(name: str, *parts: Any, **options: Any) -> Table:
    """A table whose values can be read whatever a damaged row holds: as None, or as nothing of
    their kind (`UNKNOWN_MOMENT`, 0, "") in columns that always have a value.
    """
    made = Table(name, metadata, *parts, **options)
    for column in made.columns:
        lenient = _lenient(column.type)
        lenient.required = not column.nullable
        is_serial = column.type is Serial
        column.type = BigInteger().with_variant(lenient, "sqlite") if is_serial else lenient
    return made


def _lenient(given: TypeEngine[Any]) -> _Lenient:
    """A type like the given one, of a column of its own."""
    if isinstance(given, _Lenient):
        return given
    if isinstance(given, BigInteger) and given is not Serial:
        return _LongNumber()
    if isinstance(given, String) and not isinstance(given, Text):
        return _Name(length=given.length)
    return next(lenient() for kind, lenient in _LENIENT.items() if isinstance(given, kind))
