"""What came of the days: what a monitor holds and says, beside what the sites published."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.world.site import DAY, HOUR, Site, Story

READ_WITHIN = 33 * HOUR
"""How long after its publication a story must be held: a day, the longest that a monitor that fits
its visits to a rare publisher waits, and a visit more.
"""
SEEN_GONE_WITHIN = 3 * DAY
CORRECTED_WITHIN = 30 * HOUR
NAMED_WITHIN = DAY
_EXAMPLES = 3
_LONGEST = 240


@dataclass
class Faults:
    """What is wrong, by what is wrong and the kind of site; some `examples` of each."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, fault: str, site: Site, example: str) -> None:
        """Count one more."""
        self.counts[fault][site.kind] += 1
        shown = self.examples[fault, site.kind]
        if len(shown) < _EXAMPLES:
            shown.append(f"{site.id}: {example[:_LONGEST]}")


@dataclass
class Holdings:
    """What is held of one site: the rows of `veille export`, by the story that each tells."""

    site: Site
    by_story: dict[int, list[dict[str, Any]]]
    strange: list[dict[str, Any]]


def holdings(site: Site, rows: Iterable[dict[str, Any]]) -> Holdings:
    """Which story of its source each row tells: the one that most of its lines are of."""
    number_of = {
        _squeezed(line): story.number for story in site.stories for line in site.lines_of(story)
    }
    by_story: dict[int, list[dict[str, Any]]] = defaultdict(list)
    strange = []
    for row in rows:
        numbers = Counter(number_of.get(line) for line in _lines(row))
        del numbers[None]
        if numbers:
            by_story[int(numbers.most_common(1)[0][0] or 0)].append(row)
        else:
            strange.append(row)
    return Holdings(site, by_story, strange)


def judge_holdings(held: Holdings, first: datetime, last: datetime, faults: Faults) -> int:
    """Note what is missed, doubled, rubbish, cut, foreign, stale or wrongly (not) gone at the last
    visit; `first` is when the first one was. Returns how many stories must be held.
    """
    site = held.site
    for row in held.strange:
        if not row.get("gone"):
            faults.add("rubbish", site, f"{row['url']} {row['title']!r} {row['text'][:60]!r}")
    listed = site.listed(first)
    begin = min((story.at for story in listed), default=first)
    due = 0
    for story in site.stories:
        rows = held.by_story.get(story.number, [])
        is_due = begin <= story.at <= last - READ_WITHIN and site.must_hold(story, last)
        if story.gone_at is None and is_due:
            due += 1
            if not rows:
                faults.add("missed", site, f"{story.number} {story.at:%d %H:%M} {story.title!r}")
        _judge_rows(site, story, rows, last, faults)
    return due


def _judge_rows(
    site: Site, story: Story, rows: Sequence[dict[str, Any]], last: datetime, faults: Faults
) -> None:
    alive = [row for row in rows if not row.get("gone")]
    told_apart = [row for row in alive if not row.get("copy_of")]
    if len(told_apart) > 1:
        faults.add("doubled", site, " and ".join(row["url"] for row in told_apart))
    if alive and story.gone_at and story.gone_at <= last - SEEN_GONE_WITHIN:
        faults.add("not gone", site, f"{alive[0]['url']} since {story.gone_at:%d %H:%M}")
    if rows and not alive and story.gone_at is None and site.sort != "ailing":
        faults.add("wrongly gone", site, rows[0]["url"])
    for row in alive:
        _judge_text(site, story, row, last, faults)


def _judge_text(
    site: Site, story: Story, row: dict[str, Any], last: datetime, faults: Faults
) -> None:
    lines = set(_lines(row))
    known = {_squeezed(line) for line in site.lines_of(story)}
    foreign = sorted(lines - known - {_squeezed(story.title)})
    if foreign:
        faults.add("foreign", site, f"{row['url']} {foreign[0][:80]!r}")
    lost = [line for line in story.lines if _squeezed(line) not in lines]
    if lost and not (lines & known) - {_squeezed(line) for line in story.lines}:
        faults.add("cut", site, f"{row['url']} {lost[0][:60]!r}")
    corrected_at = story.corrected_at
    is_due = corrected_at is not None and corrected_at <= last - CORRECTED_WITHIN
    if is_due and _squeezed(story.correction) not in lines and not site.ails(last):
        faults.add("stale", site, f"{row['url']} corrected {corrected_at:%d %H:%M}")


@dataclass
class Naming:
    """What the doctor said of the sites: when each problem of each was first named."""

    named: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))

    def hear(self, report: Mapping[str, Any], now: datetime) -> None:
        """A report of `veille doctor --json`."""
        for source in report["sources"]:
            for finding in source["findings"]:
                self.named[source["id"]].setdefault(finding["problem"], now)

    def judge(self, site: Site, last: datetime, faults: Faults) -> str:
        """Note an ailing site that was not named rightly within a day, and one that is well and was
        accused. Returns `named`, `late`, `unnamed`, `accused` or `well`.
        """
        heard = self.named.get(site.id, {})
        before = {name: at for name, at in heard.items() if at < site.since or not site.problems}
        if before:
            said = ", ".join(
                f"{name} on day {(at - site.start).days + 1}" for name, at in before.items()
            )
            faults.add("accused", site, said)
            if not site.problems:
                return "accused"
        if not site.problems or site.since > last - NAMED_WITHIN:
            return "well"
        right = [at for name, at in heard.items() if name in site.problems and at >= site.since]
        if right and min(right) <= site.since + NAMED_WITHIN:
            return "named"
        since = f"since day {(site.since - site.start) / DAY:.1f}"
        if right:
            faults.add("late", site, f"{since}: after {(min(right) - site.since) / HOUR:.0f} h")
            return "late"
        faults.add("unnamed", site, f"{since}: {', '.join(sorted(heard)) or 'well'}")
        return "unnamed"


def _lines(row: Mapping[str, Any]) -> list[str]:
    return [_squeezed(line) for line in str(row["text"]).split("\n") if line.strip()]


def _squeezed(text: str) -> str:
    """The letters and digits of a line."""
    return re.sub(r"\W+", "", text)
