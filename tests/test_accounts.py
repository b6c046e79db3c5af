"""What each service's key may do on a real Elasticsearch with passwords and TLS, and what it may
not.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import AuthenticationException, AuthorizationException, Elasticsearch

from indexer.backend import Backend, Delete, IndexUnavailable, Put
from indexer.backends import open_backend
from indexer.backends.elastic.admin import Accounts, IndexAdmin
from indexer.query import Search, Word
from tests.contract.articles import article
from tests.support import elasticsearch

pytestmark = pytest.mark.elasticsearch

ALIAS = f"kept-articles-{os.getpid()}"


@pytest.fixture(scope="module")
def keys(secured: elasticsearch.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cluster that is set up, and the folder of its keys."""
    folder, url, ca = (
        tmp_path_factory.mktemp("keys"),
        f"{secured.url_with_password}/{ALIAS}",
        _ca(secured),
    )
    life, accounts = IndexAdmin(url, ca), Accounts(url, ca)
    life.setup()
    assert accounts.give_keys(folder) == ["relay", "serve"]
    yield folder
    life.close()
    accounts.close()


def _ca(server: elasticsearch.Server) -> dict[str, str]:
    return {"VEILLE_INDEX_CA": str(server.authority)}


def _key(keys: Path, service: str) -> str:
    return (keys / service / "key").read_text()


@pytest.fixture
def relay(secured: elasticsearch.Server, keys: Path) -> Iterator[Backend]:
    opened = open_backend(
        f"{secured.url}/{ALIAS}",
        keys,
        environment={**_ca(secured), "VEILLE_INDEX_API_KEY": _key(keys, "relay")},
    )
    opened.setup()
    yield opened
    opened.close()


@pytest.fixture
def serve(secured: elasticsearch.Server, keys: Path) -> Iterator[Backend]:
    opened = open_backend(
        f"{secured.url}/{ALIAS}",
        keys,
        environment={**_ca(secured), "VEILLE_INDEX_API_KEY": _key(keys, "serve")},
    )
    yield opened
    opened.close()


@pytest.fixture
def client(
    secured: elasticsearch.Server, keys: Path, request: pytest.FixtureRequest
) -> Iterator[Elasticsearch]:
    """A client with the key of the service that the test names."""
    key = _key(keys, request.param)
    with Elasticsearch(secured.url, api_key=key, ca_certs=str(secured.authority)) as opened:
        yield opened


def test_the_relay_writes_and_serve_reads(relay: Backend, serve: Backend) -> None:
    serve.setup()
    assert {
        outcome.status
        for outcome in relay.write([Put(article(name, "en", f"Title {name}")) for name in "abc"])
    } == {"done"}
    relay.refresh()
    assert serve.count() == 3
    cursor, seen = None, list[str]()
    while True:  # by relevance, so that a point in time is held open
        found = serve.search(Search(Word("title"), limit=2, cursor=cursor))
        seen += [str(hit.article["id"]) for hit in found.hits]
        if (cursor := found.cursor) is None:
            break
    assert sorted(seen) == ["a", "b", "c"]
    assert {outcome.status for outcome in relay.write([Delete("a")])} == {"done"}


def test_serve_cannot_write(serve: Backend) -> None:
    with pytest.raises(IndexUnavailable, match="refuses"):
        serve.write([Put(article("x", "en", "X"))])


@pytest.mark.parametrize("client", ["relay"], indirect=True)
def test_the_relay_may_not_touch_the_index_itself(client: Elasticsearch, relay: Backend) -> None:
    relay.write(
        [Put(article("a", "en", "A"))]
    )  # a query that finds nothing to delete is not refused
    relay.refresh()
    version = f"{ALIAS}-000001"
    with pytest.raises(AuthorizationException):
        client.indices.delete(index=version)
    with pytest.raises(AuthorizationException):
        client.index(index=version, id="x", document={"id": "x"})  # past the alias
    with pytest.raises(AuthorizationException):
        client.indices.put_mapping(index=ALIAS, properties={"colour": {"type": "keyword"}})
    with pytest.raises(AuthorizationException):
        client.indices.put_settings(index=ALIAS, settings={"index.number_of_replicas": 0})
    with pytest.raises(AuthorizationException):
        client.indices.create(index=f"{ALIAS}-000002")
    with pytest.raises(AuthorizationException):
        client.delete_by_query(index=ALIAS, query={"match_all": {}})


@pytest.mark.parametrize("client", ["serve"], indirect=True)
def test_serve_gets_403_for_writing(client: Elasticsearch) -> None:
    for refused in (
        lambda: client.index(index=ALIAS, id="x", document={"id": "x"}),
        lambda: client.delete(index=ALIAS, id="x"),
        lambda: client.indices.delete(index=f"{ALIAS}-000001"),
        lambda: client.indices.refresh(index=ALIAS),
    ):
        with pytest.raises(AuthorizationException) as raised:
            refused()
        assert raised.value.status_code == 403


@pytest.mark.parametrize("client", ["relay", "serve"], indirect=True)
def test_no_service_sees_users_other_indices_or_the_cluster(client: Elasticsearch) -> None:
    with pytest.raises(AuthorizationException):
        client.security.get_user()
    with pytest.raises(AuthorizationException):
        client.search(index="others")
    with pytest.raises(AuthorizationException):
        client.cluster.put_settings(persistent={"action.auto_create_index": "false"})


def test_without_a_key_nothing_is_told(secured: elasticsearch.Server, keys: Path) -> None:
    with (
        Elasticsearch(secured.url, ca_certs=str(secured.authority)) as client,
        pytest.raises(AuthenticationException) as raised,
    ):
        client.search(index=ALIAS)
    assert raised.value.status_code == 401


def test_keys_that_work_stay_and_lost_ones_are_replaced(
    secured: elasticsearch.Server, keys: Path
) -> None:
    accounts = Accounts(f"{secured.url_with_password}/{ALIAS}", _ca(secured))
    relay, serve = _key(keys, "relay"), _key(keys, "serve")
    assert accounts.give_keys(keys) == []
    assert (_key(keys, "relay"), _key(keys, "serve")) == (relay, serve)

    (keys / "serve/key").unlink()
    assert accounts.give_keys(keys) == ["serve"]
    assert stat.S_IMODE((keys / "serve/key").stat().st_mode) == 0o600
    with (
        Elasticsearch(secured.url, api_key=serve, ca_certs=str(secured.authority)) as lost,
        pytest.raises(AuthenticationException),
    ):
        lost.count(index=ALIAS)
    accounts.close()


def test_keys_of_a_cluster_that_is_gone_are_made_again(
    secured: elasticsearch.Server, keys: Path, tmp_path: Path
) -> None:
    (tmp_path / "relay").mkdir()
    (tmp_path / "relay/key").write_text("bm90LXRoZXJlOnNlY3JldA==")
    (tmp_path / "serve").mkdir()
    (tmp_path / "serve/key").write_text("é")
    accounts = Accounts(f"{secured.url_with_password}/{ALIAS}-other", _ca(secured))
    kept = _key(keys, "relay")
    assert accounts.give_keys(tmp_path) == ["relay", "serve"]
    with Elasticsearch(secured.url, api_key=kept, ca_certs=str(secured.authority)) as beside:
        assert beside.count(index=ALIAS)  # the keys of another index in the cluster stay
    accounts.close()
