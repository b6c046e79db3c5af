"""What only Elasticsearch does: going wrong over a network, passwords, an index behind an alias."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from indexer import query
from indexer.analysis import analyzers
from indexer.backend import Backend, Delete, IndexUnavailable, Outcome, Put
from indexer.backends import open_backend
from indexer.backends.elastic import versions
from indexer.backends.elastic.compile import compile_query
from indexer.backends.elastic.connection import connect
from indexer.document import mapping
from indexer.query import QueryError, Search, Word
from indexer.query.analyzed import analyse
from indexer.query.cursor import decode
from tests.contract.articles import article
from tests.support import elasticsearch
from tests.support.backends import hold
from tests.support.faults import Between, between

pytestmark = pytest.mark.elasticsearch

NewIndex = Callable[[], str]


def opened(url: str, **environment: str) -> Backend:
    return open_backend(url, Path("unused"), environment=environment)


@pytest.fixture(scope="module")
def made(new_index: NewIndex) -> str:
    """The URL of an index that is set up."""
    url = new_index()
    opened(url).setup()
    return url


@pytest.fixture
def faulty(made: str) -> Iterator[tuple[Backend, Between]]:
    parts = urlsplit(made)
    with between(f"{parts.scheme}://{parts.netloc}") as server:
        backend = opened(server.url + parts.path)
        yield backend, server
        server.fault = lambda path, body: None
        backend.write([Delete(str(document["id"])) for document in backend.scan(Search())])
        backend.refresh()
        backend.close()


def puts(*ids: str) -> list[Put]:
    return [Put(article(name, "en", f"Title of {name}")) for name in ids]


def in_bulk(marker: str, status: int) -> Callable[[str, bytes], int | None]:
    return lambda path, body: status if "/_bulk" in path and marker.encode() in body else None


def test_nobody_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        backend = opened(f"http://127.0.0.1:{free.getsockname()[1]}")
        for ask in (
            backend.setup,
            backend.refresh,
            backend.count,
            lambda: backend.write(puts("a")),
        ):
            with pytest.raises(IndexUnavailable, match="does not answer"):
                ask()
        with pytest.raises(IndexUnavailable):
            backend.search(Search())


def test_what_answers_is_something_else(made: str) -> None:
    with between("http://127.0.0.1:9") as server:
        server.fault = lambda path, body: 502
        with pytest.raises(IndexUnavailable):
            opened(server.url).setup()


def test_without_its_alias_nothing_is_made_by_accident(
    new_index: NewIndex, elasticsearch_url: str
) -> None:
    url = new_index()
    backend = opened(url)
    assert [outcome.status for outcome in backend.write(puts("a"))] == ["retry"]
    with pytest.raises(IndexUnavailable, match="no index"):
        backend.search(Search())
    with Elasticsearch(elasticsearch_url) as client:
        assert not client.indices.exists(index=urlsplit(url).path.strip("/"))


def test_setup_in_two_processes_makes_one_index(new_index: NewIndex) -> None:
    url = new_index()
    opened(url).setup()
    opened(url).setup()
    assert opened(url).count() == 0


def test_an_index_of_another_version_is_not_written(
    new_index: NewIndex, elasticsearch_url: str
) -> None:
    url = new_index()
    alias = urlsplit(url).path.strip("/")
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(
            index=f"{alias}-000001", aliases={alias: {}}, mappings={"_meta": {"fingerprint": "old"}}
        )
    with pytest.raises(IndexUnavailable, match=r"has no field .*veille elastic migrate"):
        opened(url).setup()


def test_renewing_begins_again_behind_the_same_alias(
    new_index: NewIndex, elasticsearch_url: str
) -> None:
    url = new_index()
    alias = urlsplit(url).path.strip("/")
    backend = opened(url)
    backend.setup()
    backend.write(puts("a"))
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=f"{alias}-000007", mappings={"dynamic": "false"})
        backend.renew()
        backend.setup()
        assert backend.count() == 0
        assert list(client.indices.get_alias(name=alias).body) == [f"{alias}-000008"]
        assert not client.indices.exists(index=f"{alias}-000001")
        client.indices.delete(index=[f"{alias}-000007", f"{alias}-000008"])


def test_a_connection_lost_on_the_way_leaves_the_rest_to_retry(
    faulty: tuple[Backend, Between],
) -> None:
    backend, server = faulty
    server.fault = in_bulk("n900", 0)
    outcomes = backend.write(puts(*(f"n{number}" for number in range(1_200))))
    assert [outcome.status for outcome in outcomes] == ["done"] * 500 + ["retry"] * 500 + [
        "done"
    ] * 200
    server.fault = lambda path, body: None
    again = [
        put
        for put, outcome in zip(
            puts(*(f"n{number}" for number in range(1_200))), outcomes, strict=True
        )
        if outcome.status == "retry"
    ]
    assert {outcome.status for outcome in backend.write(again)} == {"done"}
    backend.refresh()
    assert backend.count() == 1_200


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_elasticsearch_is_unavailable(faulty: tuple[Backend, Between], status: int) -> None:
    backend, server = faulty
    server.fault = in_bulk("busy", status)
    with pytest.raises(IndexUnavailable):
        backend.write(puts("busy"))


@pytest.mark.parametrize("status", [400, 413])
def test_a_request_refused_as_a_whole_is_divided(
    faulty: tuple[Backend, Between], status: int
) -> None:
    backend, server = faulty
    server.fault = in_bulk("poison", status)
    names = [f"n{number}" for number in range(37)]
    outcomes = backend.write([*puts(*names[:20]), *puts("poison"), *puts(*names[20:])])
    assert [outcome.id for outcome in outcomes if outcome.status == "rejected"] == ["poison"]
    assert sum(outcome.status == "done" for outcome in outcomes) == 37
    backend.refresh()
    assert backend.count() == 37


def test_what_elasticsearch_rejects_takes_no_neighbour_with_it(
    new_index: NewIndex, elasticsearch_url: str
) -> None:
    url = new_index()
    alias = urlsplit(url).path.strip("/")
    narrow = mapping()
    del narrow["properties"]["lead"]
    with Elasticsearch(elasticsearch_url) as client:
        settings = {"analysis": analyzers.elastic_analysis()}
        client.indices.create(
            index=f"{alias}-000001", aliases={alias: {}}, mappings=narrow, settings=settings
        )
    backend = opened(url)
    outcomes = backend.write([*puts("a"), Put(article("b", "en", "B", lead="x")), *puts("c")])
    assert [outcome.status for outcome in outcomes] == ["done", "rejected", "done"]
    assert "lead" in (outcomes[1].reason or "")


def test_a_full_disk_is_to_be_tried_again(new_index: NewIndex, elasticsearch_url: str) -> None:
    """At the flood stage Elasticsearch blocks writing to an index, and answers 429 for each document."""
    url = new_index()
    backend = opened(url)
    backend.setup()
    block = "index.blocks.read_only_allow_delete"
    with Elasticsearch(elasticsearch_url) as client:
        index = f"{urlsplit(url).path.strip('/')}-000001"
        client.indices.put_settings(index=index, settings={block: True})
        assert {outcome.status for outcome in backend.write(puts("a", "b"))} == {"retry"}
        client.indices.put_settings(index=index, settings={block: None})
    assert backend.write(puts("a", "b")) == [Outcome("a", "done"), Outcome("b", "done")]


def test_a_cursor_whose_point_in_time_is_gone_has_expired(
    filled_by_hand: Backend, elasticsearch_url: str
) -> None:
    cursor = filled_by_hand.search(Search(Word("title"), limit=2)).cursor
    with Elasticsearch(elasticsearch_url) as client:
        client.close_point_in_time(id=str(decode("elasticsearch relevance", cursor or "")[0]))
    with pytest.raises(QueryError, match="expired"):
        filled_by_hand.search(Search(Word("title"), limit=2, cursor=cursor))


@pytest.fixture
def filled_by_hand(new_index: NewIndex) -> Backend:
    backend = opened(new_index())
    backend.setup()
    backend.write(puts(*"abcdefg"))
    backend.refresh()
    return backend


def test_walks_that_end_leave_no_point_in_time(
    filled_by_hand: Backend, elasticsearch_url: str
) -> None:
    for limit in (2, 3, 7, 100):
        cursor = None
        while True:
            found = filled_by_hand.search(Search(Word("title"), limit=limit, cursor=cursor))
            if (cursor := found.cursor) is None:
                break
    list(filled_by_hand.scan(Search()))
    next(filled_by_hand.scan(Search()))  # given up after one
    with Elasticsearch(elasticsearch_url) as client:
        stats = client.indices.stats(index=filled_by_hand._alias, metric="search")  # type: ignore[attr-defined]
    assert stats["_all"]["total"]["search"]["open_contexts"] == 0


def test_a_timeout_gives_no_partial_answer(faulty: tuple[Backend, Between]) -> None:
    backend, server = faulty
    server.fault = lambda path, body: 504 if "_search" in path else None
    with pytest.raises(IndexUnavailable):
        backend.search(Search(sort="newest"))


@pytest.mark.parametrize(
    "typed",
    [
        "(((",
        "a OR b AND NOT",
        "*:*",
        '"',
        "{!xmlparser v='<!DOCTYPE'}",
        "/.*/",
        "_exists_:title",
        "a\\",
        "ünï*",
    ],
)
def test_what_people_type_is_never_a_query_language(typed: str, made: str) -> None:
    tree = analyse(
        query.And((query.Word(typed), query.Phrase(typed), query.Keyword("source", typed)))
    )
    assert "query_string" not in str(compile_query(tree))
    assert (
        opened(made).search(Search(query.Or((query.Word(typed), query.Prefix(typed))))).total == 0
    )


@pytest.mark.parametrize(
    ("url", "address", "alias"),
    [
        ("http://localhost", "http://localhost:9200", "veille-articles"),
        ("http://localhost:9201/", "http://localhost:9201", "veille-articles"),
        ("https://search.example", "https://search.example:443", "veille-articles"),
        ("http://user:p%40ss@localhost:9200/other", "http://localhost:9200", "other"),
        ("http://[::1]:9200", "http://[::1]:9200", "veille-articles"),
    ],
)
def test_addresses(url: str, address: str, alias: str) -> None:
    _, found_alias, found_address = connect(url, {})
    assert (found_address, found_alias) == (address, alias)


@pytest.mark.parametrize("url", ["http://", "ftp://localhost", "http:///x"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match="use"):
        opened(url).setup()


def test_passwords_and_keys(secured: elasticsearch.Server) -> None:
    ca = {"VEILLE_INDEX_CA": str(secured.authority)}
    backend = opened(f"{secured.url_with_password}/passwords", **ca)
    backend.setup()
    backend.write(puts("a"))
    backend.refresh()
    assert backend.count() == 1

    wrong = secured.url_with_password.replace(str(secured.password), "wrong-secret")
    for refused in (secured.url, wrong):
        with pytest.raises(IndexUnavailable, match="refuses") as raised:
            opened(refused, **ca).count()
        assert "wrong-secret" not in str(raised.value)
    with pytest.raises(IndexUnavailable, match="does not answer"):
        opened(secured.url_with_password).count()  # by an authority that nobody knows

    authority = str(secured.authority)
    with Elasticsearch(
        secured.url, basic_auth=("elastic", str(secured.password)), ca_certs=authority
    ) as client:
        rights = [{"names": ["passwords*"], "privileges": ["read", "view_index_metadata"]}]
        key = client.security.create_api_key(
            name="reader", role_descriptors={"reader": {"indices": rights}}
        )
    reader = opened(f"{secured.url}/passwords", VEILLE_INDEX_API_KEY=key["encoded"], **ca)
    assert reader.count() == 1
    with pytest.raises(IndexUnavailable, match="refuses"):
        reader.refresh()
    with pytest.raises(IndexUnavailable, match="refuses"):
        reader.write(puts("b"))


def test_scores_do_not_depend_on_the_shards(new_index: NewIndex, tmp_path: Path) -> None:
    url = new_index()
    address, _, alias = url.rpartition("/")
    with Elasticsearch(address) as client:
        aliases = {alias: {"is_write_index": True}}
        versions.create(client, versions.name(alias, 1), aliases, shards=3)
    words = ["harbour", "harbour", "tax", "tax", "ferry", "bread"]
    articles = [
        article(f"{number}", "en", f"Note on {word}", f"The {word} of {words[number % 5]}.")
        for number, word in enumerate(words)
    ]
    scores = []
    for place in (url, "embedded"):
        backend = open_backend(place, tmp_path, writer=True, environment={})
        backend.setup()
        hold(backend, articles)
        found = backend.search(Search(query.Or((Word("harbour"), Word("tax"), Word("bread")))))
        scores.append({hit.article["id"]: round(hit.score, 2) for hit in found.hits})
        backend.close()
    assert scores[0] == scores[1]
