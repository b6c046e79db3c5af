"""Dashboards: saved objects on a grid of 48 columns, with controls above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from indexer.kibana.objects import Reference, SavedObject, search_source, text
from indexer.kibana.views import DashboardTopic

COLUMNS = 48
REFRESH_MILLISECONDS = 300_000
_OPTIONS = {
    "hidePanelTitles": False,
    "syncColors": True,
    "syncCursor": True,
    "syncTooltips": False,
    "useMargins": True,
}
_CONTROLS_IGNORE = dict.fromkeys(
    ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False
)


@dataclass(frozen=True, slots=True)
class Panel:
    """A saved object in a row of panels: its width in columns; with `since`, it looks that far back
    by itself.
    """

    shown: SavedObject
    width: int
    since: str | None = None


@dataclass(frozen=True, slots=True)
class PanelRow:
    """Panels beside each other, of one height (a unit is about 20 pixels)."""

    height: int
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """A list of a field's values above the dashboard, to choose from."""

    field: str
    label: str


def dashboard(
    about: DashboardTopic,
    description: str,
    rows: Sequence[PanelRow],
    controls: Sequence[Control],
    since: str,
) -> SavedObject:
    """A dashboard that opens with the time from `since` (as `now-30d`) to now.

    Its controls are over fields of its view.
    """
    panels, references = _placed(rows)
    control_panels = {}
    for order, control in enumerate(controls):
        name = f"{about.id}-{control.field}"
        control_panels[name] = _control(order, control)
        reference_name = f"controlGroup_{name}:optionsListDataView"
        references.append(Reference(reference_name, "index-pattern", about.view.id))
    attributes = {
        "controlGroupInput": {
            "chainingSystem": "HIERARCHICAL",
            "controlStyle": "oneLine",
            "ignoreParentSettingsJSON": text(_CONTROLS_IGNORE),
            "panelsJSON": text(control_panels),
            "showApplySelections": False,
        },
        "description": description,
        "kibanaSavedObjectMeta": search_source(about.where),
        "optionsJSON": text(_OPTIONS),
        "panelsJSON": text(panels),
        "refreshInterval": {"pause": True, "value": REFRESH_MILLISECONDS},
        "timeFrom": since,
        "timeRestore": True,
        "timeTo": "now",
        "title": about.title,
        "version": 1,
    }
    return SavedObject("dashboard", about.id, attributes, tuple(references))


def _placed(rows: Sequence[PanelRow]) -> tuple[list[dict[str, Any]], list[Reference]]:
    panels: list[dict[str, Any]] = []
    references = []
    y = 0
    for row in rows:
        x = 0
        for panel in row.panels:
            number = str(len(panels) + 1)
            grid = {"h": row.height, "i": number, "w": panel.width, "x": x, "y": y}
            config: dict[str, Any] = {"enhancements": {}}
            if panel.since:
                config["timeRange"] = {"from": panel.since, "to": "now"}
            panels.append(
                {
                    "embeddableConfig": config,
                    "gridData": grid,
                    "panelIndex": number,
                    "panelRefName": f"panel_{number}",
                    "type": panel.shown.type,
                }
            )
            references.append(
                Reference(f"{number}:panel_{number}", panel.shown.type, panel.shown.id)
            )
            x += panel.width
        y += row.height
    return panels, references


def _control(order: int, control: Control) -> dict[str, Any]:
    return {
        "explicitInput": {
            "exclude": False,
            "existsSelected": False,
            "fieldName": control.field,
            "searchTechnique": "wildcard",
            "selectedOptions": [],
            "singleSelect": False,
            "sort": {"by": "_count", "direction": "desc"},
            "title": control.label,
        },
        "grow": True,
        "order": order,
        "type": "optionsListControl",
        "width": "medium",
    }
