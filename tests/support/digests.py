"""At which moments digests are due, by a calendar of its own, and whether those that were made kept
to it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.store import Alert, Notice, Store


def calendar(alert: Alert, begin: datetime, span: timedelta) -> list[datetime]:
    """All moments at which a digest is due, from two days before `begin` to two days after the
    `span`, in order; hours are those of a zone that is whole hours from UTC.
    """
    first, zone = begin.date() - timedelta(days=2), ZoneInfo(alert.tz)
    days = [first + timedelta(days=number) for number in range(span.days + 5)]
    if alert.timing == "daily":
        return [
            datetime.combine(day, time.fromisoformat(alert.hour), zone).astimezone(UTC)
            for day in days
        ]
    midnight = datetime.combine(first, time(), UTC)
    return [midnight + timedelta(hours=number) for number in range(24 * len(days))]


def punctual(
    store: Store, alert: Alert, sent: Sequence[Notice], moments: Sequence[datetime], step: timedelta
) -> str:
    """How many digests there are, how many came beside another of the same moment, and how many
    articles were told before, or a `step` after, the first of the `moments` behind their becoming
    searchable.
    """
    made, early, late = Counter[datetime](), 0, 0
    for notice in sent:
        made[moments[bisect_right(moments, notice.created_at) - 1]] += 1
        for hit in store.alerts.hits_of_notice(notice.id):
            waited = notice.created_at - moments[bisect_right(moments, hit.at)]
            early += waited < timedelta()
            late += waited >= step
    beside = len(sent) - len(made)
    hours = sorted(
        {f"{one.astimezone(ZoneInfo(alert.tz)):%H:%M %Z}" for one in made}
        if alert.timing == "daily"
        else ()
    )
    counts = f"{len(sent)} digests, {beside} beside another, articles {early} early, {late} late"
    return f"{counts} {', '.join(hours)}".rstrip()
