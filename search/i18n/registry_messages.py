"""What the registry of fields and facets says in English where no catalogue says it better."""

from collections.abc import Mapping

from indexer.fields import FACETS, FIELDS, origins_of_facts
from indexer.query.conditions import CONDITIONS
from indexer.registry import Facet, Field


def registry_messages(
    fields: Mapping[str, Field] = FIELDS, facets: Mapping[str, Facet] = FACETS
) -> dict[str, str]:
    """Messages by key: the name of each fact of an article, and for each facet its name, what its
    links and boxes say, and its phrase in a query told in words.

    A new field or facet works with these alone; a catalogue that has the key comes first.
    """
    messages = {f"name_{name}": fields[name].label for name in origins_of_facts(fields)}
    for facet in facets.values():
        label = facet.label or fields[facet.field].label
        messages[f"told_{facet.name}"] = f"with {{value}} as {label.lower()}"
        messages[f"facet_{facet.name}"] = label
        messages[f"find_{facet.name}"] = f"Find: {label}"
        messages[f"all_{facet.name}"] = f"All: {label}"
    for condition in CONDITIONS.values():
        messages[f"facet_{condition.name}"] = condition.label
    return messages


def required_messages(fields: Mapping[str, Field] = FIELDS) -> set[str]:
    """The keys that the registry asks of the English catalogue, since it cannot say them itself:
    where the values of a field come from.
    """
    origins = origins_of_facts(fields).values()
    return {f"origin_{origin}" for origin in origins if origin}
