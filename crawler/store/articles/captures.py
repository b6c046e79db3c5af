"""Where in the archive each visit's answer stands."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from crawler.store.articles.discovered import DiscoveredPage, keep_found
from crawler.store.articles.takedowns import forgotten_among
from crawler.store.dialect import parts
from crawler.store.tables import captures, pages
from crawler.store.transactions import Database

_CHUNK = 400
"""Pages whose answers are read at a time: SQLite before 3.32 takes 999 parameters."""
ADOPTED = "adopted"
"""Why a page has no article that only the archive knew."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer: of which address (`key`), when, with which status (200 or 304), and where its
    record is; one that is not `whole` says that the body was that of the whole one before (Veille
    writes none any more). `again` is how often the same body was given or said to stand since, the
    last time at `again_at`.
    """

    key: str
    source: str
    kind: str
    at: datetime
    status: int
    digest: str
    whole: bool
    file: str = ""
    offset: int = 0
    length: int = 0
    again: int = 0
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundCapture:
    """A record that was found in the archive, with the address that it names."""

    capture: Capture
    url: str


class Captures:
    """The index of the archive. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def add(self, capture: Capture, moved: Callable[[], Capture | None] = lambda: None) -> None:
        """Note an answer that was written. `moved` is asked once the row is there, which `staying`
        waits for: where the record's file was taken out of use before, it says where the record
        stands now.
        """
        values = {name: getattr(capture, name) for name in Capture.__slots__}
        with self._writes.begin() as connection:
            row = connection.execute(_ADD, {**values, "forgotten": False}).scalar_one()
            current = moved()
            if current:
                place = {"file": current.file, "offset": current.offset, "length": current.length}
                connection.execute(update(captures).where(captures.c.id == row).values(place))

    def last_whole(self, key: str) -> Capture | None:
        """The newest answer of an address that was written with its body."""
        with self._reads.connect() as connection:
            row = connection.execute(_LAST_WHOLE, {"address": key}).one_or_none()
        return _capture(row) if row else None

    def count_again(self, key: str, digest: str, at: datetime) -> None:
        """Count that the newest answer of an address, with this digest, was given once more."""
        with self._writes.begin() as connection:
            connection.execute(_COUNT_AGAIN, {"address": key, "mark": digest, "moment": at})

    def of_page(self, key: str) -> list[Capture]:
        """The answers with status 200 of the page with this key, oldest first."""
        query = select(captures).where(
            captures.c.key == key,
            captures.c.kind == "page",
            captures.c.status == 200,
            ~captures.c.forgotten,
        )
        with self._reads.connect() as connection:
            in_order = query.order_by(captures.c.at, captures.c.id)
            return [_capture(row) for row in connection.execute(in_order)]

    def of_pages(self, sources: Sequence[str]) -> Iterator[list[Capture]]:
        """The answers with status 200 of each page of these sources (of all where none is named),
        oldest first.
        """
        query = select(captures.c.key).where(
            captures.c.kind == "page", captures.c.whole, ~captures.c.forgotten
        )
        query = query.where(captures.c.source.in_(sources)) if sources else query
        last = ""
        while True:
            chunk = (
                query.where(captures.c.key > last)
                .group_by(captures.c.key)
                .order_by(captures.c.key)
                .limit(_CHUNK)
            )
            with self._reads.connect() as connection:
                keys = list(connection.execute(chunk).scalars())
                answers = select(captures).where(
                    captures.c.key.in_(keys),
                    captures.c.kind == "page",
                    captures.c.status == 200,
                    ~captures.c.forgotten,
                )
                answers = answers.order_by(captures.c.at, captures.c.id)
                rows = [_capture(row) for row in connection.execute(answers)]
            for key in keys:
                yield [row for row in rows if row.key == key]
            if len(keys) < _CHUNK:
                return
            last = keys[-1]

    def end_of(self, file: str) -> int:
        """Where the last record of a file ends that is noted; 0 where none is."""
        query = select(func.max(captures.c.offset + captures.c.length)).where(
            captures.c.file == file
        )
        with self._reads.connect() as connection:
            return int(connection.execute(query).scalar_one() or 0)

    def ends(self) -> dict[str, int]:
        """Where the last record ends that is noted, of each file that holds one."""
        query = select(captures.c.file, func.max(captures.c.offset + captures.c.length))
        with self._reads.connect() as connection:
            rows = connection.execute(query.group_by(captures.c.file))
            return {file: int(end) for file, end in rows}

    def spans(self, file: str) -> list[tuple[int, int]]:
        """Offset and length of each record of a file that is noted, in the file's order."""
        query = select(captures.c.offset, captures.c.length).where(captures.c.file == file)
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(captures.c.offset))
            return [(row.offset, row.length) for row in rows]

    def take_in(self, found: Sequence["FoundCapture"], now: datetime) -> Counter[str]:
        """Note records that were found in the archive; returns how many are `new`, `doubled` (noted
        already, elsewhere) or `forgotten`, and how many `pages` were added.

        Those that are not new are marked to be taken out of their file. A page that nobody knew is
        added as one that became no article, so that extracting again may make it one; what it
        published until now is old news.
        """
        if not found:
            return Counter()
        keys = sorted({one.capture.key for one in found})
        counts: Counter[str] = Counter()
        fresh: list[FoundCapture] = []
        with self._writes.begin() as connection:
            barred = forgotten_among(connection, keys)
            known = _known_moments(connection, keys)
            for one in found:
                capture = one.capture
                sign = (capture.key, capture.at, capture.status)
                state = "new"
                if capture.key in barred:
                    state = "forgotten"
                elif sign in known:
                    state = "doubled"
                else:
                    fresh.append(one)
                known.add(sign)
                counts[state] += 1
                values = {name: getattr(capture, name) for name in Capture.__slots__}
                connection.execute(_ADD, {**values, "forgotten": state != "new"})
            counts["pages"] = _add_pages(connection, fresh, now)
        return counts

    def each(self) -> Iterator[Capture]:
        """Every record that is noted and not to be forgotten, one after another."""
        last = 0
        while True:
            query = select(captures).where(captures.c.id > last, ~captures.c.forgotten)
            with self._reads.connect() as connection:
                rows = connection.execute(query.order_by(captures.c.id).limit(_CHUNK)).all()
            yield from map(_capture, rows)
            if len(rows) < _CHUNK:
                return
            last = rows[-1].id

    def drop_forgotten(self, file: str) -> None:
        """Drop the records to be forgotten of a file that is gone."""
        with self._writes.begin() as connection:
            gone = (captures.c.file == file) & captures.c.forgotten
            connection.execute(delete(captures).where(gone))

    def tainted(self) -> list[str]:
        """The files that hold records that are to be forgotten."""
        query = (
            select(captures.c.file).where(captures.c.forgotten).distinct().order_by(captures.c.file)
        )
        with self._reads.connect() as connection:
            return list(connection.execute(query).scalars())

    def staying(self, file: str) -> list[tuple[int, Capture]]:
        """The records of a file that is out of use which are not to be forgotten, by id, in the
        file's order; those that are being noted are waited for.
        """
        query = (
            select(captures)
            .where(captures.c.file == file, ~captures.c.forgotten)
            .order_by(captures.c.offset)
        )
        with self._writes.begin() as connection:  # which waits for every other writer on SQLite
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE captures IN SHARE ROW EXCLUSIVE MODE"))
            return [(row.id, _capture(row)) for row in connection.execute(query)]

    def moved(self, file: str, places: Sequence[tuple[int, str, int]]) -> None:
        """Note where the records of a file are now (id, file, offset), and drop all others
        of it.
        """
        with self._writes.begin() as connection:
            for record, name, offset in places:
                place = {"file": name, "offset": offset}
                connection.execute(update(captures).where(captures.c.id == record).values(place))
            connection.execute(delete(captures).where(captures.c.file == file))


