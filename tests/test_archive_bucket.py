"""The archive's ended files in a bucket: nothing is deleted here before it is there, a kill at any
moment loses nothing, and all that reads or rewrites the archive does so there too.
"""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive, BucketAway, RecordLocation
from crawler.archive.adopt import unknown_files
from crawler.archive.bucket import ArchiveBucket
from crawler.archive.opening import archive_of
from crawler.archive.recorder import CaptureRecorder
from crawler.archive.takedown import purge
from crawler.archive.uploads import send_ended
from crawler.article import Page
from crawler.config import Config, ConfigError, load_config
from crawler.runtime import CrawlContext
from crawler.sources import Source, as_toml
from crawler.store import Store
from tests.support.archived import numbered_page, visit
from tests.support.clock import NOW, moment, stopped
from tests.support.s3 import bucket_address, s3_endpoint
from veille import veille as commands

__all__ = ["bucket_address", "s3_endpoint"]

SOURCE = Source(id="quay", name="The Quay", home="https://quay.example/", language="en")
SENTENCE = (
    "Pilot {} brought the barge past the mole at low water, and the harbour master of basin {}"
    " entered it into the great book before noon."
)


class Killed(Exception):
    """In the place of a kill: what ran up to here is all that was done."""


class FailingBucket(ArchiveBucket):
    """A bucket whose process is killed at the n-th request, before or after it was carried out."""

    def __init__(self, address: str, at: int, *, after: bool) -> None:
        super().__init__(address)
        self._left = at
        self._after = after

    def put(self, name: str, path: Path) -> None:
        self._asked(lambda: super(FailingBucket, self).put(name, path))

    def digest(self, name: str) -> str:
        return str(self._asked(lambda: super(FailingBucket, self).digest(name)))

    def delete(self, name: str) -> None:
        self._asked(lambda: super(FailingBucket, self).delete(name))

    def fetch(self, name: str, target: Path) -> None:
        self._asked(lambda: super(FailingBucket, self).fetch(name, target))

    def _asked(self, ask: Callable[[], Any]) -> Any:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        answer = ask()
        if self._left == 0:
            raise Killed
        return answer


def _page(number: int, day: int = 10) -> Page:
    title = f"Barge {chr(65 + number)} is in"
    return numbered_page(SOURCE, number, title, SENTENCE, day=day)


@pytest.fixture
def folder(tmp_path: Path, bucket_address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of an installation with five articles, whose archive is in a bucket."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEILLE_ARCHIVE", bucket_address)
    (tmp_path / "sources.toml").write_text(as_toml(SOURCE), encoding="utf-8")
    store, archive = _store(), archive_of(load_config())
    assert visit(store, archive, SOURCE, map(_page, range(5))) == 5
    archive.close()
    store.close()
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = _store()
    yield opened
    opened.close()


def _store() -> Store:
    config = load_config()
    config.data.mkdir(exist_ok=True)
    return Store(config.database_url)


def _bucket() -> ArchiveBucket:
    return ArchiveBucket(str(load_config().archive))


def _send(store: Store, bucket: ArchiveBucket | None = None) -> int:
    return send_ended(archive_of(load_config()).files, bucket or _bucket(), store)


def _here() -> list[str]:
    return [path.name for path in sorted(Path("data/archive").iterdir())]


def _urls(store: Store) -> list[str]:
    """The addresses of the pages that the archive gives to read."""
    archive = archive_of(load_config())
    captures = [one for group in store.captures.of_pages([]) for one in group]
    places = [RecordLocation(one.file, one.offset, one.length) for one in captures]
    return sorted(archive.read(place).url for place in places)


def _in_bucket() -> str:
    """All that the bucket's files hold, as WARC tools read them."""
    bucket = _bucket()
    held = []
    for name in bucket.sizes():
        for record in ArchiveIterator(BytesIO(b"".join(bucket.chunks(name)))):
            held.append(f"{record.rec_headers} {record.content_stream().read()!r}")
    return "\n".join(held)


def _run(*words: str) -> Result:
    answer = CliRunner().invoke(commands, words, obj=stopped(moment(20)))
    assert not answer.exception or isinstance(answer.exception, SystemExit), answer.exception
    return answer


URLS = [f"https://quay.example/news/{number}" for number in range(5)]


def test_a_file_that_has_ended_is_sent_read_there_and_deleted_here(store: Store) -> None:
    (name,) = _here()
    kept = (Path("data/archive") / name).read_bytes()
    assert _send(store) == 1
    assert _here() == []
    assert b"".join(_bucket().chunks(name)) == kept
    assert _urls(store) == URLS
    assert _send(store) == 0


def test_what_is_written_or_not_noted_yet_stays(store: Store) -> None:
    archive = archive_of(load_config())
    recorder = CaptureRecorder(archive, store)
    recorder.write(_page(7), SOURCE.key(_page(7).url), SOURCE.id, "page")
    assert _send(store) == 1
    (open_file,) = _here()
    archive.close()
    assert _send(store) == 0
    assert _here() == [open_file.removesuffix(".open")]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_a_kill_while_sending_loses_nothing(store: Store, at: int, after: bool) -> None:
    with pytest.raises(Killed):
        _send(store, FailingBucket(_bucket().address, at, after=after))
    assert _urls(store) == URLS
    assert len(_here()) == 1
    assert _send(store) == 1
    assert _here() == []
    assert _urls(store) == URLS


