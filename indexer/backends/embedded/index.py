"""The embedded index: tantivy in a folder, one writing process, any number of reading ones."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import tantivy

from indexer.backend import Document, IndexUnavailable, Operation, Outcome
from indexer.backends.embedded.alert_matching import match_documents
from indexer.backends.embedded.damage import damaged, readable, reading
from indexer.backends.embedded.documents import article_at, carry_out
from indexer.backends.embedded.facets import total
from indexer.backends.embedded.histogram import count_by_step
from indexer.backends.embedded.hits import HitPages
from indexer.backends.embedded.paging import Address, Paginator
from indexer.backends.embedded.reader_cache import ReaderCache
from indexer.backends.embedded.schema import register, schema
from indexer.backends.embedded.searcher import Searcher
from indexer.document import fingerprint
from indexer.query import (
    Found,
    Interval,
    QueryError,
    Search,
    Timeline,
    civil,
    timeline,
)
from indexer.query.analyzed import AllOf, Exact, Node
from indexer.query.selection import selection

WRITER_BYTES = 64_000_000
"""Memory of the writer before it starts another segment."""
_VERSION_FILE = "veille.json"
"""It stands beside tantivy's own files and holds the fingerprint of fields and analysis."""


class Embedded:
    """Articles in `folder`. Only one process at a time can be the `writer`; the others see each
    commit at once.
    """

    name = "embedded"

    def __init__(
        self, folder: Path, *, writer: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder = folder
        self._may_write = writer
        self._schema = schema()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._commit: tuple[int, int] | None = None
        """The commit that `_latest` shows: time and inode of tantivy's own meta file."""
        self._latest: Searcher | None = None
        self._readers = ReaderCache(clock)
        self._pages = HitPages(self.name, self._schema, self._readers)
        self._reading = threading.Lock()
        self._writing = threading.Lock()

    def setup(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        version_file = self.folder / _VERSION_FILE
        if not version_file.exists() and not tantivy.Index.exists(str(self.folder)):
            version_file.write_text(json.dumps({"fingerprint": fingerprint()}))
        self._check_version()
        self._open_index(create=True)
        if self._may_write:
            with self._writing:
                self._open_writer()

    def renew(self) -> None:
        if not self._may_write:
            raise IndexUnavailable(f"The index in {self.folder} was opened for reading only.")
        with self._writing, self._reading:
            self._writer = self._index = self._latest = None
            if self.folder.is_dir():
                # Held until the files are gone, so that no other process writes meanwhile.
                lock = self._lock_folder()
                shutil.rmtree(self.folder)
                del lock
        self.setup()

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        with self._writing:
            writer = self._open_writer()
            last = {operation.id: operation for operation in operations}
            try:
                outcomes = {name: carry_out(writer, operation) for name, operation in last.items()}
                writer.commit()
            except (OSError, ValueError) as error:
                # A writer that has met an error, such as a full disk, takes nothing any more.
                self._writer = None
                raise IndexUnavailable(
                    f"The index in {self.folder} cannot be written: {error}"
                ) from error
        return [outcomes[operation.id] for operation in operations]

    def refresh(self) -> None:
        self._snapshot(reload=True)

    @reading
    def search(self, search: Search) -> Found:
        selected = selection(search)
        position = self._pages.position(search)
        if position and search.sort == "relevance":
            snapshot = self._readers.find(position[0])
        else:
            snapshot = self._snapshot()
        query = snapshot.open_query(selected.all_but())
        counts = query.counts(selected.unfiltered(search.facets), search.facet_size)
        facets = dict(counts.facets)
        for field in search.facets:
            if field not in facets:
                facets[field] = snapshot.facet(selected.all_but(field), field, search.facet_size)
        hits, next_cursor = self._pages.hits(search, selected, snapshot, position)
        in_order = {field: facets[field] for field in search.facets}
        return Found(counts.total, hits, in_order, next_cursor)

    @reading
    def timeline(self, search: Search, interval: Interval = "auto", tz: str = "UTC") -> Timeline:
        zone = timeline.zone(tz)
        query = self._snapshot().open_query(selection(search).all_but())
        steps = civil.plan(interval, query.counts().spans, zone)
        coarser = timeline.coarser(steps.interval)
        moments = count_by_step(query, "instant", steps.moment_steps, coarser)
        days = count_by_step(query, "civil", steps.civil_steps, coarser)
        return steps.timeline(moments, days, query.counts().total)

    def scan(self, search: Search) -> Iterator[Document]:
        with readable(self.folder):
            query = self._snapshot().open_query(selection(search).all_but())
            pages = Paginator(self._schema, query.searcher, query.query)
            addresses: Iterable[Address] = (
                pages.everything()
                if search.sample is None
                else pages.drawn(search.sample, search.seed)
            )
            for address in addresses:
                yield article_at(query.searcher, address)

    @reading
    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        searcher = self._snapshot().searcher
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        query = tantivy.Query.term_set_query(self._schema, "id", wanted)
        hits = searcher.search(query, limit=len(wanted)).hits
        articles = [article_at(searcher, address) for _, address in hits]
        return {str(article["id"]): article for article in articles}

    @reading
    def matching(
        self, searches: Sequence[Search], ids: Sequence[str]
    ) -> list[set[str] | QueryError]:
        return match_documents(self._schema, self.get(ids).values(), searches)

    @reading
    def frequencies(self, search: Search, words: Sequence[str]) -> list[int]:
        matches = selection(search).all_but()
        snapshot = self._snapshot()
        return [_frequency(snapshot, matches, word) for word in words]

    @reading
    def count(self) -> int:
        return int(self._snapshot().searcher.num_docs)

    def close(self) -> None:
        with self._writing:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None
        self._index = self._latest = None

    def _open_writer(self) -> tantivy.IndexWriter:
        if not self._may_write:
            raise IndexUnavailable(f"The index in {self.folder} was opened for reading only.")
        if self._writer is None:
            self._writer = self._lock(self._open_index(create=True))
        return self._writer

    def _lock(self, index: tantivy.Index) -> tantivy.IndexWriter:
        """The index's one writer, which is a lock among processes as well."""
        try:
            return index.writer(WRITER_BYTES, 1)
        except ValueError as error:
            if "Lock" not in str(error):
                raise damaged(self.folder, error) from error
            raise IndexUnavailable(
                f"Another process writes the index in {self.folder}: "
                "stop it, or leave the writing to it."
            ) from error

    def _lock_folder(self) -> tantivy.IndexWriter | None:
        """The writer of an index of whatever version; None of one that cannot be opened."""
        try:
            index = tantivy.Index.open(str(self.folder))
        except (OSError, ValueError):
            return None
        return self._lock(index)

    def _check_version(self) -> None:
        version_file = self.folder / _VERSION_FILE
        version = "none"
        if version_file.exists():
            with readable(self.folder):
                version = json.loads(version_file.read_text())["fingerprint"]
        if version != fingerprint():
            raise self._made_by_another_version()

    def _made_by_another_version(self) -> IndexUnavailable:
        return IndexUnavailable(
            f"The index in {self.folder} was made by another version: run `veille reindex`."
        )

    def _open_index(self, *, create: bool = False) -> tantivy.Index:
        if self._index is None:
            exists = self.folder.is_dir() and tantivy.Index.exists(str(self.folder))
            if not create and not exists:
                if (self.folder / _VERSION_FILE).exists():
                    raise damaged(self.folder, FileNotFoundError("files are missing"))
                raise IndexUnavailable(
                    f"There is no index in {self.folder} yet: `veille crawl` makes it."
                )
            try:
                self._index = tantivy.Index(self._schema, str(self.folder))
            except ValueError as error:
                # A facet has a column here, but the fingerprint is that of fields alone.
                if "schema" not in str(error).lower():
                    raise damaged(self.folder, error) from error
                raise self._made_by_another_version() from error
            register(self._index)
            self._index.config_reader("manual")
        return self._index

    def _snapshot(self, *, reload: bool = False) -> Searcher:
        """What is committed now, whichever process did it."""
        with self._reading:
            index = self._open_index()
            try:
                state = (self.folder / "meta.json").stat()
            except FileNotFoundError:
                self._index = self._latest = None
                raise IndexUnavailable(
                    f"The index in {self.folder} is being made again: wait for it."
                ) from None
            # tantivy replaces this file with each commit, so both numbers change.
            commit = (state.st_mtime_ns, state.st_ino)
            if reload or self._latest is None or commit != self._commit:
                with readable(self.folder):
                    index.reload()
                    self._latest = Searcher(self._schema, index.searcher())
                self._commit = commit
            return self._latest


def _frequency(snapshot: Searcher, matches: Node, word: str) -> int:
    # Most words that a speller asks for are in no article: the dictionary says so at once.
    if not snapshot.has_word(word):
        return 0
    query = snapshot.open_query(AllOf((matches, Exact((word,), None))))
    return total(query.searcher, query.query)
