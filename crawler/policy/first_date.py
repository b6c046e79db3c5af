"""The date of an article over its visits: the first that was claimed, never after the first
visit. Pure.
"""

import dataclasses
from datetime import UTC, datetime, timedelta

from crawler.article import Article

_FINENESS = ("year", "month", "week", "day", "hour", "minute", "second")
"""Precisions of a date, the coarsest first."""

RENDERED = timedelta(minutes=5)
"""A date so close to the visit may be the time at which the page was rendered."""


def within(article: Article, first_seen: datetime) -> Article:
    """The article with a date that is not after `first_seen`, when it was there to be read.

    A time after it comes from a clock or a zone that is wrong: of it the day is kept.
    """
    value = article.published
    if value is None:
        return article
    earliest = article.published_earliest or value
    latest = article.published_latest or value
    if latest <= first_seen:
        return article
    precision = article.published_precision
    if earliest > first_seen:
        earliest = value = _start_of_day(value, first_seen)
        precision = "day"
    return dataclasses.replace(
        article,
        published=min(value, first_seen),
        published_precision=precision,
        published_earliest=earliest,
        published_latest=first_seen,
    )


def _start_of_day(value: datetime, first_seen: datetime) -> datetime:
    """The start of the printed day, or in UTC of the day of the visit where that is not past."""
    printed = value.replace(hour=0, minute=0, second=0, microsecond=0)
    if printed <= first_seen:
        return printed
    visited = first_seen.astimezone(UTC)
    return visited.replace(hour=0, minute=0, second=0, microsecond=0)


def keep_date(article: Article, before: Article, now: datetime) -> Article:
    """An article that was read again at `now`, with the date that it had `before`.

    A relative date ("3 days ago") moves with every visit: the earlier claim stays unless a finer
    one of the same time, or an earlier one, appears. A later date is that of an update.
    """
    first_seen = before.first_seen or now
    article = _as_update(article, before, first_seen, now)
    if article.published is None:
        return _with_date_of(article, before)
    article = within(article, first_seen)
    if before.published is None or _is_earlier(article, before):
        return article
    if not _is_later(article, before) and _fineness(article) > _fineness(before):
        return article
    return _with_date_of(article, before)


def _as_update(article: Article, before: Article, first_seen: datetime, now: datetime) -> Article:
    """The article without a publication that is later than what is known of it: such a date may
    be that of an update, `modified`.
    """
    value = article.published
    if value is None:
        return article
    earliest = article.published_earliest or value
    if earliest <= first_seen and not _is_later(article, before):
        return article
    modified = article.modified or before.modified
    if _tells_update(article, before, now) and (modified is None or modified < value):
        modified = value
    return dataclasses.replace(
        article,
        modified=modified,
        published=None,
        published_precision=None,
        published_origin=None,
        published_earliest=None,
        published_latest=None,
    )


def _tells_update(article: Article, before: Article, now: datetime) -> bool:
    """Whether a later date is that of an update: neither the time of rendering, nor a relative
    date that was rounded otherwise, nor the time of day of the day that is known.
    """
    value = article.published
    if value is None or value > now - RENDERED:
        return False
    if before.published is None:
        return True
    if before.published_precision == "day" and value.date() == before.published.date():
        return False
    earliest = article.published_earliest or value
    latest = article.published_latest or value
    latest_before = before.published_latest or before.published
    return earliest - latest_before > latest - earliest


def _with_date_of(article: Article, before: Article) -> Article:
    return dataclasses.replace(
        article,
        published=before.published,
        published_precision=before.published_precision,
        published_origin=before.published_origin,
        published_earliest=before.published_earliest,
        published_latest=before.published_latest,
    )


def _fineness(article: Article) -> int:
    if article.published_precision is None:
        return -1
    return _FINENESS.index(article.published_precision)


def _is_later(article: Article, before: Article) -> bool:
    """Whether all that the article's date can mean lies after all that it meant before."""
    earliest = article.published_earliest or article.published
    latest_before = before.published_latest or before.published
    return bool(earliest and latest_before and earliest > latest_before)


def _is_earlier(article: Article, before: Article) -> bool:
    return _is_later(before, article)
