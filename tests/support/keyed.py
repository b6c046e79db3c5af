"""Elasticsearch as docker-compose.yml has it: one service writes with its key, another reads with
its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from indexer.backend import Backend, Document, Operation, Outcome
from indexer.backends import open_backend
from indexer.backends.elastic.admin import Accounts, IndexAdmin
from indexer.query import Found, Interval, QueryError, Search, Timeline
from tests.support.elasticsearch import Server


class Keyed:
    """Writes as the relay, reads as serve; only the set-up has a password."""

    name = "elasticsearch"

    def __init__(self, server: Server, alias: str, folder: Path) -> None:
        self._server, self._alias, self._folder = server, alias, folder
        self._relay: Backend | None = None
        self._serve: Backend | None = None

    def setup(self) -> None:
        if self._relay is None:
            ca = {"VEILLE_INDEX_CA": str(self._server.authority)}
            url = f"{self._server.url_with_password}/{self._alias}"
            for made in (IndexAdmin(url, ca), Accounts(url, ca)):
                made.setup() if isinstance(made, IndexAdmin) else made.give_keys(self._folder)
                made.close()
            self._relay, self._serve = (self._opened(service, ca) for service in ("relay", "serve"))
        self.writer.setup()
        self.reader.setup()

    @property
    def writer(self) -> Backend:
        assert self._relay is not None
        return self._relay

    @property
    def reader(self) -> Backend:
        assert self._serve is not None
        return self._serve

    def renew(self) -> None:
        raise AssertionError("no service may do this")

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        return self.writer.write(operations)

    def refresh(self) -> None:
        self.writer.refresh()

    def search(self, search: Search) -> Found:
        return self.reader.search(search)

    def matching(
        self, searches: Sequence[Search], ids: Sequence[str]
    ) -> list[set[str] | QueryError]:
        return self.writer.matching(searches, ids)  # alerts run beside the relay

    def timeline(self, search: Search, interval: Interval = "auto", tz: str = "UTC") -> Timeline:
        return self.reader.timeline(search, interval, tz)

    def scan(self, search: Search) -> Iterator[Document]:
        return self.reader.scan(search)

    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        return self.reader.get(ids)

    def frequencies(self, search: Search, words: Sequence[str]) -> list[int]:
        return self.reader.frequencies(search, words)

    def count(self) -> int:
        return self.reader.count()

    def close(self) -> None:
        """Close both, and leave nothing in the cluster."""
        for opened in (self._relay, self._serve):
            if opened:
                opened.close()
        login: Any = ("elastic", self._server.password)
        with Elasticsearch(
            self._server.url, basic_auth=login, ca_certs=str(self._server.authority)
        ) as client:
            client.indices.delete(index=f"{self._alias}-000001", ignore_unavailable=True)
            client.indices.delete_index_template(name=self._alias)
            client.cluster.delete_component_template(
                name=f"{self._alias}-settings,{self._alias}-mappings"
            )

    def _opened(self, service: str, ca: dict[str, str]) -> Backend:
        key = (self._folder / service / "key").read_text()
        return open_backend(
            f"{self._server.url}/{self._alias}",
            self._folder,
            environment={**ca, "VEILLE_INDEX_API_KEY": key},
        )
