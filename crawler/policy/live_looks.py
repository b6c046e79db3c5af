"""When an article is looked at again: by its age, and a live blog as long as it moves. Pure."""

from datetime import datetime, timedelta

from crawler.policy.decide import next_visit

LIVE = "live"
"""The reason of a page that was a live blog when it was last read."""
LIVE_LOOK = timedelta(minutes=15)
"""How soon a live blog is looked at again that has moved; each time that it has not, it waits twice
as long.
"""
LIVE_LONGEST = timedelta(hours=6)
"""The wait from which a live blog that has stopped is looked at like other articles."""
LIVE_FOR = timedelta(days=7)
"""How long after it was first seen a live blog is one: a page that moves for ever is none."""


def next_article_look(
    now: datetime,
    first_seen: datetime,
    visited_at: datetime | None,
    is_live: bool,
    *,
    moved: bool = False,
) -> datetime | None:
    """When an article is looked at again, None where it is old. `visited_at` is the visit before
    this one; `moved` says whether the article has changed since.
    """
    usual = next_visit(first_seen, now)
    if not is_live or now - first_seen > LIVE_FOR:
        return usual
    wait = LIVE_LOOK
    if not moved and visited_at:
        wait = max(LIVE_LOOK, 2 * (now - visited_at))
    if usual is None or wait >= LIVE_LONGEST:
        return usual
    return min(usual, now + wait)
