"""What people type becomes the query tree that backends compile. A door module; pure."""

from indexer.query import QueryError
from search.parse.errors import QueryMistake
from search.parse.explain import in_words
from search.parse.parser import MAX_LENGTH, parse

__all__ = ["MAX_LENGTH", "QueryError", "QueryMistake", "in_words", "parse"]
