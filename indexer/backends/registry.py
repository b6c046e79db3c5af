"""The registry of index backends: which one an index setting names, and what opens it.

A backend is imported when it is opened, so that nobody loads the libraries of the other.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.backend import Backend

if TYPE_CHECKING:
    from indexer.crawls.relay import CrawlIndex

Opener = Callable[[str, Path, bool, Mapping[str, str]], Backend]

FOLDER = "index"
"""Where the embedded index stands in the data folder."""


def _embedded(index: str, data: Path, writer: bool, environment: Mapping[str, str]) -> Backend:
    from indexer.backends.embedded import Embedded

    return Embedded(data / FOLDER, writer=writer)


def _elastic(index: str, data: Path, writer: bool, environment: Mapping[str, str]) -> Backend:
    from indexer.backends.elastic import Elastic

    return Elastic(index, environment)


BACKENDS: dict[str, Opener] = {"embedded": _embedded, "http": _elastic, "https": _elastic}
"""The index setting, or the scheme of its URL → what opens it."""


def open_backend(
    index: str, data: Path, *, writer: bool = False, environment: Mapping[str, str] = os.environ
) -> Backend:
    """The backend for an index setting: `embedded`, or Elasticsearch by
    `http(s)://[user:password@]host[:port][/alias]`.

    The embedded index stands in the folder `data`; only a `writer` can write to it, one process at
    a time. Opening neither creates nor connects: call `setup` first. Raises `ValueError` for any
    other setting.
    """
    kind = _kind(index)
    if kind not in BACKENDS:
        raise ValueError(
            f"There is no index {index!r}: use embedded, or the http(s) URL of Elasticsearch."
        )
    return BACKENDS[kind](index, data, writer, environment)


def open_crawls(index: str, *, environment: Mapping[str, str] = os.environ) -> "CrawlIndex | None":
    """The index of crawls beside the articles of an index setting; None for `embedded`.

    Opening neither creates nor connects. Raises `ValueError` for what is no setting.
    """
    if BACKENDS.get(_kind(index)) is not _elastic:
        return None
    from indexer.backends.elastic.crawls import ElasticCrawlIndex

    return ElasticCrawlIndex(index, environment)


def _kind(index: str) -> str:
    """`embedded`, or the scheme of a URL."""
    return index.partition("://")[0]
