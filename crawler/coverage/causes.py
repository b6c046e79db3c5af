"""Why a visit brought nothing: from its outcome to a reason that people understand."""

from typing import Literal

Reason = Literal[
    "down",
    "blocked",
    "robots",
    "moved",
    "unreadable",
    "forbidden",
    "paused",
    "idle",
    "gap",
    "empty",
    "not-added",
    "backfilled",
    "pending",
]

REASONS: dict[Reason, str] = {
    "down": "the site did not answer, or answered with an error of its own",
    "blocked": "the site refused Veille: a check for robots, a login, status 401, 403, 429 or 451",
    "robots": "robots.txt forbids it",
    "moved": "the entry point is gone (404, 410) or leads in circles",
    "unreadable": "the answer was not what it should be: no feed, no sitemap, a page without links",
    "forbidden": "the address is private and not allowed",
    "paused": "watching was paused by hand",
    "idle": "Veille was not running, or did not come to it",
    "gap": "more may have been published between two visits than the entry point lists",
    "empty": "the entry point answered and listed nothing",
    "not-added": "the source was not watched yet",
    "backfilled": "nobody watched then; its articles were fetched or imported afterwards",
    "pending": "the next visit will tell",
}
"""What each reason means; the order is that of sentences which name several."""

_REFUSED = {"401", "402", "403", "407", "429", "451"}
_GONE = {"404", "410"}
_OWN: dict[str, Reason] = {
    "robots": "robots",
    "robots unreachable": "down",
    "blocked": "blocked",
    "consent": "blocked",
    "login": "blocked",
    "address": "forbidden",
    "max redirections reached": "moved",
    "no room on the disk": "idle",
}
_ANSWERED = frozenset(
    {
        "unreadable",
        "empty",
        "shell",
        "not-text",
        "not-html",
        "too-long",
        "too-deep",
        "too-complex",
        "too-slow",
        "too-large",
    }
)


def cause(outcome: str) -> Reason | None:
    """The reason behind the outcome of a visit; None where the entry point was read, or had not
    changed.
    """
    if outcome in {"read", "same"}:
        return None
    if outcome.startswith("http "):
        return _cause_of_status(outcome.removeprefix("http "))
    if outcome in _ANSWERED:
        return "unreadable"
    return _OWN.get(outcome, "down")


def _cause_of_status(status: str) -> Reason:
    if status in _REFUSED:
        return "blocked"
    if status in _GONE:
        return "moved"
    if status.startswith("5"):
        return "down"
    return "unreadable"
