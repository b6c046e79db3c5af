"""What grows is bounded: once a day what has had its time is removed, by one of all processes. A
door module.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from crawler.archive import BucketAway
from crawler.archive.aging import ArchiveLimits, shrink
from crawler.archive.opening import archive_of
from crawler.config import Config
from crawler.runtime import CrawlContext
from crawler.runtime.ages import ages_of
from crawler.store import Store

log = logging.getLogger(__name__)

CLEANING = "cleaning"
"""The lease of who cleans: it is held for a day, so that one process does it once."""
DAY = timedelta(days=1)
LOOK_SECONDS = 600.0


def clean(
    store: Store, config: Config, now: datetime, going: Callable[[], bool] = lambda: True
) -> Counter[str]:
    """Remove what is older than the settings let it be, in many short transactions, as long as it
    is to go on; returns how much of each kind. Raises `BucketAway` where the archive's bucket does
    not answer.
    """
    ages = ages_of(config)
    counts: Counter[str] = Counter()
    for source in _sources(store):
        if not going():
            return counts
        counts.update(store.cleaning.clean_source(source, ages, now))
    while going() and (removed := store.cleaning.clean_notices(ages, now)):
        counts["notices"] += removed
    counts["leases"] = store.cleaning.clean_ended(now)
    if config.archive and going():
        limits = ArchiveLimits(config.archive_age, config.archive_bytes)
        counts["captures"] = shrink(store, archive_of(config), limits, now)
    return counts


async def clean_daily(context: CrawlContext, stop: asyncio.Event) -> None:
    """Clean once a day, unless another process does, until told to stop."""
    next_at = context.now()
    while not stop.is_set():
        if context.now() >= next_at:
            try:
                next_at = await _clean_once(context, stop)
            except (DBAPIError, BucketAway, OSError) as error:
                log.warning("What is old is removed later: %s", error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


async def _clean_once(context: CrawlContext, stop: asyncio.Event) -> datetime:
    """Clean where it is this process' turn; returns when to look again."""
    now = context.now()
    if await context.async_store.leases.claim([CLEANING], context.owner, now, DAY):
        return now
    counts = await asyncio.to_thread(
        clean, context.store, context.config, now, lambda: not stop.is_set()
    )
    removed = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()) if count)
    if removed:
        log.info("What was old is removed: %s", removed)
    return now + DAY


def _sources(store: Store) -> Iterator[str]:
    source = store.cleaning.next_source("")
    while source is not None:
        yield source
        source = store.cleaning.next_source(source)
