"""Softer matches: what has most of the words of a query that asks for every one of them.

Nearly all that relevance loses against a ranking without conditions is lost where few articles have
every word; so these are offered below the matches, and counted nowhere.
"""

from indexer.query.analyzed import (
    NOTHING,
    AllOf,
    AnyOf,
    AsTyped,
    Exact,
    MostOf,
    Node,
    NoneOf,
    Start,
    Stem,
)


def softened(tree: Node) -> Node:
    """What matches at least half of the words, and not all of them; nothing for another tree.

    What is no word, such as a date or a source, stays required.
    """
    if not isinstance(tree, AllOf):
        return NOTHING
    words = tuple(part for part in tree.parts if _is_word(part))
    if len(words) < 2:
        return NOTHING
    conditions = tuple(part for part in tree.parts if not _is_word(part))
    most = MostOf(words, (len(words) + 1) // 2)
    return AllOf((most, *conditions, NoneOf(AllOf(words))))


def _is_word(node: Node) -> bool:
    """Whether it is a word or a phrase; a compound is one in two spellings."""
    if isinstance(node, AnyOf):
        return all(map(_is_word, node.parts))
    return isinstance(node, Stem | Exact | AsTyped | Start)
