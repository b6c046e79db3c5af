"""Columns of Lens: what a chart counts and by what, by operations that Kibana reads as they are,
without a formula.
"""

from dataclasses import dataclass
from typing import Any, Literal

Number = Literal["unique_count", "median", "average", "max", "sum"]
RECORDS = "___records___"
"""What Lens calls the documents themselves."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its id within the chart, and its state."""

    id: str
    state: dict[str, Any]

    @property
    def label(self) -> str:
        return str(self.state["label"])


def count(label: str, where: str = "", *, column_id: str = "count") -> Column:
    """How many documents there are, of those that match `where` (Kibana's query language)."""
    state = _metric("count", RECORDS, label) | {"params": {"emptyAsNull": False}}
    if where:
        state["filter"] = {"query": where, "language": "kuery"}
    return Column(column_id, state)


def number(
    operation: Number, field: str, label: str, *, column_id: str = "number", decimals: int = 0
) -> Column:
    """A figure over the values of a field."""
    number_format = {"id": "number", "params": {"decimals": decimals}}
    params = {"emptyAsNull": True, "format": number_format}
    return Column(column_id, _metric(operation, field, label) | {"params": params})


def latest(field: str, label: str, *, column_id: str = "latest") -> Column:
    """The latest date of a field."""
    state = _metric("max", field, label) | {"dataType": "date", "params": {"emptyAsNull": True}}
    return Column(column_id, state)


def top(field: str, label: str, size: int, by: Column, *, other: bool = False) -> Column:
    """The values of a field that have most of `by`; with `other`, the rest in one."""
    return _values(field, label, {"size": size, "orderDirection": "desc", "otherBucket": other}, by)


def bottom(field: str, label: str, size: int, by: Column) -> Column:
    """The values of a field that have least of `by`."""
    return _values(field, label, {"size": size, "orderDirection": "asc", "otherBucket": False}, by)


def steps(field: str, label: str) -> Column:
    """Time in steps that fit the span that is looked at; steps without documents are there too."""
    state = {
        "customLabel": True,
        "dataType": "date",
        "isBucketed": True,
        "label": label,
        "operationType": "date_histogram",
        "params": {"dropPartials": False, "includeEmptyRows": True, "interval": "auto"},
        "scale": "interval",
        "sourceField": field,
    }
    return Column(_id(field), state)


def _values(field: str, label: str, shown: dict[str, Any], by: Column) -> Column:
    state = {
        "customLabel": True,
        "dataType": "string",
        "isBucketed": True,
        "label": label,
        "operationType": "terms",
        "params": {
            **shown,
            "accuracyMode": True,
            "exclude": [],
            "excludeIsRegex": False,
            "include": [],
            "includeIsRegex": False,
            "missingBucket": False,
            "orderBy": {"columnId": by.id, "type": "column"},
            "parentFormat": {"id": "terms"},
        },
        "scale": "ordinal",
        "sourceField": field,
    }
    return Column(_id(field), state)


def _metric(operation: str, field: str, label: str) -> dict[str, Any]:
    return {
        "customLabel": True,
        "dataType": "number",
        "isBucketed": False,
        "label": label,
        "operationType": operation,
        "scale": "ratio",
        "sourceField": field,
    }


def _id(field: str) -> str:
    return field.replace(".", "-")
