"""What an alert has found becomes notices, each hit in exactly one: at once, or in the digest of
its hour.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from crawler.store import Alert, AlertHit, Store
from search.alerts.schedule import last_due, next_due

MOST = 200
"""Articles of one notice; more make several."""
T = TypeVar("T")


def chunks(items: Sequence[T], size: int = MOST) -> list[Sequence[T]]:
    """The items in runs of at most `size`."""
    return [items[at : at + size] for at in range(0, len(items), size)]


def split(hits: Sequence[AlertHit]) -> list[list[AlertHit]]:
    """Hits for one notice each: at most `MOST` articles, all wordings of an article together."""
    wordings: dict[str, list[AlertHit]] = {}
    for hit in hits:
        wordings.setdefault(hit.article, []).append(hit)
    return [
        [hit for article in some for hit in wordings[article]] for some in chunks(list(wordings))
    ]


def bundle(store: Store, now: datetime) -> int:
    """Make the notices that are due; returns how many."""
    waiting = store.alerts.with_waiting()
    return sum(
        _bundled(store, alert, alert.id in waiting, now)
        for alert in store.alerts.all()
        if alert.kind == "matches" and not alert.paused_at
    )


def _bundled(store: Store, alert: Alert, waiting: bool, now: datetime) -> int:
    due = last_due(alert, now)
    if alert.timing != "at-once" and due is None:
        return 0
    hits = store.alerts.waiting(alert.id, before=due) if waiting else []
    if not hits and due is None:
        return 0
    parts = split(hits)
    # Sent in the order of their ids.
    bundles = [
        (id, some, None) for id, some in zip(sorted(uuid4().hex for _ in parts), parts, strict=True)
    ]
    made = store.notices.make(alert.id, bundles, now, (alert.due_at, next_due(alert, due or now)))
    return len(bundles) if made else 0
