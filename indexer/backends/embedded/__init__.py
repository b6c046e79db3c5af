"""The index backend for one machine: tantivy in the data folder, nothing to install."""

from indexer.backends.embedded.index import Embedded

__all__ = ["Embedded"]
