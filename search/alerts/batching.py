"""Batching: what an alert has found becomes notices, each hit in exactly one: at once, or in the
summary of its hour or day.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from crawler.store import Alert, AlertHit, NoticeDraft, Store
from search.alerts.schedule import last_due, next_due

MOST = 200
"""Articles of one notice; more make several. Bounds the size of a mail and of a webhook."""
T = TypeVar("T")


def chunks(items: Sequence[T], size: int = MOST) -> list[Sequence[T]]:
    """The items in runs of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def split_hits(hits: Sequence[AlertHit]) -> list[list[AlertHit]]:
    """Hits for one notice each: at most `MOST` articles, all revisions of an article together."""
    hits_of: dict[str, list[AlertHit]] = {}
    for hit in hits:
        hits_of.setdefault(hit.article, []).append(hit)
    batches = []
    for articles in chunks(list(hits_of)):
        batch: list[AlertHit] = []
        for article in articles:
            batch += hits_of[article]
        batches.append(batch)
    return batches


def make_due_notices(store: Store, now: datetime) -> int:
    """Make the notices that are due; returns how many."""
    with_hits = store.alerts.ids_with_waiting_hits()
    count = 0
    for alert in store.alerts.all():
        if alert.tells_articles and not alert.paused_at:
            count += _make_notices(store, alert, alert.id in with_hits, now)
    return count


def _make_notices(store: Store, alert: Alert, has_hits: bool, now: datetime) -> int:
    due = last_due(alert, now)
    if alert.timing != "at-once" and due is None:
        return 0
    hits = store.alerts.waiting_hits(alert.id, before=due) if has_hits else []
    if not hits and due is None:
        return 0
    batches = split_hits(hits)
    # Notices of one moment are sent in the order of their ids: sorted, so that hits keep theirs.
    notice_ids = sorted(uuid4().hex for _ in batches)
    drafts = []
    for notice_id, batch in zip(notice_ids, batches, strict=True):
        drafts.append(NoticeDraft(notice_id, batch))
    next_due_at = next_due(alert, due or now)
    is_made = store.notices.make(alert.id, drafts, now, (alert.due_at, next_due_at))
    return len(drafts) if is_made else 0
