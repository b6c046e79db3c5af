"""Which of the wordings that became searchable an alert tells of. Pure."""

from collections.abc import Collection, Iterable

from crawler.store import FirstIndexed


def news(
    rows: Iterable[FirstIndexed],
    matched: Collection[str],
    told: Collection[str],
    begins: int,
    *,
    on_change: bool,
) -> list[FirstIndexed]:
    """Those of the `rows`, in order, that are news to an alert which began behind the row `begins`.

    An article is news once, when it is first searchable and matches, or when an edit makes it
    match; a silent one never is. `told` are the articles that were. With `on_change`, each further
    wording is news as well, of silent articles and of those from before the alert too.
    """
    found: list[FirstIndexed] = []
    known = set(told)
    for row in rows:
        if row.article not in matched:
            continue
        edited = on_change and row.follows is not None
        fresh = not row.silent and (row.follows or row.seq) > begins and row.article not in known
        if edited or fresh:
            found.append(row)
            known.add(row.article)
    return found
