"""A new version of the index while searches and writes go on, killed or not."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from indexer.backend import Delete, IndexUnavailable, Operation, Put
from indexer.backends import open_backend
from indexer.backends.elastic import versions
from indexer.backends.elastic.admin import IndexAdmin
from indexer.backends.elastic.admin.migration import Migration
from indexer.query import Search, Word
from tests.contract.articles import article
from tests.support.clock import moment
from tests.support.migrating import make_old, rehearse

pytestmark = pytest.mark.elasticsearch

NewIndex = Callable[[], str]


@pytest.fixture
def url(new_index: NewIndex) -> str:
    return new_index()


@pytest.fixture
def life(url: str) -> Iterator[IndexAdmin]:
    opened = IndexAdmin(url, {})
    yield opened
    opened.close()


def _migration(life: IndexAdmin) -> Migration:
    return Migration(
        life.client, life.alias, life.address, sleep=lambda seconds: None, walk_seconds=0
    )


def _documents(count: int, prefix: str = "n") -> list[dict[str, object]]:
    return [
        article(f"{prefix}{number}", "fr", f"Le titre {number}", f"Le texte {number}")
        for number in range(count)
    ]


@pytest.mark.slow
def test_killed_again_and_again_it_misses_and_doubles_nothing(url: str, tmp_path: Path) -> None:
    done = rehearse(url, _documents(3_000), _documents(150, "new"), tmp_path, kills=2)
    assert done.kills == 2
    assert (done.missing, done.surplus, done.doubled, done.outdated, done.failures) == (
        [],
        [],
        [],
        [],
        [],
    )
    assert done.searches > 10
    assert len(done.versions) == 1
    assert done.versions[0] > f"{urlsplit(url).path.strip('/')}-000001"


def test_old_words_are_found_by_new_rules_afterwards(
    url: str, life: IndexAdmin, tmp_path: Path
) -> None:
    make_old(life.client, life.alias)
    backend = open_backend(url, tmp_path, environment={})
    backend.write([Put(article("a", "fr", "Les armées avancent"))])
    backend.refresh()
    assert backend.search(Search(Word("armée"))).total == 0
    with pytest.raises(
        IndexUnavailable, match=r"has no field tags.*another analyzer terms.*veille elastic migrate"
    ):
        backend.setup()
    assert _migration(life).migrate() == f"{life.alias}-000002"
    backend.setup()
    assert backend.search(Search(Word("armée"))).total == 1
    assert _migration(life).migrate() is None


def test_what_is_deleted_while_it_is_copied_stays_deleted(
    url: str, life: IndexAdmin, tmp_path: Path
) -> None:
    make_old(life.client, life.alias)
    backend = open_backend(url, tmp_path, environment={})
    backend.write([Put(one) for one in _documents(20)])
    leaving: Iterator[Operation] = iter(
        [
            Delete("n3"),
            Put(article("n4", "fr", "Une correction")),
            Put(article("late", "fr", "Tard")),
        ]
    )

    def told(done: int, of: int) -> None:
        if operation := next(leaving, None):
            backend.write([operation])

    migration = Migration(life.client, life.alias, life.address, told, sleep=lambda seconds: None)
    migration.migrate()
    backend.refresh()
    found = {str(one["id"]): one["title"] for one in backend.scan(Search())}
    assert found.keys() == {f"n{number}" for number in range(20) if number != 3}
    assert backend.write([next(leaving)])[0].status == "done"


def test_a_half_made_version_is_gone_on_with(url: str, life: IndexAdmin, tmp_path: Path) -> None:
    make_old(life.client, life.alias)
    backend = open_backend(url, tmp_path, environment={})
    backend.write([Put(one) for one in _documents(600)])

    class Killed(BaseException):
        pass

    def killed(done: int, of: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        Migration(life.client, life.alias, life.address, killed).migrate()
    assert versions.behind_alias(life.client, life.alias) == [f"{life.alias}-000001"]
    (half,) = [version for version in life.status()["versions"] if version["copy_of"]]
    assert half["name"] == f"{life.alias}-000002"

    # Killed in the last moment, it leaves the old version without writes: they are tried again.
    life.client.indices.add_block(index=f"{life.alias}-000001", block="write")
    put = Put(article("late", "fr", "Un titre"))
    assert [outcome.status for outcome in backend.write([put])] == ["retry"]
    assert not life.status()["versions"][0]["writable"]
    assert _migration(life).migrate() == half["name"]
    assert [outcome.status for outcome in backend.write([put])] == ["done"]
    backend.refresh()
    assert backend.count() == 601


def test_more_shards_make_a_new_version_with_the_same_articles(
    url: str, life: IndexAdmin, tmp_path: Path
) -> None:
    backend = open_backend(url, tmp_path, environment={})
    life.setup()
    backend.write([Put(one) for one in _documents(50)])
    assert _migration(life).migrate(3) == f"{life.alias}-000002"
    backend.write([Put(one) for one in _documents(60)])
    backend.refresh()
    assert backend.count() == 60
    assert [version["shards"] for version in life.status()["versions"]] == [3]


def test_an_article_that_the_new_version_does_not_take_leaves_the_old_one_in_charge(
    url: str, life: IndexAdmin
) -> None:
    make_old(life.client, life.alias)
    life.client.index(index=life.alias, id="worse", document={"id": "worse", "words": "12"})
    with pytest.raises(IndexUnavailable, match="worse"):
        _migration(life).migrate()
    assert versions.behind_alias(life.client, life.alias) == [f"{life.alias}-000001"]


@pytest.mark.slow
def test_refilling_brings_what_the_store_holds_and_what_arrives(
    url: str, life: IndexAdmin, tmp_path: Path
) -> None:
    life.setup()
    backend = open_backend(url, tmp_path, environment={})
    backend.write([Put(one) for one in _documents(10)])  # and the index has lost ten others
    held = {str(one["id"]): one for one in _documents(20)}

    def documents() -> Iterator[dict[str, object]]:
        for number, one in enumerate(held.values()):
            yield one
            if number == 5:
                backend.write([Put(article("arrived", "fr", "Nouveau")), Delete("n2")])

    new = _migration(life).refill(
        documents(), lambda ids: [name for name in ids if name in held and name != "n2"]
    )
    assert new == f"{life.alias}-000002"
    backend.refresh()
    found = {str(one["id"]) for one in backend.scan(Search())}
    assert found == ({f"n{number}" for number in range(20)} - {"n2"}) | {"arrived"}
    assert _migration(life).migrate() is None


def test_a_new_version_tells_when_articles_became_searchable_first(
    url: str, life: IndexAdmin, tmp_path: Path
) -> None:
    make_old(life.client, life.alias)
    backend = open_backend(url, tmp_path, environment={})
    own = {"indexed_at": "2026-11-20T10:00:00+00:00"}
    told = {**own, "added": "2026-11-02T10:00:00+00:00"}
    documents = [article(name, "fr", "Titre") for name in ("known", "unknown", "told")]
    for document, more in zip(documents, (own, own, told), strict=True):
        backend.write([Put({**document, **more})])
    asked: list[list[str]] = []

    def firsts(ids: list[str]) -> dict[str, datetime]:
        asked.append(sorted(ids))
        return {"known": moment(1, 10)}

    migration = _migration(life)
    migration.firsts = firsts
    migration.migrate()
    backend.refresh()
    assert asked == [["known", "unknown"]]
    assert {one["id"]: one["added"] for one in backend.scan(Search())} == {
        "known": moment(1, 10).isoformat(),
        "unknown": own["indexed_at"],
        "told": told["added"],
    }


def test_two_indices_behind_the_alias_are_refused(
    url: str, life: IndexAdmin, elasticsearch_url: str
) -> None:
    with Elasticsearch(elasticsearch_url) as client:
        for number in (1, 2):
            client.indices.create(index=f"{life.alias}-00000{number}", aliases={life.alias: {}})
    with pytest.raises(IndexUnavailable, match="leave one"):
        _migration(life).migrate()
