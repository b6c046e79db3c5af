"""Why articles match, without an index: the snippets that a search shows. A door module."""

from indexer.highlight import Highlighter
from indexer.query import Node
from indexer.terms import analysed


def highlighter(tree: Node) -> Highlighter:
    """What marks articles as the hits of a search are marked; raises `QueryError` for a tree that can't be asked."""
    return Highlighter(analysed(tree))
