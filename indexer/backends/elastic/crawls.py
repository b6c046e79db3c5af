"""The index of crawls in Elasticsearch: reports of what was watched, for Kibana."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch import BadRequestError, NotFoundError

from indexer.backend import IndexUnavailable
from indexer.backends.elastic.connection import connect, reason, translated_errors
from indexer.crawls.document import crawls_alias, fingerprint, mapping

BATCH = 1_000
"""Documents of one request."""
COPY_SECONDS = 3_600.0
"""How long a copy of the whole index may take."""
_LATER = frozenset({401, 403, 404, 408, 409, 429, 500, 502, 503, 504})
"""HTTP statuses of a document that may be taken later."""


class ElasticCrawlIndex:
    """The reports behind an alias beside the one of the articles; `url` as VEILLE_INDEX has it."""

    def __init__(self, url: str, environment: Mapping[str, str] = os.environ) -> None:
        self._client, articles, self._address = connect(url, environment)
        self._alias = crawls_alias(articles)

    def setup(self) -> None:
        """Create the index where it is missing, and bring one of other fields to these; raises
        `IndexUnavailable`.
        """
        with translated_errors(self._address):
            fingerprints = self._fingerprints()
            if fingerprint() in fingerprints.values():
                return
            old_indices = list(fingerprints)
            name = f"{self._alias}-{fingerprint()}"
            self._create(name)
            # Before the swap, so that the new index is never empty where the old one was not.
            self._copy(old_indices, name)
            add = {"index": name, "alias": self._alias, "is_write_index": True}
            removals = [{"remove": {"index": old, "alias": self._alias}} for old in old_indices]
            self._client.indices.update_aliases(actions=[*removals, {"add": add}])
            self._copy(old_indices, name)  # what was written on the way
            if old_indices:
                self._client.indices.delete(index=old_indices)

    def write(self, documents: Sequence[Mapping[str, Any]]) -> list[str]:
        """Keep the documents durably, in the place of earlier ones with their ids.

        Returns why some never will be; raises `IndexUnavailable` where one was not taken and may
        be later.
        """
        failures = []
        for start in range(0, len(documents), BATCH):
            lines: list[Any] = []
            for document in documents[start : start + BATCH]:
                lines += [{"index": {"_id": document["id"]}}, dict(document)]
            with translated_errors(self._address):
                answer = self._client.bulk(index=self._alias, operations=lines, require_alias=True)
            failures += [item["index"] for item in answer["items"] if "error" in item["index"]]
        if any(failure["status"] in _LATER for failure in failures):
            raise IndexUnavailable(
                f"Elasticsearch at {self._address} does not take the reports of crawls now."
            )
        return [f"{failure['_id']}: {failure['error'].get('reason')}" for failure in failures]

    def empty(self) -> bool:
        """Whether it holds no report at all; raises `IndexUnavailable`."""
        with translated_errors(self._address):
            try:
                self._client.indices.refresh(index=self._alias)
                return int(self._client.count(index=self._alias)["count"]) == 0
            except NotFoundError as error:
                raise IndexUnavailable(
                    f"There is no index {self._alias} yet: `veille elastic setup` makes it."
                ) from error

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _fingerprints(self) -> dict[str, str | None]:
        """The indices behind the alias, each with the fingerprint of its fields."""
        indices = self._client.indices
        if not indices.exists_alias(name=self._alias):
            return {}
        fingerprints = {}
        for name, index in indices.get_mapping(index=self._alias).body.items():
            fingerprints[name] = index["mappings"].get("_meta", {}).get("fingerprint")
        return fingerprints

    def _copy(self, old_indices: Iterable[str], new: str) -> None:
        """Copy what the new index lacks: what it has is as new, or newer."""
        for old in old_indices:
            self._client.indices.refresh(index=old)
            self._client.options(request_timeout=COPY_SECONDS).reindex(
                source={"index": old},
                dest={"index": new, "op_type": "create"},
                conflicts="proceed",
                refresh=True,
            )

    def _create(self, name: str) -> None:
        settings = {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "codec": "best_compression",
        }
        try:
            self._client.indices.create(index=name, settings=settings, mappings=mapping())
        except BadRequestError as error:
            if "resource_already_exists_exception" not in reason(error) + str(error):
                raise
