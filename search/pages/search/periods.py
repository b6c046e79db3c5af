"""Periods that are chosen with one click: the last days, and the month before this one, in the
view's time zone.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from search.pages.links import Links

PRESETS = (("today", 0), ("week", 6), ("month", 29), ("year", 364))
"""The text of a preset, and how many days before today it begins."""


def presets(links: Links, now: datetime, tz: str) -> list[tuple[str, str, bool]]:
    """For each preset its text's key, its view, and whether that is the one shown."""
    today = now.astimezone(ZoneInfo(tz)).date()
    chosen = (links.value("from"), links.value("to"))
    periods = []
    for key, days in PRESETS:
        first = (today - timedelta(days=days)).isoformat()
        periods.append((f"preset_{key}", links.between(first, None), chosen == (first, "")))
    last_month = (today.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    periods.append(
        (
            "preset_last_month",
            links.between(last_month, last_month),
            chosen == (last_month, last_month),
        )
    )
    periods.append(("preset_all", links.between(None, None), chosen == ("", "")))
    return periods
