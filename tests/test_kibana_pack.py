"""The pack for Kibana is right by construction: what no Kibana is here to say, its structure does."""

import contextlib
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from indexer.crawls.document import FIELDS as CRAWL_FIELDS
from indexer.document import mapping
from indexer.kibana.board import COLUMNS
from indexer.kibana.pack import BUILT, build, content, pack

LINES: list[dict[str, Any]] = [json.loads(line) for line in content().splitlines()]
BY_ID = {(line["type"], line["id"]): line for line in LINES}
BOARDS = [line for line in LINES if line["type"] == "dashboard"]
CHARTS = [line for line in LINES if line["type"] == "lens"]
# Read off objects that Kibana 9.2 and 9.4 export.
VERSIONS = {"index-pattern": "8.0.0", "lens": "10.1.0", "dashboard": "10.3.0", "search": "10.9.0"}
VERSIONS["visualization"] = "8.5.0"
IN_STRINGS = {
    "panelsJSON",
    "optionsJSON",
    "searchSourceJSON",
    "visState",
    "fieldAttrs",
    "fieldFormatMap",
}


def titled(line: dict[str, Any]) -> str:
    return str(line["id"])


def found(value: Any, key: str) -> Iterator[Any]:
    """Every value below a key, anywhere, also within JSON in strings."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for name, inner in inside:
        if name == key:
            yield inner
        yield from found(inner, key)


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    return list(json.loads(board["attributes"]["panelsJSON"]))


def controls(board: dict[str, Any]) -> dict[str, Any]:
    kept = json.loads(board["attributes"]["controlGroupInput"]["panelsJSON"])
    return dict(sorted(kept.items(), key=lambda one: one[1]["order"]))


def test_the_pack_in_the_repository_is_the_one_that_the_code_builds(tmp_path: Path) -> None:
    assert BUILT.read_bytes() == build(tmp_path / "new").read_bytes(), (
        "run: veille kibana build indexer/kibana"
    )


def test_building_twice_gives_the_same_bytes_and_no_two_objects_one_id() -> None:
    assert content() == content()
    assert len(BY_ID) == len(LINES) == len(pack())
    assert len({line["id"] for line in LINES}) == len(LINES)


def test_an_address_of_the_page_and_an_alias_change_nothing_but_links_and_indices() -> None:
    other = content("news-articles", "https://watch.example.org").decode()
    back = {
        "https://watch.example.org": "http://127.0.0.1:8000",
        "news-articles": "veille-articles",
    }
    for mine, usual in back.items():
        other = other.replace(mine, usual)
    assert other.encode() == content()


def test_there_are_four_dashboards_each_with_controls() -> None:
    assert [board["attributes"]["title"].removeprefix("Veille: ") for board in BOARDS] == [
        "Coverage",
        "Topic",
        "Watching",
        "Quality",
    ]
    for board in BOARDS:
        fields = [control["explicitInput"]["fieldName"] for control in controls(board).values()]
        articles = ["source", "language", "topics", "places"]
        assert fields == (
            ["source", "entry_kind", "outcome"] if board["id"] == "veille-watching" else articles
        )


@pytest.mark.parametrize("line", LINES, ids=titled)
def test_a_line_has_what_an_export_has(line: dict[str, Any]) -> None:
    wanted = {
        "type",
        "id",
        "attributes",
        "references",
        "coreMigrationVersion",
        "typeMigrationVersion",
        "managed",
    }
    assert set(line) == wanted
    assert (line["coreMigrationVersion"], line["typeMigrationVersion"]) == (
        "8.8.0",
        VERSIONS[line["type"]],
    )
    for name in IN_STRINGS:
        assert all(isinstance(value, str) for value in found(line, name))


@pytest.mark.parametrize("line", LINES, ids=titled)
def test_references_are_closed_and_each_is_used(line: dict[str, Any]) -> None:
    names = [reference["name"] for reference in line["references"]]
    assert len(set(names)) == len(names)
    for reference in line["references"]:
        assert (reference["type"], reference["id"]) in BY_ID
    used = list(found(line["attributes"], "indexRefName"))
    used += (
        [f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in panels(line)]
        if line in BOARDS
        else []
    )
    used += (
        [f"controlGroup_{name}:optionsListDataView" for name in controls(line)]
        if line in BOARDS
        else []
    )
    layers = found(line["attributes"], "layers")
    used += [
        f"indexpattern-datasource-layer-{name}"
        for one in layers
        if isinstance(one, dict)
        for name in one
    ]
    assert sorted(used) == sorted(names)


def test_a_named_object_comes_before_those_that_name_it() -> None:
    seen: set[tuple[str, str]] = set()
    for line in LINES:
        assert {(reference["type"], reference["id"]) for reference in line["references"]} <= seen
        seen.add((line["type"], line["id"]))


def test_every_chart_and_search_stands_on_a_dashboard() -> None:
    shown = {reference["id"] for board in BOARDS for reference in board["references"]}
    assert {line["id"] for line in LINES} - shown == {board["id"] for board in BOARDS}


@pytest.mark.parametrize("board", BOARDS, ids=titled)
def test_panels_stand_on_the_grid_without_overlap(board: dict[str, Any]) -> None:
    types = {reference["name"]: reference["type"] for reference in board["references"]}
    for panel in panels(board):
        grid = panel["gridData"]
        assert grid["i"] == panel["panelIndex"]
        assert panel["panelRefName"] == f"panel_{panel['panelIndex']}"
        assert types[f"{panel['panelIndex']}:{panel['panelRefName']}"] == panel["type"]
        assert grid["x"] >= 0 < grid["w"] <= COLUMNS - grid["x"]
        assert grid["h"] > 0
    for one, other in combinations([panel["gridData"] for panel in panels(board)], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]


@pytest.mark.parametrize("board", BOARDS, ids=titled)
def test_rows_are_filled(board: dict[str, Any]) -> None:
    widths: dict[int, int] = {}
    for panel in panels(board):
        widths[panel["gridData"]["y"]] = (
            widths.get(panel["gridData"]["y"], 0) + panel["gridData"]["w"]
        )
    assert set(widths.values()) == {COLUMNS}


@pytest.mark.parametrize("chart", CHARTS, ids=titled)
def test_a_chart_names_only_its_own_columns(chart: dict[str, Any]) -> None:
    state = chart["attributes"]["state"]
    (layer,) = state["datasourceStates"]["formBased"]["layers"].values()
    assert sorted(layer["columnOrder"]) == sorted(layer["columns"])
    look = state["visualization"]
    named: set[str] = set()
    for key in (
        "metricAccessor",
        "valueAccessor",
        "xAccessor",
        "yAccessor",
        "splitAccessor",
        "columnId",
    ):
        named |= set(found(look, key))
    for key in ("accessors", "metrics", "primaryGroups"):
        named |= {column for columns in found(look, key) for column in columns}
    assert named == set(layer["columns"])
    figures = {name for name, column in layer["columns"].items() if not column["isBucketed"]}
    assert {order["columnId"] for order in found(layer, "orderBy")} <= figures


def test_fields_with_a_label_are_fields_of_the_index() -> None:
    properties = mapping()["properties"]
    articles = set(properties) | {f"{name}.name" for name in ("agencies", "attributions")}
    for line in (line for line in LINES if line["type"] == "index-pattern"):
        known = set(CRAWL_FIELDS) if line["id"] == "veille-crawls" else articles
        attributes = line["attributes"]
        assert set(json.loads(attributes["fieldAttrs"])) <= known
        assert set(json.loads(attributes["fieldFormatMap"])) <= known
        assert attributes["timeFieldName"] in known
    assert set(
        json.loads(BY_ID["index-pattern", "veille-crawls"]["attributes"]["fieldAttrs"])
    ) == set(CRAWL_FIELDS)


def test_a_link_opens_the_article_in_veille() -> None:
    formats = json.loads(BY_ID["index-pattern", "veille-articles"]["attributes"]["fieldFormatMap"])
    assert formats["id"]["params"]["urlTemplate"] == "http://127.0.0.1:8000/article/{{value}}"
    assert "id" in BY_ID["search", "veille-latest"]["attributes"]["columns"]


# Against states that Kibana's own builder wrote: one file for each kind of chart, and one real
# export.

KINDS = {
    ("lnsMetric", ""): "metric-basic-dataview",
    ("lnsXY", "bar_stacked"): "xy-chart-bar-stacked-dataview",
    ("lnsXY", "bar_horizontal"): "xy-chart-bar-horizontal-dataview",
    ("lnsXY", "line"): "xy-chart-bar-stacked-dataview",
    ("lnsPie", "donut"): "pie-chart-donut-dataview",
    ("lnsHeatmap", "heatmap"): "heatmap-dataview",
    ("lnsDatatable", ""): "datatable-multi-column-dataview",
}
METRICS = {"median": "unique_count", "max": "unique_count", "sum": "unique_count"}
"""Operations that no reference has, and one of the same shape that it has."""
FREE = {"label", "size", "format"}


def kind(chart: dict[str, Any]) -> tuple[str, str]:
    look = chart["attributes"]["state"]["visualization"]
    series = next(
        (layer["seriesType"] for layer in look.get("layers", ()) if "seriesType" in layer), ""
    )
    return chart["attributes"]["visualizationType"], series or look.get("shape", "")


def shape(value: Any) -> Any:
    """Keys and types, values forgotten; of a list its first item."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return (
        "number"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else type(value).__name__
    )


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def exported(shared: Path) -> list[dict[str, Any]]:
    text = (shared / "kibana/export-example.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def operations(exported: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A column of each operation in the export."""
    every = [
        columns
        for line in exported
        for columns in found(line, "columns")
        if isinstance(columns, dict)
    ]
    return {column["operationType"]: column for columns in every for column in columns.values()}


@pytest.mark.shared
@pytest.mark.parametrize("chart", CHARTS, ids=titled)
def test_a_chart_looks_as_the_reference_of_its_kind(chart: dict[str, Any], shared: Path) -> None:
    reference = read(shared / f"kibana/lens/{KINDS[kind(chart)]}.json")
    ours, theirs = chart["attributes"]["state"], reference["state"]
    assert chart["attributes"]["visualizationType"] == reference["visualizationType"]
    assert set(ours) == set(theirs)
    assert set(ours["datasourceStates"]) == set(theirs["datasourceStates"])
    assert {name: type(value) for name, value in ours.items()} == {
        name: type(value) for name, value in theirs.items()
    }
    mine, wanted = shape(ours["visualization"]), shape(theirs["visualization"])
    assert mine == wanted


@pytest.mark.shared
@pytest.mark.parametrize("chart", CHARTS, ids=titled)
def test_columns_have_the_keys_and_types_of_exported_ones(
    chart: dict[str, Any], operations: dict[str, dict[str, Any]]
) -> None:
    (layer,) = chart["attributes"]["state"]["datasourceStates"]["formBased"]["layers"].values()
    assert {"columns", "columnOrder", "ignoreGlobalFilters", "incompleteColumns"} == set(layer)
    for column in layer["columns"].values():
        wanted = shape(operations[METRICS.get(column["operationType"], column["operationType"])])
        mine = shape(column)
        filtered, shown = mine.pop("filter", None), mine["params"].pop("format", None)
        assert mine == wanted
        assert filtered in (None, {"language": "str", "query": "str"})
        assert shown in (None, {"id": "str", "params": {"decimals": "number"}})


@pytest.mark.shared
def test_dashboards_and_data_views_have_the_attributes_of_exported_ones(
    exported: list[dict[str, Any]],
) -> None:
    by_type = {line["type"]: line for line in exported}
    for line in (one for one in LINES if one["type"] in ("dashboard", "index-pattern", "lens")):
        theirs = by_type[line["type"]]
        assert {name: type(value) for name, value in line["attributes"].items()} == {
            name: type(value) for name, value in theirs["attributes"].items()
        }
    ours, example = BOARDS[0]["attributes"], by_type["dashboard"]["attributes"]
    assert shape(ours["controlGroupInput"]) == shape(example["controlGroupInput"])
    for name in ("optionsJSON", "kibanaSavedObjectMeta"):
        assert shape(list(found({"it": ours[name]}, "it"))) == shape(
            list(found({"it": example[name]}, "it"))
        )
    panel = json.loads(example["panelsJSON"])[0]
    assert shape(panels(BOARDS[0])[0]) == shape(panel)
