"""Forgetting and keeping: takedown from store, index and archive, for good; revisions; pages that
vanish.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive
from crawler.archive.files import ArchiveFiles
from crawler.archive.takedown import purge
from crawler.article import Page
from crawler.sources import Source, as_toml
from crawler.store import DiscoveredPage, PageVisit, Store
from indexer.backends import open_backend
from search.app import create_app
from search.commands.forget import command
from tests.support.archived import opened, visit
from tests.support.clock import moment, stopped
from tests.support.shelf import client
from veille import veille

SOURCE = Source(
    id="plain",
    name="The Plain",
    home="https://plain.example/",
    language="en",
    hosts=("m.plain.example",),
)

HEAD = "<meta property='og:type' content='article'><meta property='article:published_time' content='2026-11-01'>"


def page(number: int, day: int = 10, text: str = "") -> Page:
    prose = "".join(
        f"<p>Councillor {chr(65 + number)}{part} spoke of water number {chr(75 + part)} at length in the town hall, "
        "and the people who had come to hear the debate went home content in the evening.</p>"
        for part in range(4)
    )
    body = f"<article><h1>Debate {chr(65 + number)} ends</h1>{prose}<p>{text or 'It ended late.'}</p></article>"
    html = f"<!DOCTYPE html><html lang=en><head><title>Debate</title>{HEAD}</head><body>{body}</body></html>"
    return Page(f"https://plain.example/news/{number}", html.encode(), {}, moment(day))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    store, archive = opened(tmp_path)
    assert visit(store, archive, SOURCE, [page(number, 10 + number) for number in range(6)]) == 6
    visit(store, archive, SOURCE, [page(1, 20, "It ended early, the clerk says.")])
    store.close()
    (tmp_path / "sources.toml").write_text(as_toml(SOURCE), encoding="utf-8")
    for name, value in {"DATA": tmp_path, "SOURCES": tmp_path / "sources.toml"}.items():
        monkeypatch.setenv(f"VEILLE_{name}", str(value))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def archived(folder: Path) -> str:
    """All that the archive's files hold, as WARC tools read them."""
    held = []
    for path in (folder / "archive").iterdir():
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                held.append(f"{record.rec_headers} {record.content_stream().read()!r}")
    return "\n".join(held)


def documents(store: Store) -> list[str]:
    return sorted(one["url"].rsplit("/", 1)[-1] for _, one in store.pages.of_source("plain"))


def test_a_page_is_forgotten_everywhere_and_stays_away(folder: Path) -> None:
    words = ["https://m.plain.example/news/1?utm_source=x"]
    refused = CliRunner().invoke(command, words, obj=stopped(moment(21)))
    assert "add --yes" in str(refused.exception)
    done = CliRunner().invoke(
        command, [*words, "--yes", "--json"], obj=stopped(moment(21)), catch_exceptions=False
    )
    (takedown,) = [one for one in json.loads(done.output) if one["articles"]]
    assert (takedown["kind"], takedown["articles"], takedown["pages"], takedown["records"]) == (
        "url",
        1,
        1,
        2,
    )
    assert takedown["at"] == takedown["finished_at"] == moment(21).isoformat()
    assert "news/1" not in done.output

    store, archive = opened(folder)
    assert documents(store) == ["0", "2", "3", "4", "5"]
    assert "news/1" not in archived(folder)
    assert "ended early" not in archived(folder)
    assert archived(folder).count("https://plain.example/news/") == 5
    assert all(archive_reads(store, archive))
    gone = [parcel for parcel in store.outbox.batch(100, moment(30)) if parcel.document is None]
    assert len(gone) == 1
    database = b"".join(path.read_bytes() for path in folder.glob("veille.sqlite*"))
    assert store.revisions.of(gone[0].article) == []

    assert visit(store, archive, SOURCE, [page(1, 25), page(7, 25)]) == 2
    assert documents(store) == ["0", "2", "3", "4", "5", "7"]
    purge(store, archive, moment(26))
    assert "news/1" not in archived(folder)
    assert database
    store.close()


def archive_reads(store: Store, archive: Archive) -> list[bool]:
    from crawler.archive import RecordLocation

    groups = list(store.captures.of_pages([]))
    return [
        bool(archive.read(RecordLocation(one.file, one.offset, one.length)).url)
        for group in groups
        for one in group
    ]


