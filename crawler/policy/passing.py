"""When a page that was no article is looked at again: soon where what stood in its place may pass
in minutes, after a week where the page itself has said what it is. Pure.
"""

from datetime import datetime, timedelta

from crawler.policy.decide import SECOND_LOOK

PASSING = frozenset(
    (
        "blocked",
        "consent",
        "login",
        "maintenance",
        "unannounced",
        "shared",
        "empty",
        "shell",
        "max redirections reached",
        "sent-on",
    )
)
"""Reasons that say more of the site's moment than of the page."""
_DOUBTFUL = frozenset(("soft-404", "no-article"))
"""Reasons that a page has said itself, which may be a mistake where it had an article."""
_SOONEST = timedelta(hours=1)
_FACTOR = 3
"""Each wait is so many times the one before: 1, 3, 9, 27 and 81 hours."""
_LOOKS = 5


def is_passing(reason: str, *, had_article: bool = False) -> bool:
    """Whether what kept a page from being an article may be gone soon; where it had one, more may
    be.
    """
    return reason in PASSING or (had_article and reason in _DOUBTFUL)


def next_look(reason: str, tries: int, now: datetime, *, had_article: bool = False) -> datetime:
    """When a page that was skipped for this reason is asked for again, after so many tries in a
    row.
    """
    if not is_passing(reason, had_article=had_article) or tries >= _LOOKS:
        return now + SECOND_LOOK
    wait: timedelta = _SOONEST * _FACTOR**tries
    return now + wait
