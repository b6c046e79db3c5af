"""Pages as they stand in the archive, with what is known of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.archive import Archive, ArchiveError, RecordLocation
from crawler.article import Hints, Page
from crawler.sources import Source
from crawler.store import Capture, Store, StoredPage
from crawler.urls import canonical_key


@dataclass(frozen=True, slots=True)
class ArchivedPages:
    """The pages of an archive. Methods block."""

    archive: Archive
    store: Store

    def body(self, capture: Capture) -> Page:
        """The answer with this record; raises `ArchiveError`."""
        return self.archive.read(RecordLocation(capture.file, capture.offset, capture.length))

    async def part(self, page: Page, source: Source | None, url: str) -> Page | None:
        """A further page of the article that `page` begins, as it was when that was fetched; None
        where it is not archived.
        """
        key = source.key(url) if source else canonical_key(url)
        chosen = part_of_visit(self.store.captures.of_page(key), page.fetched_at)
        if chosen is None:
            return None
        try:
            part = self.body(chosen)
        except ArchiveError:
            return None
        return replace(part, fetched_at=page.fetched_at, section=page.section, hints=page.hints)


def part_of_visit(captures: Sequence[Capture], visited_at: datetime) -> Capture | None:
    """The answer that holds a further page as it was at a visit: of those given after the first
    page the first, else the last; None where none holds a body. Pure.
    """
    chosen: Capture | None = None
    for capture, body in with_bodies(captures):
        chosen = body or chosen
        if (capture.again_at or capture.at) >= visited_at:
            break
    return chosen


def with_bodies(
    captures: Sequence[Capture],
) -> Iterator[tuple[Capture, Capture | None]]:
    """Each answer of an address with the one that holds its body: the last one before it with the
    same digest, else the first such one; None where none is there. Pure.
    """
    bodies: dict[str, Capture] = {}
    for capture in captures:
        if capture.whole:
            bodies.setdefault(capture.digest, capture)
    for capture in captures:
        if capture.whole:
            bodies[capture.digest] = capture
        yield capture, bodies.get(capture.digest)


def with_hints(
    page: Page,
    capture: Capture,
    held: StoredPage,
    source: Source | None,
    boilerplate: frozenset[str],
) -> Page:
    """An archived page with what its entry point, its source and its site's articles say of it."""
    hints: Hints = replace(held.target.hints, boilerplate=boilerplate)
    if source:
        hints = replace(
            hints,
            language=source.language,
            country=source.country,
            hosts=source.same,
            selectors=source.chosen,
        )
    return replace(page, fetched_at=capture.at, section=held.target.section, hints=hints)
