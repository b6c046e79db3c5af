"""The parameters that narrow a search down: one for each facet of the registry that is a filter."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, StringConstraints, create_model

from indexer.fields import FACETS, parameters
from indexer.query.conditions import CONDITIONS
from indexer.registry import Condition, Facet, FacetValue

MAX_VALUES = 50
"""Values of one filter."""

Value = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Values = Annotated[tuple[Value, ...], Field(max_length=MAX_VALUES)]
Text = Annotated[str, StringConstraints(max_length=40)]
Params = TypeVar("Params", bound=BaseModel)


def form(name: str) -> Any:
    """How the API's description calls a form that is more than a pattern can tell; the reference
    describes it.
    """
    return Field(json_schema_extra={"format": f"veille-{name}"})


_TYPES: Mapping[FacetValue, Any] = {
    "topic": tuple[Annotated[Value, form("topic")], ...],
    "place": tuple[Annotated[Value, form("place")], ...],
    "language": tuple[Annotated[Value, form("language")], ...],
}
"""The values of a filter, where their kind has a form of its own."""


def with_filters(model: type[Params], facets: Mapping[str, Facet] = FACETS) -> type[Params]:
    """The model with a parameter for each facet that is a filter and for each condition: a tuple of
    values, empty by default.
    """
    fields: dict[str, Any] = {}
    for name in parameters(facets):
        facet = facets[name]
        details = Field(
            (),
            max_length=MAX_VALUES,
            description=facet.help or None,
            examples=[[facet.example]] if facet.example else None,
        )
        fields[name] = (_TYPES.get(facet.value, tuple[Value, ...]), details)
    for condition in CONDITIONS.values():
        value: Any = Annotated[Value, form(f"condition-{condition.name}")]
        fields[condition.name] = (tuple[value, ...], _described(condition))
    return create_model(model.__name__, __base__=model, __module__=model.__module__, **fields)


def _described(condition: Condition) -> Any:
    return Field(
        (), max_length=MAX_VALUES, description=condition.help, examples=[[condition.example]]
    )