def test_it_is_called_delete_as_well() -> None:
    answer = CliRunner().invoke(veille, ["delete", "--help"], catch_exceptions=False)
    assert answer.output.startswith("Usage: veille delete [OPTIONS] [URL]...")


@pytest.mark.parametrize("step", ["copy", "spend", "settle", "discard"])
def test_killed_in_the_middle_it_goes_on(
    folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    store, archive = opened(folder)
    store.takedowns.forget("url", SOURCE.key(page(1).url), "test", moment(21))
    with monkeypatch.context() as patch:
        patch.setattr(ArchiveFiles, step, killed)
        with pytest.raises(KeyboardInterrupt):
            purge(store, archive, moment(21))
    assert [one.finished_at for one in store.takedowns.history()] == [None]
    purge(store, archive, moment(22))
    assert [one.finished_at for one in store.takedowns.history()] == [moment(22)]
    assert "news/1" not in archived(folder)
    assert len(archive_reads(store, archive)) == 5
    assert all(archive_reads(store, archive))
    store.close()


def test_old_age_and_whole_sources_are_forgotten(folder: Path) -> None:
    store, archive = opened(folder)
    assert store.takedowns.forget("age", moment(13), "test", moment(21)).articles == 3
    assert documents(store) == ["3", "4", "5"]
    store.takedowns.forget("source", "plain", "test", moment(21))
    assert documents(store) == []
    purge(store, archive, moment(21))
    assert archived(folder) == ""
    assert list((folder / "archive").iterdir()) == []
    store.close()


def test_a_reworded_article_keeps_its_revisions(folder: Path) -> None:
    store, _ = opened(folder)
    app = create_app(open_backend("embedded", folder / "index"), store, now=lambda: moment(30))
    name = next(name for name, one in store.pages.of_source("plain") if one["url"].endswith("/1"))
    newest, first = client(app).get(f"/api/v1/articles/{name}/revisions").json()["revisions"]
    assert (newest["revision"], first["revision"], first["changes"]) == (2, 1, None)
    assert (first["since"], first["replaced_at"]) == (
        moment(11).isoformat(),
        moment(20).isoformat(),
    )
    assert (newest["since"], newest["replaced_at"]) == (moment(20).isoformat(), None)
    added = [piece["text"] for piece in newest["changes"]["text"] if piece["kind"] == "added"]
    assert any("early" in text for text in added)
    assert client(app).get("/api/v1/articles/none/revisions").status_code == 404
    store.close()


def test_a_vanished_page_is_marked_and_one_that_asks_leaves_the_index(folder: Path) -> None:
    store, archive = opened(folder)
    store.outbox.acknowledge(store.outbox.batch(100, moment(30)), [], [], moment(30))
    key = SOURCE.key(page(2).url)
    store.pages.record_visit(PageVisit(key, "gone", moment(21), None, "http 410"))
    store.pages.record_visit(PageVisit(key, "gone", moment(22), None, "http 410"))
    (parcel,) = store.outbox.batch(100, moment(30))
    assert parcel.document is not None
    assert parcel.document["gone"] == moment(21).isoformat()
    count = store.pages.documents()

    store.pages.record_visit(PageVisit(key, "skipped", moment(23), None, "noindex"))
    assert [one.document for one in store.outbox.batch(100, moment(30))] == [None]
    assert store.pages.documents() == count - 1

    visit(store, archive, SOURCE, [page(2, 24)])
    (parcel,) = store.outbox.batch(100, moment(30))
    assert parcel.document is not None
    assert (parcel.document["gone"], parcel.document["revision"]) == (None, 1)
    assert store.pages.documents() == count
    store.close()


def test_a_link_to_what_is_forgotten_is_not_kept(folder: Path) -> None:
    store, _ = opened(folder)
    key = SOURCE.key(page(3).url)
    store.takedowns.forget("url", key, "test", moment(21))
    from crawler.store.articles.discovered import keep_found

    with store.pages._writes.begin() as connection:
        assert (
            keep_found(
                connection,
                "plain",
                [DiscoveredPage(key, page(3).url)],
                moment(22) + timedelta(hours=1),
            )
            == 0
        )
    assert store.pages.stored_page(key) is None
    store.close()
