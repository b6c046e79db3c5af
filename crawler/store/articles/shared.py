"""Articles of one source that have their text, or their title, in common."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select, update

from crawler.article import Article
from crawler.policy.shared import marks_of, text_mark
from crawler.store.articles.discovered import TARGET, PageRequest, target_of
from crawler.store.articles.revisions import mark_gone
from crawler.store.statistics.tallies import add, add_refusal
from crawler.store.tables import articles, pages
from crawler.store.transactions import Database

_MOST = 50
"""Addresses with one text that are looked at."""


class SharedTexts:
    """Texts that stand at several addresses. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def elsewhere(self, article: Article, key: str) -> list[PageRequest]:
        """The other pages of the article's source that have its very text, also those that were
        withdrawn for it; `key` is the page of the article.
        """
        with self._reads.connect() as connection:
            return pages_with_text(connection, article, key)

    def take_back(self, keys: Sequence[str], now: datetime, again_at: datetime) -> None:
        """Take the articles of these pages from the index: their text proved to be none of theirs.
        The pages are asked for again.
        """
        values = {
            "state": "skipped",
            "reason": "shared",
            "next_visit": again_at,
        }
        with self._writes.begin() as connection:
            for key in sorted(keys):
                known = pages.c.reason.is_not_distinct_from("shared")
                skipped = update(pages).where(pages.c.key == key, ~known).values(values)
                source = connection.execute(skipped.returning(pages.c.source)).scalar_one_or_none()
                if source is not None:
                    mark_gone(connection, key, now, withdrawn=True)
                    add_refusal(connection, source, now, "shared")


def pages_with_text(connection: Connection, article: Article, key: str) -> list[PageRequest]:
    """The other pages of the article's source that have its very text; see
    `SharedTexts.elsewhere`.
    """
    mark = text_mark(article.text)
    if mark is None:
        return []
    wanted = {"whose": article.source, "mark": mark, "here": key}
    return [target_of(row) for row in connection.execute(_ELSEWHERE, wanted)]


def count_shared(connection: Connection, article: Article, at: datetime) -> None:
    """Count a new article whose text another one of the source has, or its title over another
    text; within the transaction that keeps it.
    """
    wanted = {"whose": article.source, "one": article.id, **marks_of(article)}
    shared = connection.execute(_SHARED, wanted).one()
    if shared.text:
        add(connection, str(article.source), at, doubled=1)
    elif shared.title:
        add(connection, str(article.source), at, same_title=1)


def _others_have(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether another article of the source has this mark; none has the mark None."""
    return exists().where(
        articles.c.source == bindparam("whose"),
        column == bindparam(column.key),
        articles.c.id != bindparam("one"),
        ~articles.c.withdrawn,
    )


_SHARED = select(
    _others_have(articles.c.text_mark).label("text"),
    _others_have(articles.c.title_mark).label("title"),
)

_ELSEWHERE = (
    select(*TARGET)
    .join(articles, articles.c.page == pages.c.key)
    .where(
        articles.c.source == bindparam("whose"),
        articles.c.text_mark == bindparam("mark"),
        articles.c.page != bindparam("here"),
    )
    .limit(_MOST)
)