# Every page needs these: built once, since building a statement costs more than carrying it out.
_ADD = insert(captures).returning(captures.c.id)
_LAST_WHOLE = (
    select(captures)
    .where(captures.c.key == bindparam("address"), captures.c.whole, ~captures.c.forgotten)
    .order_by(captures.c.at.desc(), captures.c.id.desc())
    .limit(1)
)

_NEWEST = _LAST_WHOLE.with_only_columns(captures.c.id).scalar_subquery()
_COUNT_AGAIN = (
    update(captures)
    .where(captures.c.id == _NEWEST, captures.c.digest == bindparam("mark"))
    .values(again=captures.c.again + 1, again_at=bindparam("moment"))
)


def _capture(row: object) -> Capture:
    return Capture(**{name: getattr(row, name) for name in Capture.__slots__})


def _known_moments(connection: Connection, keys: Sequence[str]) -> set[tuple[str, datetime, int]]:
    """Of which address, when and with which status there are records of these addresses."""
    known: set[tuple[str, datetime, int]] = set()
    columns = (captures.c.key, captures.c.at, captures.c.status)
    for batch in parts(keys):
        rows = connection.execute(select(*columns).where(captures.c.key.in_(batch)))
        known.update((row.key, row.at, row.status) for row in rows)
    return known


def _add_pages(connection: Connection, found: Sequence[FoundCapture], now: datetime) -> int:
    """Add the pages that nobody knew; returns how many."""
    named = {}
    for one in found:
        capture = one.capture
        if capture.kind == "page" and capture.source and capture.whole:
            named[capture.key] = (capture.source, DiscoveredPage(capture.key, one.url))
    known = _known_pages(connection, list(named))
    by_source: dict[str, list[DiscoveredPage]] = defaultdict(list)
    for key, (source, page) in named.items():
        if key not in known:
            by_source[source].append(page)
    return sum(_add_skipped(connection, source, by_source[source], now) for source in by_source)


def _known_pages(connection: Connection, keys: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for batch in parts(keys):
        query = select(pages.c.key).where(pages.c.key.in_(batch))
        known.update(connection.execute(query).scalars())
    return known


def _add_skipped(
    connection: Connection, source: str, links: Sequence[DiscoveredPage], now: datetime
) -> int:
    added = keep_found(connection, source, links, now, now)
    values = {"state": "skipped", "reason": ADOPTED}
    for batch in parts(links):
        chosen = pages.c.key.in_([link.key for link in batch])
        connection.execute(update(pages).where(chosen).values(values))
    return added
