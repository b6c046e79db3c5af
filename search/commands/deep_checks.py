"""What `veille doctor --deep` looks at besides: all that store, archive and index hold."""

from collections.abc import Iterator
from typing import Literal

from crawler.archive import Archive, ArchiveError, RecordLocation, digest
from crawler.archive.opening import archive_of
from crawler.store import Capture
from indexer.backend import Backend, IndexUnavailable
from indexer.query import Search
from search.commands.checks import DoctorContext, Problem
from search.commands.console import index_of

_MOST_NAMED = 5
"""Things of one kind that are named; all are counted."""


def deep_problems(context: DoctorContext) -> Iterator[Problem]:
    """What is wrong with the rows, records and documents; reads all of them."""
    yield from store_is_sound(context)
    yield from articles_are_whole(context)
    yield from archive_is_whole(context)
    yield from index_agrees(context)


def store_is_sound(context: DoctorContext) -> Iterator[Problem]:
    for fault in context.store.faults():
        advice = "what can be read is read; `veille restore` brings a backup back"
        yield Problem(f"The store is damaged: {fault}: {advice}.")


def articles_are_whole(context: DoctorContext) -> Iterator[Problem]:
    damaged = [name for name, _ in context.store.pages.damaged()]
    if damaged:
        advice = "`veille reextract` makes them anew from the archive, else a backup has them"
        yield Problem(f"{_counted(damaged, 'articles')} can't be read in the store: {advice}.")


def archive_is_whole(context: DoctorContext) -> Iterator[Problem]:
    archive = archive_of(context.config)
    unread = []
    missing = []
    held: dict[str, bool] = {}
    for capture in context.store.captures.each():
        if capture.file not in held:
            held[capture.file] = archive.files.size(capture.file) is not None
        if not held[capture.file]:
            missing.append(capture.file)
        elif not _is_whole(archive, capture):
            unread.append(f"{capture.file} at byte {capture.offset}")
    if unread:
        told = f"{_counted(unread, 'captures')} of the archive can't be read"
        yield Problem(f"{told}: their articles stay; a backup may have the files.")
    if missing:
        files = list(dict.fromkeys(missing))
        told = f"{len(missing)} captures stand in files that are not here"
        where = "a backup has them, or another machine that crawls for this store"
        kind: Literal["problem", "note"] = "problem" if context.store.one_writer else "note"
        yield Problem(f"{told} ({_counted(files, 'files')}): {where}.", kind)


def index_agrees(context: DoctorContext) -> Iterator[Problem]:
    if context.indexed is None or context.store.outbox.waiting():
        return  # what differs may just be on its way
    try:
        with index_of(context.config) as backend:
            indexed = _ids(backend)
    except IndexUnavailable as error:
        yield Problem(str(error))
        return
    held = set(context.store.pages.shown())
    dead = {row["article"] for row in context.store.outbox.dead(len(held) + 1)}
    missing = sorted(held - indexed - dead)
    if missing:
        told = f"{_counted(missing, 'articles')} are not in the index"
        yield Problem(f"{told}: run `veille reindex`.")
    more = sorted(indexed - held)
    if more:
        told = f"{_counted(more, 'articles')} of the index are not in the store"
        yield Problem(f"{told}: run `veille reindex`.")


def _ids(backend: Backend) -> set[str]:
    return {str(document["id"]) for document in backend.scan(Search())}


def _is_whole(archive: Archive, capture: Capture) -> bool:
    place = RecordLocation(capture.file, capture.offset, capture.length)
    try:
        page = archive.read(place)
    except ArchiveError:
        return False
    return not capture.whole or digest(page.body) == capture.digest


def _counted(names: list[str], what: str) -> str:
    """How many there are, and the first of them."""
    first = ", ".join(names[:_MOST_NAMED])
    more = " …" if len(names) > _MOST_NAMED else ""
    return f"{len(names)} {what} ({first}{more})"
