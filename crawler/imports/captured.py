"""Answers that others have captured, as an import goes through them: by source, in the order of
their dates.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from crawler.archive.records import RecordHeader, WarcError, moment_of, record_headers
from crawler.imports.owners import Owners
from crawler.sources import Source
from crawler.urls import absolute, site_host

AT_A_TIME = 20_000
"""Answers that are put in order at a time: a file may hold millions."""
_MOST_HOSTS = 10_000
"""Hosts without a source that are counted one by one."""
_OTHER_HOSTS = "other hosts"
_EARLIEST = datetime.fromisoformat("1991-08-06T00:00:00+00:00")
"""When the first site went public: nothing was captured before."""
SITE_FILES = ("/robots.txt", "/.well-known/tdmrep.json")
"""Files in which a site says what its pages may be used for."""


@dataclass(frozen=True, slots=True)
class CapturedAnswer:
    """A response record of a source: where it is, and when it was captured (UTC)."""

    path: Path
    offset: int
    url: str
    key: str
    at: datetime
    source: Source


@dataclass(slots=True)
class FoundRecords:
    """What files hold: the answers of sources, and counts of all else."""

    answers: list[CapturedAnswer] = field(default_factory=list)
    site_files: dict[tuple[str, str], CapturedAnswer] = field(default_factory=dict)
    """The newest of each site, by host and path."""
    size: int = 0
    """Bytes of the records."""
    left_out: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    """Answers of hosts that belong to no source, by host."""

    def by_source(self) -> Iterator[tuple[Source, Sequence[CapturedAnswer]]]:
        """The answers of each source, the oldest first."""
        self.answers.sort(key=lambda answer: (answer.source.id, answer.at))
        for _, answers in groupby(self.answers, key=lambda answer: answer.source.id):
            in_order = list(answers)
            yield in_order[0].source, in_order

    def add(self, path: Path, header: RecordHeader, owners: Owners, now: datetime) -> None:
        """Put a record where it belongs."""
        self.size += header.end - header.offset
        if header.kind != "response":
            return
        at = _date(header.date, now)
        url = absolute(header.url, header.url)
        reason = _unfit(header, at, url)
        if reason or at is None or url is None:
            self.left_out[reason] += 1
            return
        source = owners.owner(url)
        if source is None:
            self._count_foreign(url)
            return
        answer = CapturedAnswer(path, header.offset, url, source.key(url), at, source)
        if urlsplit(url).path in SITE_FILES:
            self._add_site_file(answer)
        else:
            self.answers.append(answer)

    def _add_site_file(self, answer: CapturedAnswer) -> None:
        place = (site_host(answer.url), urlsplit(answer.url).path)
        before = self.site_files.get(place)
        if before is None or before.at <= answer.at:
            self.site_files[place] = answer

    def _count_foreign(self, url: str) -> None:
        host = site_host(url)
        if host not in self.foreign and len(self.foreign) >= _MOST_HOSTS:
            host = _OTHER_HOSTS
        self.foreign[host] += 1


@dataclass(frozen=True, slots=True)
class FileEnd:
    """A file that was read to its end, or to where it is broken: then `problem` says how."""

    path: Path
    problem: str | None = None


def look_through(
    paths: Iterable[Path], owners: Owners, now: datetime, most: int = AT_A_TIME
) -> Iterator[FoundRecords | FileEnd]:
    """What files hold, as many answers at a time as are put in order, and the end of each file.
    Blocks.
    """
    found = FoundRecords()
    for path in paths:
        for part in _parts_of(path):
            if isinstance(part, FileEnd):
                yield part
                continue
            found.add(path, part, owners, now)
            if len(found.answers) + len(found.site_files) >= most:
                yield found
                found = FoundRecords()
    yield found


def _parts_of(path: Path) -> Iterator[RecordHeader | FileEnd]:
    """The headers of a file's records, and its end."""
    problem: str | None = None
    try:
        yield from record_headers(path)
    except WarcError as error:
        problem = str(error)
    except OSError as error:
        problem = f"can't be read: {error.strerror}"
    yield FileEnd(path, problem)


def _date(date: str, now: datetime) -> datetime | None:
    """When an answer was captured; None for no date, and for one that can't be true."""
    try:
        at = moment_of(date)
        return at if _EARLIEST <= at <= now else None
    except (ValueError, OverflowError):
        return None


def _unfit(header: RecordHeader, at: datetime | None, url: str | None) -> str:
    """Why a response record can't be imported, as a short stable word; empty where it can."""
    if url is None:
        return "address"
    if at is None:
        return "date"
    return "cut-off" if header.cut else ""
