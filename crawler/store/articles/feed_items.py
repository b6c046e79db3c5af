"""Items that a feed lists again under another address: their guid, title and date tell."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from crawler.store.articles.discovered import DiscoveredPage
from crawler.store.dialect import parts
from crawler.store.tables import pages


def as_known(
    connection: Connection, source: str, links: Sequence[DiscoveredPage]
) -> list[DiscoveredPage]:
    """The links, each that is an item which is known under another address as that known page: a
    feed may give its links a new mark at each visit.

    Without title and date a guid is not believed: it may be the same on all items.
    """
    by_guid = {link.guid: link for link in links if link.guid and link.hints.published}
    known: dict[str, str] = {}
    for batch in parts(list(by_guid)):
        query = select(pages.c.key, pages.c.guid, pages.c.hints).where(
            pages.c.source == source,
            pages.c.guid.in_(batch),
            pages.c.state.in_(("found", "article")),
        )
        for row in connection.execute(query.order_by(pages.c.found_at)):
            if _is_same_item(by_guid[row.guid], row.hints or {}):
                known.setdefault(row.guid, row.key)
    return [_named(link, known) for link in links]


def _named(link: DiscoveredPage, known: dict[str, str]) -> DiscoveredPage:
    key = known.get(link.guid or "")
    return replace(link, key=key) if key else link


def _is_same_item(link: DiscoveredPage, hints: dict[str, Any]) -> bool:
    published = link.hints.published
    assert published
    same_date = hints.get("published") == published.isoformat()
    return same_date and hints.get("title") == link.hints.title
