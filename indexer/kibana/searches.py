"""Saved searches: tables of single documents, as Discover shows them."""

import uuid
from collections.abc import Sequence

from indexer.kibana.objects import Reference, SavedObject, search_source
from indexer.kibana.views import DashboardTopic

_NAMESPACE = uuid.UUID("5f6b3c4e-3a52-5d8e-9f1c-7f5f3f0c2a11")
_SOURCE = "kibanaSavedObjectMeta.searchSourceJSON.index"


def search(about: DashboardTopic, columns: Sequence[str], newest: str) -> SavedObject:
    """Single documents, the latest of the field `newest` first."""
    tab = str(uuid.uuid5(_NAMESPACE, about.id))
    inner = f"tab_{tab}.{_SOURCE}"

    def look(name: str) -> dict[str, object]:
        return {
            "columns": list(columns),
            "grid": {},
            "hideChart": True,
            "isTextBasedQuery": False,
            "kibanaSavedObjectMeta": search_source(about.where, indexRefName=name),
            "rowHeight": 1,
            "sort": [[newest, "desc"]],
            "timeRestore": False,
            "usesAdHocDataView": False,
        }

    attributes = {
        **look(_SOURCE),
        "description": "",
        "tabs": [{"attributes": look(inner), "id": tab, "label": about.title}],
        "title": about.title,
    }
    named = tuple(Reference(name, "index-pattern", about.view.id) for name in (_SOURCE, inner))
    return SavedObject("search", about.id, attributes, named)
