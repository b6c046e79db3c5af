"""Which of the revisions that became searchable have another headline than the one before."""

from collections.abc import Collection, Sequence

from crawler.store import FirstIndexed, Store


def changed_headlines(
    store: Store, rows: Sequence[FirstIndexed], matched: Collection[str]
) -> list[FirstIndexed]:
    """Those of the `rows`, in order, whose article matches and whose headline changed; `matched`
    are the ids of articles that match.

    An article's age does not count: the headline is what is new.
    """
    edited = [row for row in rows if row.follows is not None and row.article in matched]
    if not edited:
        return []
    changes = store.headlines.changes({row.seq: row.article for row in edited})
    return [row for row in edited if row.seq in changes]
