"""Whether a source's pages give articles at all, and its entry points list any. Pure.

A source that is read without trouble may still bring nothing: pages that only scripts fill, a
demand for consent in the place of each article, a section whose list is empty.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from crawler.coverage import EntryPointState
from crawler.health.drift import has_risen
from crawler.health.entry_points import Entry
from crawler.health.findings import Advice, Code, Finding, Level
from crawler.health.tally import HourlyCounts

NEWEST = 12
"""The newest pages that are looked at, and those of the same hours."""
FRUITLESS = 5
"""So many pages must have brought no article,"""
MOSTLY = 0.6
"""or, where some did, this share of all, for one reason."""
DOUBLED = 0.3
"""Share of the newest articles whose text stands at other addresses from which it is told."""
SAME_TITLE = 0.75
"""The same for a title: some papers have a column that has the same one every day. Where it is
every fourth article, half of twelve are its by chance once in twenty times.
"""
LAST = 6
"""So many of the newest pages, and those of the same hours, are enough where that is rare among"""
LEAST_BEFORE = 20
"""the articles before, of which there must be so many,"""
BY_CHANCE = 1e-5
"""and hardly possible by chance."""
_LISTS = "no-article"
"""The reason of lists and other pages that a home page names beside its articles: such a source
has many of them, and is well as long as it has articles.
"""
EMPTY_FOR = {"section": timedelta(hours=12), "home": timedelta(hours=12), "feed": timedelta(days=2)}
"""How long an entry point that used to list something may be empty, by its kind;"""
EMPTY_LONG = timedelta(days=7)
"""any other: a news sitemap holds the last two days alone."""


def find_fruitless(tallies: Sequence[HourlyCounts]) -> list[Finding]:
    """A source whose newest pages brought no article, or hardly any for one and the same reason."""
    newest = _newest(tallies)
    refusals = _refusals(newest)
    if not refusals:
        return []
    articles = _total(newest, "articles")
    pages = articles + refusals.total()
    reason, count = refusals.most_common(1)[0]
    figures: dict[str, float | str] = {"pages": pages, "refused": count, "outcome": reason}
    since = _since(newest, "refusals")
    advice: Advice = "render" if reason == "shell" else "fruitless"
    if articles == 0 and pages >= FRUITLESS:
        return [Finding("fruitless", "bad", since, ("fruitless",), advice, figures)]
    if reason != _LISTS and count > FRUITLESS and count >= MOSTLY * pages:
        codes: tuple[Code, ...] = ("mostly_fruitless",)
        return [Finding("fruitless", "warning", since, codes, advice, figures)]
    return []


def find_doubled(tallies: Sequence[HourlyCounts]) -> list[Finding]:
    """A source whose newest articles have the text or the title of others, at other addresses."""
    return _repeated(tallies, "doubled", DOUBLED) or _repeated(tallies, "same_title", SAME_TITLE)


def _repeated(
    tallies: Sequence[HourlyCounts], code: Literal["doubled", "same_title"], usual: float
) -> list[Finding]:
    newest = _newest(tallies)
    if _total(newest, code) < usual * _total(newest, "articles"):
        newest = _newest(tallies, LAST)
        before = tallies[: len(tallies) - len(newest)]
        if not _is_sudden(before, newest, code):
            return []
    articles = _total(newest, "articles")
    repeated = _total(newest, code)
    if repeated < FRUITLESS:
        return []
    figures: dict[str, float | str] = {"articles": articles, code: repeated}
    return [Finding("doubled", "warning", _since(newest, code), (code,), "doubled", figures)]


def _is_sudden(before: Sequence[HourlyCounts], newest: Sequence[HourlyCounts], code: str) -> bool:
    """Whether far more of the newest articles are counted under this name than of those before."""
    known = _total(before, "articles")
    if known < LEAST_BEFORE:
        return False
    articles = _total(newest, "articles")
    return has_risen(_total(before, code), known, _total(newest, code), articles, BY_CHANCE)


def find_empty(entries: Sequence[Entry]) -> list[Finding]:
    """Entry points that are read and list nothing; bad where none of the source lists anything."""
    empty = [entry for entry in entries if _is_empty(entry.point)]
    if not empty:
        return []
    first = empty[0]
    figures: dict[str, float | str] = {
        "url": first.url,
        "kind": first.point.kind,
        "entry_points": len(empty),
    }
    level: Level = "bad" if len(empty) == len(entries) else "warning"
    since = first.point.empty_since or first.point.visited_at
    return [Finding("empty", level, since, ("lists_nothing",), "empty", figures)]


def _refusals(tallies: Sequence[HourlyCounts]) -> Counter[str]:
    refusals: Counter[str] = Counter()
    for tally in tallies:
        refusals.update(tally.refusals)
    return refusals


def _total(tallies: Sequence[HourlyCounts], name: str) -> int:
    return sum(getattr(tally, name) for tally in tallies)


def _since(tallies: Sequence[HourlyCounts], name: str) -> datetime:
    """The first hour in which something was counted under this name."""
    return next(tally.hour for tally in tallies if getattr(tally, name))


def _newest(tallies: Sequence[HourlyCounts], least: int = NEWEST) -> list[HourlyCounts]:
    """The hours of the newest pages, in order: at least so many pages, where there are."""
    chosen: list[HourlyCounts] = []
    pages = 0
    for tally in reversed(tallies):
        if pages >= least:
            break
        pages += tally.articles + sum(tally.refusals.values())
        chosen.append(tally)
    return chosen[::-1]


def _is_empty(point: EntryPointState) -> bool:
    """Whether an entry point lists nothing at its second visit, or no more for long."""
    if point.empty_since is None or point.visited_at <= point.empty_since:
        return False
    if point.empty_since == point.first_at:
        return True
    return point.visited_at - point.empty_since >= EMPTY_FOR.get(point.kind, EMPTY_LONG)
