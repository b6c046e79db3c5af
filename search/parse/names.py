"""What names in a query mean in an installation: its sources, its saved searches, and values that
articles have.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from indexer.fields import FACETS
from indexer.query import Node
from search.parse.errors import QueryMistake
from search.parse.labels import canonical_value, close_values, topic_values

_COMMAS = re.compile("[,،]")
_MOST_PARTS = 50
_SHOWN = 60
"""Characters of a value that a mistake quotes."""


class Names(Protocol):
    """Where names are looked up."""

    def sources(self, text: str) -> tuple[str, ...]:
        """The ids of the sources with this id or name; none where there is no such source."""

    def close_sources(self, text: str) -> list[str]:
        """The ids of sources whose id or name is nearly this, the closest first."""

    def holds(self, facet: str, value: str) -> bool:
        """Whether some article has exactly this value."""

    def addresses(self, text: str) -> tuple[str, ...]:
        """The address, and where articles stand now that it is or was an address of."""

    def saved(self, name: str, position: int | None) -> Node:
        """What the saved search with this name or id asks for; raises `QueryMistake`."""


class AnyName:
    """Where nothing is known: each source may be there, and no search is saved."""

    def sources(self, text: str) -> tuple[str, ...]:
        return (text,)

    def close_sources(self, text: str) -> list[str]:
        return []

    def holds(self, facet: str, value: str) -> bool:
        return False

    def addresses(self, text: str) -> tuple[str, ...]:
        return (text,)

    def saved(self, name: str, position: int | None) -> Node:
        raise QueryMistake("unknown_saved", position, found=name[:_SHOWN])


ANY_NAME = AnyName()


def existing_values(
    facet: str, text: str, names: Names, position: int | None = None
) -> tuple[str, ...]:
    """The values of a facet that a text means, as the index has them; what stands between commas is
    a list, unless the whole is a value itself.

    Raises `QueryMistake` for a place, topic, language or source that does not exist.
    """
    kind = FACETS[facet].value
    if kind == "address":
        return names.addresses(text)
    parts = _parts(text)
    if len(parts) < 2:
        return _found(facet, text.strip(" ,،") or text, names, position)
    if kind != "text":
        return tuple(dict.fromkeys(_of_list(facet, parts, names, position)))
    return (text,) if names.holds(facet, text) else tuple(dict.fromkeys(parts))


def _parts(text: str) -> list[str]:
    """What stands between commas."""
    parts = [part.strip() for part in _COMMAS.split(text)]
    return [part for part in parts if part][:_MOST_PARTS]


def _of_list(facet: str, parts: Sequence[str], names: Names, position: int | None) -> list[str]:
    """The values of the parts, of which several together may be one that has commas in it."""
    values: list[str] = []
    at = 0
    # A language's tag is known by its beginning: several would pass for the first.
    alone = FACETS[facet].value == "language"
    while at < len(parts):
        end = at + 1 if alone else len(parts)
        meant = _meaning(facet, ", ".join(parts[at:end]), names)
        while not meant and end > at + 1:
            end -= 1
            meant = _meaning(facet, ", ".join(parts[at:end]), names)
        values += meant or _found(facet, parts[at], names, position)
        at = end
    return values


def _found(facet: str, text: str, names: Names, position: int | None) -> tuple[str, ...]:
    meant = _meaning(facet, text, names)
    if meant:
        return meant
    kind = FACETS[facet].value
    close = names.close_sources(text) if kind == "source" else close_values(facet, text)
    topics = ", ".join(topic_values())
    raise QueryMistake(f"unknown_{kind}", position, close, found=text[:_SHOWN], topics=topics)


def _meaning(facet: str, text: str, names: Names) -> tuple[str, ...]:
    if FACETS[facet].value == "source":
        return names.sources(text)
    value = canonical_value(facet, text)
    return () if value is None else (value,)
