"""What a row of the registry is, and how lists are compared with it; the rows are in
`indexer.fields`.

A door module.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

Kind = Literal["keyword", "text", "date", "integer", "boolean", "credit", "shown"]
Reading = Literal["moment", "choice", "number", "part"]
FacetValue = Literal["text", "place", "topic", "language", "source", "address"]

MAX_NAME = 512
"""UTF-16 units; a longer name is kept and shown, but found by no filter and counted in no facet."""


class RegistryError(Exception):
    """A list that does not agree with the registry; the message says what is missing and where."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an article: `several` values or one; `folded` where values compare by
    `folding.key`.

    What is `repr=False` is no part of an index and changes no fingerprint. `label` is the column's
    name in Kibana, and the name on pages where no catalogue has `name_<name>`. `origin` names the
    message `origin_<origin>` that tells where the value comes from ("" for a date with an origin of
    its own); without one the field is not among an article's facts, where `shown` is its place.
    `csv` is its place among the columns of an export, `example` a value for the API's description.
    """

    name: str
    kind: Kind
    several: bool = False
    folded: bool = False
    limit: int = MAX_NAME
    label: str = field(default="", repr=False, compare=False)
    origin: str | None = field(default=None, repr=False, compare=False)
    shown: int | None = field(default=None, repr=False, compare=False)
    csv: int | None = field(default=None, repr=False, compare=False)
    example: Any = field(default=None, repr=False, compare=False)

    def indexes(self, name: str) -> bool:
        """Whether filters and facets see this value: none that is empty or too long."""
        return 0 < len(name.encode("utf-16-le", "surrogatepass")) // 2 <= self.limit


@dataclass(frozen=True, slots=True)
class Facet:
    """What a query can filter by and count: `topic:`, `?topic=`, `facets=topic`, `/facet/topic`.

    `field` holds it, `value` says how its values are read and labelled. `parameter` is whether the
    API, the pages and the commands take it as a filter, `counted` whether its values are counted,
    `on_page` its place among the boxes beside the results. `label`, `help` and `example` describe
    it where the field's own label does not.
    """

    name: str
    field: str
    value: FacetValue = "text"
    parameter: bool = True
    counted: bool = True
    on_page: int | None = None
    label: str = ""
    help: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a query can ask of a field whose values are not listed: `seen:`, `?seen=`, `--seen`.

    `reads` says how its value is written: a date, a range or a span of time; yes or no; a number or
    a range of numbers; the name of what an article may have. A yes means that `field` is set or,
    of a number, that it is over `over`. `label` is its name where no catalogue has `facet_NAME`.
    """

    name: str
    field: str
    reads: tuple[Reading, ...]
    label: str
    help: str
    example: str
    over: int | None = None


Row = TypeVar("Row", Field, Facet, Condition)


def registry(*rows: Row) -> dict[str, Row]:
    """The rows by name; raises `RegistryError` for a name that comes twice."""
    named: dict[str, Row] = {}
    for row in rows:
        if row.name in named:
            raise RegistryError(f"indexer/fields.py names {row.name!r} twice.")
        named[row.name] = row
    return named


def same(what: str, listed: Iterable[str], registered: Iterable[str]) -> None:
    """Raise `RegistryError` where `what`, a list written by hand, differs from the registry."""
    names = set(listed)
    expected = set(registered)
    if names != expected:
        missing = sorted(expected - names)
        unknown = sorted(names - expected)
        raise RegistryError(
            f"{what}: missing {missing}, unknown {unknown}. "
            "Each field and each facet stands in indexer/fields.py once."
        )


def placed(places: Mapping[str, int | None]) -> tuple[str, ...]:
    """The names that have a place, in order; raises `RegistryError` for a place taken twice."""
    names: dict[int, str] = {}
    for name, place in places.items():
        if place is None:
            continue
        if place in names:
            raise RegistryError(f"{names[place]} and {name} have the same place, {place}.")
        names[place] = name
    return tuple(names[place] for place in sorted(names))
