"""Softer matches: what has most of the words of a query that asks for every one of them.

Nearly all that relevance loses against a ranking without conditions is lost where few articles have
every word; so these are offered below the matches, and counted nowhere.
"""

from indexer.query.analyzed import NOTHING, AllOf, Exact, MostOf, Node, NoneOf, Start, Stem

_Words = Stem | Exact | Start


def softened(tree: Node) -> Node:
    """What matches at least half of the words, and not all of them; nothing for another tree.

    What is no word, such as a date or a source, stays required.
    """
    if not isinstance(tree, AllOf):
        return NOTHING
    words = tuple(part for part in tree.parts if isinstance(part, _Words))
    if len(words) < 2:
        return NOTHING
    conditions = tuple(part for part in tree.parts if not isinstance(part, _Words))
    most = MostOf(words, (len(words) + 1) // 2)
    return AllOf((most, *conditions, NoneOf(AllOf(words))))
