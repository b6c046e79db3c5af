"""Where in the archive each visit's answer stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, text, update

from crawler.store.tables import captures
from crawler.store.transactions import Database

_CHUNK = 400
"""Pages whose answers are read at a time: SQLite before 3.32 takes 999 parameters."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer: of which address (`key`), when, with which status (200 or 304), and where its
    record is; one that is not `whole` says that the body was that of the whole one before.
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

    def of_page(self, key: str) -> list[Capture]:
        """The answers with status 200 of the page with this key, oldest first."""
        query = select(captures).where(
            captures.c.key == key,
            captures.c.kind == "page",
            captures.c.status == 200,
            ~captures.c.forgotten,
        )
        with self._reads.connect() as connection:
            return [_capture(row) for row in connection.execute(query.order_by(captures.c.id))]

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
                answers = answers.order_by(captures.c.id)
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
    .order_by(captures.c.id.desc())
    .limit(1)
)


def _capture(row: object) -> Capture:
    return Capture(**{name: getattr(row, name) for name in Capture.__slots__})
