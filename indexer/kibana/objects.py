"""Saved objects: the lines of an export, and the references that tie them together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import orjson

Kind = Literal["index-pattern", "search", "visualization", "lens", "dashboard"]

CORE_VERSION = "8.8.0"
VERSIONS: dict[Kind, str] = {
    "index-pattern": "8.0.0",
    "search": "10.9.0",
    "visualization": "8.5.0",
    "lens": "10.1.0",
    "dashboard": "10.3.0",
}
"""The version of each kind's attributes. Kibana brings older ones up to its own and refuses newer
ones.
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """A saved object that another one names: `name` is what its attributes call it."""

    name: str
    type: Kind
    id: str

    def line(self) -> dict[str, str]:
        return {"id": self.id, "name": self.name, "type": self.type}


@dataclass(frozen=True, slots=True)
class SavedObject:
    """One object as Kibana keeps it; the id stays the same from build to build."""

    type: Kind
    id: str
    attributes: dict[str, Any]
    references: tuple[Reference, ...] = ()

    @property
    def title(self) -> str:
        return str(self.attributes["title"])

    def line(self) -> dict[str, Any]:
        """The object as a line of an export."""
        return {
            "attributes": self.attributes,
            "coreMigrationVersion": CORE_VERSION,
            "id": self.id,
            "managed": False,
            "references": [reference.line() for reference in self.references],
            "type": self.type,
            "typeMigrationVersion": VERSIONS[self.type],
        }


def text(value: Any) -> str:
    """JSON in a string, as Kibana keeps much of its state; keys in one order."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def ndjson(objects: Iterable[SavedObject]) -> bytes:
    """The objects as a file that Kibana imports, byte for byte the same for the same objects."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return b"".join(orjson.dumps(saved.line(), option=options) for saved in objects)


def search_source(query: str, **more: Any) -> dict[str, str]:
    """`kibanaSavedObjectMeta` for a query in Kibana's language, empty for all."""
    source = {"query": {"query": query, "language": "kuery"}, "filter": [], **more}
    return {"searchSourceJSON": text(source)}
