"""When summaries are made and buckets judged, in the time zone of their alert. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.store import Alert

GRACE = timedelta(minutes=30)
"""How long after its end a bucket is judged: crawls come a little later than the articles, and an
article that is not indexed yet would not be counted.
"""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def next_due(alert: Alert, after: datetime) -> datetime | None:
    """The first moment behind `after` at which the alert makes a summary or judges a bucket; None
    for one at once.

    A daily summary comes once a local day: where the clocks leave its hour out, as much later as
    they jump; where they repeat it, at the first of the two.
    """
    zone = ZoneInfo(alert.tz)
    match alert.timing:
        case "hourly":
            return next_hour(after, zone)
        case "daily":
            return _next_day(after, zone, time.fromisoformat(alert.hour))
        case "hour":
            return next_hour(after - GRACE, zone) + GRACE
        case "day":
            return _next_day(after - GRACE, zone, time.min) + GRACE
    return None


def last_due(alert: Alert, now: datetime) -> datetime | None:
    """The last of an alert's due moments, from its `due_at` on, that lies at or before `now`; None
    where none does.
    """
    last: datetime | None = None
    due = alert.due_at
    while due is not None and due <= now:
        last = due
        due = next_due(alert, due)
    return last


def next_hour(after: datetime, zone: ZoneInfo) -> datetime:
    """The next full hour of the zone's clocks."""
    local = after.astimezone(zone)
    since_full_hour = timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    return (after - since_full_hour + _HOUR).astimezone(UTC)


def bucket_of(alert: Alert, due: datetime) -> tuple[datetime, datetime]:
    """The bucket that a volume alert judges at `due`: its first moment and the first behind it."""
    end = (due - GRACE).astimezone(UTC)
    if alert.timing == "hour":
        return end - _HOUR, end
    zone = ZoneInfo(alert.tz)
    # The day of the last moment: where the clocks leave midnight out, a day ends at 01:00.
    day = (end - timedelta.resolution).astimezone(zone).date()
    return datetime.combine(day, time.min, zone).astimezone(UTC), end


def _next_day(after: datetime, zone: ZoneInfo, at: time) -> datetime:
    day = after.astimezone(zone).date()
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    if moment > after:
        return moment
    return datetime.combine(day + _DAY, at, zone).astimezone(UTC)
