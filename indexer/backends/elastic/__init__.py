"""The index backend for more than one machine: Elasticsearch 9."""

from indexer.backends.elastic.index import Elastic

__all__ = ["Elastic"]
