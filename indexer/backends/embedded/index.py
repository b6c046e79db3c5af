"""The embedded index: tantivy in a folder, one writing process, any number of reading ones."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import tantivy

from indexer.backend import Delete, Document, IndexUnavailable, Operation, Outcome, Put
from indexer.backends.embedded import facets as counts
from indexer.backends.embedded.alert_matching import match_documents
from indexer.backends.embedded.histogram import count_by_step
from indexer.backends.embedded.paging import Paginator, decode_position
from indexer.backends.embedded.schema import schema, to_tantivy
from indexer.backends.embedded.searcher import Searcher
from indexer.backends.embedded.snapshots import ReaderCache
from indexer.fields import checked, fingerprint
from indexer.highlight.highlighter import Highlighter
from indexer.query import Found, Hit, Interval, QueryError, Search, Timeline, cursor, timeline
from indexer.query.analyzed import AllOf, Exact
from indexer.query.selection import selection

WRITER_BYTES = 64_000_000
"""Memory of the writer before it starts another segment."""
_MARK = "veille.json"


class Embedded:
    """Articles in `folder`. Only one process at a time can be the `writer`; the others see each
    commit at once.
    """

    name = "embedded"

    def __init__(
        self, folder: Path, *, writer: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._may_write = writer
        self._schema = schema()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._seen: tuple[int, int] | None = None
        self._latest: Searcher | None = None
        self._snapshots = ReaderCache(clock)
        self._reading = threading.Lock()
        self._writing = threading.Lock()

    def setup(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = self._folder / _MARK
        if not mark.exists() and not tantivy.Index.exists(str(self._folder)):
            mark.write_text(json.dumps({"fingerprint": fingerprint()}))
        self._check_mark()
        self._opened(create=True)
        if self._may_write:
            with self._writing:
                self._acquired()

    def renew(self) -> None:
        if not self._may_write:
            raise IndexUnavailable(f"The index in {self._folder} was opened for reading only.")
        with self._writing, self._reading:
            self._writer = self._index = self._latest = None
            if self._folder.is_dir():
                held = self._held()
                shutil.rmtree(self._folder)
                del held
        self.setup()

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        with self._writing:
            writer = self._acquired()
            last = {operation.id: operation for operation in operations}
            try:
                outcomes = {
                    name: self._carry_out(writer, operation) for name, operation in last.items()
                }
                writer.commit()
            except (OSError, ValueError) as error:
                # A writer that has met an error, such as a full disk, takes nothing any more.
                self._writer = None
                raise IndexUnavailable(
                    f"The index in {self._folder} cannot be written: {error}"
                ) from error
        return [outcomes[operation.id] for operation in operations]

    def refresh(self) -> None:
        self._snapshot(reload=True)

    def search(self, search: Search) -> Found:
        chosen = selection(search)
        position = self._position(search)
        snapshot = (
            self._snapshots.find(position[0])
            if position and search.sort == "relevance"
            else self._snapshot()
        )
        asked = snapshot.ask(chosen.all_but())
        counted = asked.counted(chosen.unfiltered(search.facets), search.facet_size)
        facets = dict(counted.facets)
        for field in set(search.facets) - set(facets):
            facets |= snapshot.ask(chosen.all_but(field)).counted([field], search.facet_size).facets
        pages = Paginator(self._schema, snapshot.searcher, asked.query)
        hits, onward = self._page(search, snapshot, pages, position, counted.total)
        marks = Highlighter(chosen.tree)
        shown = [(_article(snapshot.searcher, address), score) for address, score in hits]
        found = [Hit(article, score, marks.of(article)) for article, score in shown]
        return Found(
            counted.total, found, {field: facets[field] for field in search.facets}, onward
        )

    def timeline(self, search: Search, interval: Interval = "auto", tz: str = "UTC") -> Timeline:
        zone = timeline.zone(tz)
        asked = self._snapshot().ask(selection(search).all_but())
        counted = asked.counted()
        step = timeline.choose_interval(interval, *(counted.span or (0, 0)))
        steps = timeline.starts(step, *counted.span, zone) if counted.span else []
        return timeline.timeline(
            step, zone, steps, count_by_step(asked, steps, timeline.coarser(step)), counted.total
        )

    def scan(self, search: Search) -> Iterator[Document]:
        asked = self._snapshot().ask(selection(search).all_but())
        pages = Paginator(self._schema, asked.searcher, asked.query)
        for address in (
            pages.everything() if search.sample is None else pages.drawn(search.sample, search.seed)
        ):
            yield _article(asked.searcher, address)

    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        searcher = self._snapshot().searcher
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        query = tantivy.Query.term_set_query(self._schema, "id", wanted)
        found = [
            _article(searcher, address)
            for _, address in searcher.search(query, limit=len(wanted)).hits
        ]
        return {str(article["id"]): article for article in found}

    def matching(
        self, searches: Sequence[Search], ids: Sequence[str]
    ) -> list[set[str] | QueryError]:
        return match_documents(self._schema, self.get(ids).values(), searches)

    def frequencies(self, search: Search, words: Sequence[str]) -> list[int]:
        within, snapshot = selection(search).all_but(), self._snapshot()
        asked = (snapshot.ask(AllOf((within, Exact((word,), None)))) for word in words)
        return [counts.total(question.searcher, question.query) for question in asked]

    def count(self) -> int:
        return int(self._snapshot().searcher.num_docs)

    def close(self) -> None:
        with self._writing:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None
        self._index = self._latest = None

    def _position(self, search: Search) -> list[str | int | float | None]:
        return cursor.decode(f"{self.name} {search.sort}", search.cursor) if search.cursor else []

    def _page(
        self, search: Search, snapshot: Searcher, pages: Paginator, position: list[Any], total: int
    ) -> tuple[list[tuple[tantivy.DocAddress, float]], str | None]:
        """The hits of the page, and the cursor behind them."""
        if search.sample is not None:
            return [(address, 0.0) for address in pages.drawn(search.sample, search.seed)], None
        if search.limit == 0 or total == 0:
            return [], None
        if search.sort == "relevance":
            done = position[1] if position else 0
            if not isinstance(done, int) or not 0 <= done < 1 << 32:
                raise QueryError("This cursor is not one of ours: search again without it.")
            scored = pages.by_score(search.limit, done)
            done += len(scored)
            onward: cursor.Position = (
                [self._snapshots.keep(snapshot), done] if scored and done < total else []
            )
        else:
            placed = pages.by_date(
                search.sort, search.limit + 1, decode_position(position) if position else None
            )
            more, placed = len(placed) > search.limit, placed[: search.limit]
            scored = [(address, 0.0) for address, _ in placed]
            onward = [placed[-1][1].point, placed[-1][1].tie] if more else []
        return scored, cursor.encode(f"{self.name} {search.sort}", onward) if onward else None

    def _carry_out(self, writer: tantivy.IndexWriter, operation: Operation) -> Outcome:
        match operation:
            case Delete(name):
                writer.delete_documents_by_term("id", name)
            case Put(document):
                try:
                    made = to_tantivy(checked(document))
                except ValueError as error:
                    return Outcome(operation.id, "rejected", str(error))
                writer.delete_documents_by_term("id", operation.id)
                writer.add_document(made)
        return Outcome(operation.id, "done")

    def _acquired(self) -> tantivy.IndexWriter:
        if not self._may_write:
            raise IndexUnavailable(f"The index in {self._folder} was opened for reading only.")
        if self._writer is None:
            self._writer = self._locked(self._opened(create=True))
        return self._writer

    def _locked(self, index: tantivy.Index) -> tantivy.IndexWriter:
        try:
            return index.writer(WRITER_BYTES, 1)
        except ValueError as error:
            if "Lock" not in str(error):
                raise
            raise IndexUnavailable(
                f"Another process writes the index in {self._folder}: stop it, or leave the writing to it."
            ) from error

    def _held(self) -> tantivy.IndexWriter | None:
        """The right to write to the index of whatever version; none to an index that cannot be opened."""
        try:
            index = tantivy.Index.open(str(self._folder))
        except (OSError, ValueError):
            return None
        return self._locked(index)

    def _check_mark(self) -> None:
        mark = self._folder / _MARK
        found = json.loads(mark.read_text())["fingerprint"] if mark.exists() else "none"
        if found != fingerprint():
            raise IndexUnavailable(
                f"The index in {self._folder} was made by another version: run `veille reindex`."
            )

    def _opened(self, *, create: bool = False) -> tantivy.Index:
        if self._index is None:
            if not create and not (
                self._folder.is_dir() and tantivy.Index.exists(str(self._folder))
            ):
                raise IndexUnavailable(
                    f"There is no index in {self._folder} yet: `veille crawl` makes it."
                )
            self._index = tantivy.Index(self._schema, str(self._folder))
            self._index.config_reader("manual")
        return self._index

    def _snapshot(self, *, reload: bool = False) -> Searcher:
        """What is committed now, whichever process did it."""
        with self._reading:
            index = self._opened()
            try:
                state = (self._folder / "meta.json").stat()
            except FileNotFoundError:
                self._index = self._latest = None
                raise IndexUnavailable(
                    f"The index in {self._folder} is being made again: wait for it."
                ) from None
            seen = (state.st_mtime_ns, state.st_ino)
            if reload or self._latest is None or seen != self._seen:
                index.reload()
                self._latest, self._seen = Searcher(self._schema, index.searcher()), seen
            return self._latest


def _article(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> dict[str, Any]:
    article: dict[str, Any] = orjson.loads(bytes(searcher.doc(address)["document"][0]))
    return article
