"""What is known of the pages that an entry point lists, and which of them are looked at again since
it tells of a change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from crawler.policy.told_changes import (
    ToldChange,
    ToldPage,
    are_all_anew,
    has_other_words,
    worth_a_look,
)
from crawler.store.articles.discovered import DiscoveredPage, hints_row
from crawler.store.dialect import parts
from crawler.store.tables import pages

_KNOWN = [
    pages.c[name]
    for name in (
        "key",
        "state",
        "article",
        "found_at",
        "visited_at",
        "next_visit",
        "told_at",
        "mark",
        "told",
        "told_true",
    )
]


@dataclass(slots=True)
class KnownLinks:
    """How many of the links were known at a moment (`again`), how many are known to hold no article
    and say nothing (`useless`), and what is told of the others beside what is known of them.
    Another address of an article leads to that article. `newest` is when the newest of those known
    was found.
    """

    again: int = 0
    useless: int = 0
    newest: datetime | None = None
    listed: list[tuple[ToldChange, ToldPage]] = field(default_factory=list)


def known_links(
    connection: Connection, links: Sequence[DiscoveredPage], moment: datetime, now: datetime
) -> KnownLinks:
    """What is known of these links, and was at a moment.

    What was found after `now` was found before the clock went back.
    """
    by_key = {link.key: link for link in links}
    known = KnownLinks()
    for batch in parts(list(by_key)):
        for row in connection.execute(select(*_KNOWN).where(pages.c.key.in_(batch))):
            if row.state == "skipped" and row.article is None:
                known.useless += 1
            elif row.found_at <= moment or row.found_at > now:
                known.again += 1
                known.newest = max(row.found_at, known.newest or row.found_at)
            link = by_key[row.key]
            if _may_be_told_of(link, row):
                change = ToldChange(link.key, link.modified, link.mark)
                known.listed.append((change, _told_page(row)))
    return known


def look_again(
    connection: Connection,
    links: Sequence[DiscoveredPage],
    known: KnownLinks,
    read_at: datetime,
    now: datetime,
) -> None:
    """Make due what an entry point tells a change of, and remember the words that it has for
    pages.
    """
    by_key = {link.key: link for link in links}
    pages_by_key = {change.key: page for change, page in known.listed}
    changes = worth_a_look(known.listed, read_at, now)
    due = [_due_row(change, pages_by_key[change.key], now) for change in changes]
    if due:
        connection.execute(_LOOK_AGAIN, due)
    said = [by_key[change.key] for change in changes if by_key[change.key].hints.title]
    if said:
        rows = [{"page": link.key, "said": hints_row(link.hints)} for link in said]
        connection.execute(_SAID, rows)
    marks = _marks_to_keep(known)
    if marks:
        connection.execute(_MARKED, marks)


def _may_be_told_of(link: DiscoveredPage, row: Any) -> bool:
    if row.visited_at is None or not (link.modified or link.mark):
        return False
    if row.state == "article":
        return True
    return row.state in ("skipped", "gone") and row.next_visit is not None


def _told_page(row: Any) -> ToldPage:
    return ToldPage(
        row.found_at,
        row.visited_at,
        row.next_visit,
        row.told_at,
        row.mark,
        row.told,
        row.told_true,
    )


def _due_row(change: ToldChange, page: ToldPage, now: datetime) -> dict[str, Any]:
    told_at = change.modified or page.told_at
    words = change.mark or page.mark
    return {"page": change.key, "due": now, "told_date": told_at, "words": words}


def _marks_to_keep(known: KnownLinks) -> list[dict[str, Any]]:
    """The marks of pages that had none, and those of a feed that has other words for all."""
    other = [change for change, page in known.listed if has_other_words(change, page)]
    kept = [change for change, page in known.listed if change.mark and page.mark is None]
    if are_all_anew(len(other), len(known.listed)):
        kept += other
    return [{"page": change.key, "words": change.mark} for change in kept]


_THIS = update(pages).where(pages.c.key == bindparam("page"))
_LOOK_AGAIN = _THIS.values(
    next_visit=bindparam("due"),
    told=pages.c.told + 1,
    told_at=bindparam("told_date"),
    mark=bindparam("words"),
)
_SAID = _THIS.values(hints=bindparam("said"))
_MARKED = _THIS.values(mark=bindparam("words"))
