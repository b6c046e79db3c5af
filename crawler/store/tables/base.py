"""What the tables are made of: aware moments, serial numbers, one naming of keys and indexes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, Table, TypeDecorator

Reader = Callable[[Any], Any]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC; a naive one is an error. What can't be read of
    a damaged row is None, and costs no other row.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader | None:
        return _lenient(super().result_processor(dialect, coltype))

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


class StoredJson(TypeDecorator[Any]):
    """JSON values; what can't be read of a damaged row is None, and costs no other row."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader | None:
        return _lenient(super().result_processor(dialect, coltype))


def _lenient(read: Reader | None) -> Reader | None:
    """What reads a value, and gives None for one that can't be read."""
    if read is None:
        return None

    def read_or_none(value: Any) -> Any:
        try:
            return read(value)
        except (ValueError, TypeError):
            return None

    return read_or_none


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s",
    }
)
Serial = BigInteger().with_variant(Integer, "sqlite")


def table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(name, metadata, *parts, **options)
