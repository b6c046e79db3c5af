"""Fixtures for tests on the index backends: every one of them, real, and empty unless said
otherwise.
"""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence

import pytest
from elasticsearch import Elasticsearch

from indexer.backend import Backend, Delete, Document, Put
from indexer.backends import open_backend
from indexer.query import Search
from tests.support import elasticsearch
from tests.support.keyed import Keyed
from tests.support.unprivileged import Missing

KINDS = ("embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch))

OpenBackend = Callable[[str], Backend]


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A real Elasticsearch for the whole run; skips with the reason where there can be none, fails
    on CI.
    """
    if url := os.environ.get("ELASTICSEARCH_URL"):
        yield url.rstrip("/")
        return
    try:
        with elasticsearch.running() as server:
            yield server.url
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"Elasticsearch is needed: {missing}")
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def secured() -> Iterator[elasticsearch.Server]:
    """A real Elasticsearch with passwords and TLS for the whole run; skips or fails as
    `elasticsearch_url` does.
    """
    if known := os.environ.get("ELASTICSEARCH_SECURED"):
        yield elasticsearch.elsewhere(*known.split(" "))
        return
    try:
        with elasticsearch.running(security=True, tls=True) as server:
            yield server
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"Elasticsearch is needed: {missing}")
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def new_index(elasticsearch_url: str) -> Iterator[Callable[[], str]]:
    """Gives URLs of new aliases in Elasticsearch; their indices are deleted at the end of the run."""
    aliases: list[str] = []

    def new() -> str:
        aliases.append(f"test-{uuid.uuid4().hex}")
        return f"{elasticsearch_url}/{aliases[-1]}"

    yield new
    with Elasticsearch(elasticsearch_url) as client:
        for alias in aliases:
            client.indices.delete(
                index=[f"{alias}-{number:06d}" for number in range(1, 4)], ignore_unavailable=True
            )


@pytest.fixture(scope="session")
def open_empty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenBackend]:
    """Opens an empty backend of a kind; all are closed at the end of the run.

    Where the run has a secured server already (`ELASTICSEARCH_SECURED`), Elasticsearch is written
    and read by the keys of our services there, else by anyone on the one of `elasticsearch_url`.
    """
    opened: list[Backend] = []

    def opener(kind: str) -> Backend:
        if kind == "elasticsearch" and "ELASTICSEARCH_SECURED" in os.environ:
            server = request.getfixturevalue("secured")
            opened.append(
                Keyed(server, f"test-{uuid.uuid4().hex}", tmp_path_factory.mktemp("keys"))
            )
            opened[-1].setup()
            return opened[-1]
        index = request.getfixturevalue("new_index")() if kind == "elasticsearch" else kind
        opened.append(
            open_backend(index, tmp_path_factory.mktemp("data"), writer=True, environment={})
        )
        opened[-1].setup()
        return opened[-1]

    yield opener
    for backend in opened:
        backend.close()


def hold(backend: Backend, articles: Sequence[Document]) -> Backend:
    """The backend, once it holds these articles."""
    outcomes = backend.write([Put(found) for found in articles])
    assert {outcome.status for outcome in outcomes} == {"done"}
    backend.refresh()
    return backend


@pytest.fixture(scope="session")
def scratch(open_empty: OpenBackend) -> Backend:
    """One index for all tests that need an empty one: making an index takes Elasticsearch seconds."""
    return open_empty("elasticsearch")


@pytest.fixture(params=KINDS)
def backend(request: pytest.FixtureRequest, open_empty: OpenBackend) -> Backend:
    """An empty backend of each kind."""
    if request.param != "elasticsearch":
        return open_empty(request.param)
    emptied: Backend = request.getfixturevalue("scratch")
    emptied.refresh()
    emptied.write([Delete(str(document["id"])) for document in emptied.scan(Search())])
    emptied.refresh()
    return emptied


@pytest.fixture(scope="session", params=KINDS)
def filled(request: pytest.FixtureRequest, open_empty: OpenBackend) -> Backend:
    """A backend of each kind that holds the articles of tests/contract/articles.py; only for reading."""
    from tests.contract.articles import ARTICLES

    backend = open_empty(request.param)
    outcomes = backend.write([Put(article) for article in ARTICLES])
    assert [outcome.status for outcome in outcomes] == ["done"] * len(ARTICLES)
    backend.refresh()
    return backend