def test_a_file_is_kept_that_the_bucket_does_not_give_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = _bucket()
    monkeypatch.setattr(bucket, "digest", lambda _: "other")
    with pytest.raises(BucketAway, match="as it was sent"):
        _send(store, bucket)
    assert len(_here()) == 1


def test_what_is_forgotten_leaves_the_bucket_and_the_rest_stays(store: Store) -> None:
    _send(store)
    answer = _run("forget", URLS[3], "--yes", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)[0]["finished_at"]
    held = _in_bucket()
    assert URLS[3] not in held
    assert "Barge D" not in held
    assert _here() == []
    assert _urls(store) == [url for url in URLS if url != URLS[3]]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_a_kill_while_forgetting_is_made_good(store: Store, at: int, after: bool) -> None:
    _send(store)
    config = load_config()
    failing = FailingBucket(_bucket().address, at, after=after)
    archive = Archive(config.archive_folder, bucket=failing)
    store.takedowns.forget("url", SOURCE.key(URLS[3]), "a", moment(11))
    with pytest.raises(Killed):
        purge(store, archive, moment(11))
    staying = [url for url in URLS if url != URLS[3]]
    assert _urls(store) == staying
    purge(store, archive_of(config), moment(12))
    _send(store)
    assert URLS[3] not in _in_bucket()
    assert _here() == []
    assert _urls(store) == staying
    assert all(one.finished_at for one in store.takedowns.history())


def test_a_takedown_sets_a_copy_of_a_file_in_the_bucket_aside(store: Store) -> None:
    files = archive_of(load_config()).files
    (name,) = _here()
    _send(store)
    files.set_aside(name)
    assert _here() == [f"{name}.aside"]
    assert not files.in_use(name)


def test_a_lost_store_takes_the_bucket_in(folder: Path, store: Store) -> None:
    _send(store)
    for path in (folder / "data").glob("veille.sqlite*"):
        path.unlink()
    new = _store()
    assert len(unknown_files(new, archive_of(load_config()))) == 1
    counts = json.loads(_run("archive", "adopt", "--json").stdout)
    assert (counts["files"], counts["new"], counts["pages"]) == (1, 5, 5)
    assert _urls(new) == URLS
    assert unknown_files(new, archive_of(load_config())) == []
    new.close()


def test_a_backup_holds_the_bucket_and_brings_it_back(folder: Path, store: Store) -> None:
    _send(store)
    assert _run("backup", "kept").exit_code == 0
    assert len(list((folder / "kept" / "archive").iterdir())) == 1
    bucket = _bucket()
    for name in bucket.sizes():
        bucket.delete(name)
    restored = _run("restore", "kept", "--force")
    assert restored.exit_code == 0, restored.output
    again = _store()
    assert _urls(again) == URLS
    assert _send(again) == 1
    assert _urls(again) == URLS
    again.close()


def test_pages_are_extracted_again_from_the_bucket(store: Store) -> None:
    _send(store)
    answer = _run("reextract", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["pages"] == 5


def test_the_doctor_looks_into_the_bucket(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _send(store)
    assert "files that are not here" not in _run("doctor", "--deep").stdout
    bucket = _bucket()
    for name in bucket.sizes():
        bucket.delete(name)
    assert "5 captures stand in files that are not here" in _run("doctor", "--deep").stdout
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    told = _run("doctor").stdout
    assert f"The archive in {bucket.address} does not answer" in told
    assert "of-the-tests" not in told


def test_a_crawl_process_sends_at_its_end(folder: Path, store: Store) -> None:
    context = CrawlContext.open(Config(archive=load_config().archive, workers=1), lambda: NOW)
    context.close()
    assert _here() == []
    assert _urls(store) == URLS


def test_a_bucket_that_is_away_costs_nothing_but_room(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    context = CrawlContext.open(Config(archive=load_config().archive, workers=1), lambda: NOW)
    context.close()
    assert len(_here()) == 1
    assert _urls(store) == URLS
    assert [one.name for one in caplog.records] == ["crawler.archive.uploads"]


@pytest.mark.parametrize(
    ("value", "archived", "bucket"),
    [
        ("true", True, None),
        ("false", False, None),
        ("0", False, None),
        ("s3://pages", True, "s3://pages"),
        ("s3://pages.example/press/2026/", True, "s3://pages.example/press/2026"),
    ],
)
def test_the_setting_names_a_switch_or_a_bucket(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    value: str,
    archived: bool,
    bucket: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEILLE_ARCHIVE", value)
    config = load_config()
    assert (bool(config.archive), config.archive_bucket) == (archived, bucket)


@pytest.mark.parametrize(
    "value", ["s3://", "s3://x", "s3://Pages", "s3://pages/a b", "gs://pages", "s3://pages?x=1"]
)
def test_an_address_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEILLE_ARCHIVE", value)
    with pytest.raises(ConfigError, match="VEILLE_ARCHIVE"):
        load_config()
