"""When an article was published, as far as its dates can be believed."""

from datetime import UTC, datetime, timedelta

from crawler.article import Article

GRACE = timedelta(minutes=5)
"""How far a publisher's clock may be ahead of ours."""
OLDEST = timedelta(days=45)
"""A printed date further back is that of something else, such as the event."""
_EXACT = ("second", "minute", "hour")


def moment(article: Article) -> float:
    """When we first saw an article, in Unix seconds; 0 where nobody says."""
    return _aware(article.first_seen).timestamp() if article.first_seen else 0.0


def effective(article: Article) -> float:
    """The time by which publishers are put in order, in Unix seconds.

    The printed time where it is exact to the hour and fits to when the article was first seen; for
    a printed day, the moment within it that is nearest to that; else when it was first seen.
    """
    if article.first_seen is None:
        return 0.0
    seen = _aware(article.first_seen)
    claimed = _claimed(article, seen)
    if claimed is None or claimed > seen + GRACE or claimed < seen - OLDEST:
        return seen.timestamp()
    return claimed.timestamp()


def _claimed(article: Article, seen: datetime) -> datetime | None:
    if article.published is None:
        return None
    published = _aware(article.published)
    if article.published_precision in _EXACT:
        return published
    if article.published_precision != "day":
        return None
    if article.published_earliest is None or article.published_latest is None:
        midnight = published.replace(hour=0, minute=0, second=0, microsecond=0)
        return min(max(seen, midnight), midnight + timedelta(hours=23, minutes=59, seconds=59))
    return min(max(seen, _aware(article.published_earliest)), _aware(article.published_latest))


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)
