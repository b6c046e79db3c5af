"""Why articles match, without an index: the snippets that a search shows. A door module."""

from indexer.highlight.highlighter import Highlighter
from indexer.query import Node
from indexer.query.analyzed import analyse


def highlighter(tree: Node) -> Highlighter:
    """What marks articles as the hits of a search are marked; raises `QueryError` for a tree that
    can't be asked.
    """
    return Highlighter(analyse(tree))
