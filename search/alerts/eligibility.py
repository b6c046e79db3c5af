"""Which of the revisions that became searchable an alert tells of. Pure."""

from collections.abc import Collection, Iterable

from crawler.store import FirstIndexed


def select_news(
    rows: Iterable[FirstIndexed],
    matched: Collection[str],
    sent: Collection[str],
    begins: int,
    *,
    on_change: bool,
) -> list[FirstIndexed]:
    """Those of the `rows`, in order, that are news to an alert which began behind the row `begins`.

    An article is news once, when it is first searchable and matches, or when an edit makes it
    match; a silent one never is. `matched` are the ids of articles that match, `sent` those that
    were news before. With `on_change`, each further revision is news as well, of silent articles
    and of those from before the alert too.
    """
    news: list[FirstIndexed] = []
    no_news = set(sent)
    for row in rows:
        if row.article not in matched:
            continue
        is_edited = on_change and row.follows is not None
        is_after_begin = (row.follows or row.seq) > begins
        is_first = not row.silent and is_after_begin and row.article not in no_news
        if is_edited or is_first:
            news.append(row)
            no_news.add(row.article)
    return news
