"""What Kibana would ask Elasticsearch for a saved object: a translation of Lens layers, searches,
controls and Vega.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from indexer.kibana.objects import SavedObject

Query = dict[str, Any]
_CLAUSE = re.compile(r"(?P<no>not )?(?P<field>[\w.]+)\s*(?P<op>:|>=|>)\s*(?P<value>\*|[\w-]+)")
_SPAN = re.compile(r"now-(\d+)d")


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel as a dashboard shows it: the object, its view's attributes, and since when it looks."""

    board: str
    object: SavedObject
    view: Mapping[str, Any]
    since: str

    @property
    def id(self) -> str:
        return f"{self.board}/{self.object.id}"


def shown(pack: list[SavedObject]) -> Iterator[Shown]:
    """Every panel of every dashboard."""
    by_id = {one.id: one for one in pack}
    for board in (one for one in pack if one.type == "dashboard"):
        references = {reference.name: reference.id for reference in board.references}
        usual = next(
            by_id[one.id] for one in board.references if one.name.endswith(":optionsListDataView")
        )
        for panel in json.loads(board.attributes["panelsJSON"]):
            one = by_id[references[f"{panel['panelIndex']}:{panel['panelRefName']}"]]
            view = next(
                (by_id[ref.id] for ref in one.references if ref.type == "index-pattern"), usual
            )
            span = (
                panel["embeddableConfig"]
                .get("timeRange", {})
                .get("from", board.attributes["timeFrom"])
            )
            yield Shown(board.id, one, view.attributes, span)


def start_of(since: str, now: datetime) -> datetime:
    """The beginning of the day on which `now-30d` falls: of an article that was printed with a day
    only, nobody can say whether it came before or after an hour of that day.
    """
    days = _SPAN.fullmatch(since)
    assert days, since
    start = now - timedelta(days=int(days[1]))
    return start.replace(hour=0, minute=0, second=0, microsecond=0)


def matching(where: str) -> Query:
    """Kibana's query language, as much of it as the pack speaks."""
    return {"bool": {"filter": [_clause(part) for part in filter(None, where.split(" and "))]}}


def fields_of(where: str) -> set[str]:
    """The fields that a query names."""
    return {match["field"] for match in _CLAUSE.finditer(where)}


def within(one: Shown, now: datetime, *chosen: Query) -> Query:
    """What the panel's documents match: its time, its own query, and what is chosen in the controls."""
    span = {
        "range": {
            one.view["timeFieldName"]: {
                "gte": start_of(one.since, now).isoformat(),
                "lte": now.isoformat(),
            }
        }
    }
    return {"bool": {"filter": [span, matching(own_query(one.object)), *chosen]}}


def own_query(one: SavedObject) -> str:
    """The query that the object itself has."""
    if one.type == "lens":
        return str(one.attributes["state"]["query"]["query"])
    return str(
        json.loads(one.attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]
    )


def columns_of(one: SavedObject) -> dict[str, dict[str, Any]]:
    """The columns of a chart in order."""
    (layer,) = one.attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
    return {name: layer["columns"][name] for name in layer["columnOrder"]}


def aggregations(one: SavedObject) -> Query:
    """The nested aggregations of a chart's layer."""
    columns = columns_of(one)
    figures = {name: column for name, column in columns.items() if not column["isBucketed"]}
    asked = {name: _filtered(column) for name, column in figures.items() if _asks(column)}
    for name, column in reversed(
        [(name, column) for name, column in columns.items() if column["isBucketed"]]
    ):
        asked = {name: {**_bucket(column, figures), "aggs": {**asked, **_order(column, figures)}}}
    return asked


def rows(one: SavedObject, answer: Mapping[str, Any], total: int) -> list[dict[str, Any]]:
    """The rows of a chart: the key of each bucket column and the value of each figure."""
    return list(_rows(list(columns_of(one).items()), answer, total, {}))


def _rows(
    columns: list[tuple[str, dict[str, Any]]],
    answer: Mapping[str, Any],
    count: int,
    row: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    if columns and columns[0][1]["isBucketed"]:
        for bucket in answer[columns[0][0]]["buckets"]:
            yield from _rows(
                columns[1:], bucket, bucket["doc_count"], {**row, columns[0][0]: bucket["key"]}
            )
        return
    yield {**row, **{name: _value(column, answer.get(name), count) for name, column in columns}}


def _value(column: dict[str, Any], found: Any, count: int) -> Any:
    if "filter" in column:
        count, found = found["doc_count"], found.get("value")
    match column["operationType"]:
        case "count":
            return count
        case "median":
            return found["values"]["50.0"]
        case _:
            return found["value"]


def _clause(text: str) -> Query:
    found = _CLAUSE.fullmatch(text.strip())
    assert found, f"no translation for {text!r}"
    field, value = found["field"], found["value"]
    if found["op"] != ":":
        query: Query = {"range": {field: {"gt" if found["op"] == ">" else "gte": float(value)}}}
    else:
        query = {"exists": {"field": field}} if value == "*" else {"term": {field: value}}
    return {"bool": {"must_not": [query]}} if found["no"] else query


def _asks(column: dict[str, Any]) -> bool:
    return column["operationType"] != "count" or "filter" in column


def _filtered(column: dict[str, Any]) -> Query:
    if "filter" not in column:
        return _figure(column)
    inner = {} if column["operationType"] == "count" else {"aggs": {"value": _figure(column)}}
    return {"filter": matching(column["filter"]["query"]), **inner}


def _figure(column: dict[str, Any]) -> Query:
    field = {"field": column["sourceField"]}
    match column["operationType"]:
        case "unique_count":
            return {"cardinality": field}
        case "median":
            return {"percentiles": {**field, "percents": [50]}}
        case "max" | "sum" as operation:
            return {operation: field}
        case other:
            raise AssertionError(f"no translation for {other}")


def _bucket(column: dict[str, Any], figures: Mapping[str, dict[str, Any]]) -> Query:
    field = {"field": column["sourceField"]}
    if column["operationType"] == "date_histogram":
        return {"date_histogram": {**field, "calendar_interval": "1d", "min_doc_count": 0}}
    assert column["operationType"] == "terms"
    by = column["params"]["orderBy"]["columnId"]
    path = {"count": "_count", "median": f"{by}.50"}.get(figures[by]["operationType"], by)
    order = {path: column["params"]["orderDirection"]}
    return {
        "terms": {**field, "size": column["params"]["size"], "shard_size": 1_000, "order": order}
    }


def _order(column: dict[str, Any], figures: Mapping[str, dict[str, Any]]) -> Query:
    """The figure that a bucket is ordered by stands directly below it."""
    if column["operationType"] != "terms":
        return {}
    by = column["params"]["orderBy"]["columnId"]
    return {by: _filtered(figures[by])} if _asks(figures[by]) else {}
