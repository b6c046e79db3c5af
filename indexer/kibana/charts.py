"""Charts of Lens: one function for each kind, each with the very state that Kibana's own builder
writes for it.
"""

from collections.abc import Sequence
from typing import Any, Literal

from indexer.kibana.columns import Column
from indexer.kibana.objects import Reference, SavedObject
from indexer.kibana.views import DashboardTopic

LAYER = "layer"
"""Every chart has one layer."""
Series = Literal["bar_stacked", "bar_horizontal", "line", "area_stacked"]


def figure(about: DashboardTopic, value: Column) -> SavedObject:
    """One number."""
    return _chart(
        "lnsMetric", about, [value], {**_layer(), "metricAccessor": value.id, "showBar": False}
    )


def over_time(
    about: DashboardTopic, series: Series, time: Column, value: Column, split: Column
) -> SavedObject:
    """Columns, lines or areas over time, one for each value of `split`."""
    return _chart("lnsXY", about, [split, time, value], _xy(series, time, value, split))


def ranking(about: DashboardTopic, by: Column, value: Column) -> SavedObject:
    """Horizontal bars, the longest first."""
    return _chart("lnsXY", about, [by, value], _xy("bar_horizontal", by, value, None))


def ring(about: DashboardTopic, by: Column, value: Column) -> SavedObject:
    """Shares of a whole."""
    layer = {
        **_layer(),
        "allowMultipleMetrics": False,
        "categoryDisplay": "default",
        "legendDisplay": "show",
        "legendPosition": "right",
        "metrics": [value.id],
        "numberDisplay": "percent",
        "primaryGroups": [by.id],
    }
    return _chart("lnsPie", about, [by, value], {"shape": "donut", "layers": [layer]})


def grid(about: DashboardTopic, across: Column, down: Column, value: Column) -> SavedObject:
    """Two dimensions, the colour is the value."""
    look = {
        **_layer(),
        "shape": "heatmap",
        "valueAccessor": value.id,
        "xAccessor": across.id,
        "yAccessor": down.id,
        "gridConfig": {
            "type": "heatmap_grid",
            "isCellLabelVisible": False,
            "isXAxisLabelVisible": True,
            "isXAxisTitleVisible": False,
            "isYAxisLabelVisible": True,
            "isYAxisTitleVisible": False,
        },
        "legend": {"isVisible": True, "position": "right", "type": "heatmap_legend"},
    }
    return _chart("lnsHeatmap", about, [down, across, value], look)


def table(about: DashboardTopic, rows: Sequence[Column], values: Sequence[Column]) -> SavedObject:
    """A row for each combination of `rows`, a column for each value."""
    columns = [*rows, *values]
    look = {**_layer(), "columns": [{"columnId": column.id} for column in columns]}
    return _chart("lnsDatatable", about, columns, look)


def _layer() -> dict[str, str]:
    return {"layerId": LAYER, "layerType": "data"}


def _xy(series: Series, x: Column, y: Column, split: Column | None) -> dict[str, Any]:
    sides = ("x", "yLeft", "yRight")
    layer: dict[str, Any] = {
        **_layer(),
        "accessors": [y.id],
        "seriesType": series,
        "xAccessor": x.id,
        "yConfig": [{"forAccessor": y.id}],
    }
    if split:
        layer["splitAccessor"] = split.id
    is_ranking = series == "bar_horizontal"
    fitting = "Linear" if series == "line" else "None"
    return {
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "emphasizeFitting": True,
        "fittingFunction": fitting,
        "gridlinesVisibilitySettings": dict.fromkeys(sides, True),
        "hideEndzones": True,
        "labelsOrientation": dict.fromkeys(sides, 0),
        "layers": [layer],
        "legend": {"isVisible": split is not None, "position": "right"},
        "preferredSeriesType": series,
        "tickLabelsVisibilitySettings": dict.fromkeys(sides, True),
        "valueLabels": "show" if is_ranking else "hide",
        "yLeftExtent": {"mode": "full"},
    }


def _chart(
    kind: str, about: DashboardTopic, columns: Sequence[Column], look: dict[str, Any]
) -> SavedObject:
    states = {column.id: column.state for column in columns}
    layer = {
        "columnOrder": list(states),
        "columns": states,
        "ignoreGlobalFilters": False,
        "incompleteColumns": {},
    }
    state = {
        "adHocDataViews": {},
        "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
        "filters": [],
        "internalReferences": [],
        "query": {"language": "kuery", "query": about.where},
        "visualization": look,
    }
    attributes = {
        "description": "",
        "state": state,
        "title": about.title,
        "visualizationType": kind,
    }
    shown = Reference(f"indexpattern-datasource-layer-{LAYER}", "index-pattern", about.view.id)
    return SavedObject("lens", about.id, attributes, (shown,))
