"""What a year will need on the disk at the present pace. A door module."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.store import Store

_LOOKED_BACK = timedelta(days=30)
_LEAST = timedelta(days=2)
"""After a shorter time a year can't be told: the first crawls bring what the sites list anyway."""
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class YearlyGrowth:
    """Bytes by which store and archive grow in a year."""

    store: int
    archive: int


def yearly_growth(store: Store, now: datetime) -> YearlyGrowth | None:
    """What a year needs at the pace of the last 30 days; None where it can't be told yet.

    The store grows with its articles: each is taken to need as many bytes as those that it holds.
    """
    first_at = store.growth.first_seen()
    if first_at is None or now - first_at < _LEAST:
        return None
    since = max(now - _LOOKED_BACK, first_at)
    times = _YEAR / (now - since)
    held = store.growth.articles_since(first_at)
    recent = store.growth.articles_since(since)
    of_store = store.growth.store_bytes() * recent / held
    of_archive = store.capture_ages.bytes_since(since)
    return YearlyGrowth(int(of_store * times), int(of_archive * times))
