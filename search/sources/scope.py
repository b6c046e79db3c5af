"""Which sources a search is of."""

from collections.abc import Sequence, Set

from crawler.sources import Source
from indexer.query import And, Keyword, Node, Or, Search


def sources_of(search: Search, listed: Sequence[Source]) -> list[str]:
    """The sources that a search is of: those that its filters or its query narrow it to, else all
    that are listed.
    """
    sources = search.filters.get("source", ())
    collections = search.filters.get("collection", ())
    return chosen_sources(listed, sources, collections, search.tree)


def named_sources(node: Node) -> frozenset[str] | None:
    """The sources that a query's own words narrow it to; None where they don't."""
    if isinstance(node, Keyword) and node.field == "source":
        return frozenset((node.value,))
    if isinstance(node, And):
        return _in_every_part(node)
    if isinstance(node, Or):
        return _in_any_part(node)
    return None


def _in_every_part(node: And) -> frozenset[str] | None:
    """The sources that all parts allow; a part that names none allows all."""
    allowed: frozenset[str] | None = None
    for part in node.parts:
        sources = named_sources(part)
        if sources is not None:
            allowed = sources if allowed is None else allowed & sources
    return allowed


def _in_any_part(node: Or) -> frozenset[str] | None:
    """The sources that one of the parts names; None where a part names none, and so allows all."""
    allowed = frozenset[str]()
    for part in node.parts:
        sources = named_sources(part)
        if sources is None:
            return None
        allowed |= sources
    return allowed


def chosen_sources(
    listed: Sequence[Source],
    sources: Sequence[str],
    collections: Sequence[str],
    tree: Node | None = None,
) -> list[str]:
    """The ids of the sources that are named, else listed, within the collections and what the query
    narrows them to.
    """
    ids = list(dict.fromkeys(sources)) or [source.id for source in listed]
    if collections:
        ids = _within(ids, _members(listed, collections))
    named = named_sources(tree) if tree is not None else None
    if named is None:
        return ids
    if not ids:
        return sorted(named)
    return _within(ids, named)


def _within(ids: Sequence[str], allowed: Set[str]) -> list[str]:
    return [source_id for source_id in ids if source_id in allowed]


def _members(listed: Sequence[Source], collections: Sequence[str]) -> set[str]:
    """The ids of the sources in these collections, whose names differ by more than case."""
    wanted = {name.casefold() for name in collections}
    members = set()
    for source in listed:
        if not wanted.isdisjoint(name.casefold() for name in source.collections):
            members.add(source.id)
    return members
