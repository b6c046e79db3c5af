"""What an alert on findings told of the sites: each ailment once when it begins and once when it
ends, and nothing of a site that is well.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from benchmarks.world.site import DAY, HOUR, Site
from benchmarks.world.verdict import Faults

RUNS = (HOUR / 4, HOUR, 5 * HOUR)
"""How long after each visit alerts run: the second time a finding has lasted, the third time one
that is over has stayed away.
"""
TOLD_WITHIN = DAY + 9 * HOUR
"""How long after its begin an ailment must be told: the day within which the doctor must name it,
and a visit more.
"""
ENDED_WITHIN = 5 * DAY
"""How long after its end an ailment must be told as ended: some are judged by the pages of days."""


def orders(url: str) -> list[list[str]]:
    """The commands that add an alert on all sites, which posts to a URL."""
    name = "All sites"
    add = ["alert", "add", name, "webhook", url, "--kind", "findings"]
    return [["saved", "add", name], add]


class Told:
    """The events that arrived, by site and problem, in order: state and moment."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._events: dict[str, dict[str, list[tuple[str, datetime]]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def hear(self, body: Mapping[str, Any]) -> None:
        """A webhook that arrived."""
        for state in ("opened", "closed"):
            for row in body["findings"][state]:
                at = datetime.fromisoformat(row["at"])
                self._events[row["source"]][row["problem"]].append((state, at))
                self.counts[state] += 1

    def judge(self, site: Site, last: datetime, faults: Faults) -> None:
        """Note what was told wrongly of a site, or not at all, up to the last visit."""
        problems = self._events.get(site.id, {})
        for problem, events in problems.items():
            states = [state for state, _ in events]
            for state in ("opened", "closed"):
                if states.count(state) > 1:
                    faults.add(f"{state} twice", site, f"{problem}: {_shown(events)}")
            is_early = events[0][1] < site.since
            if is_early or not site.problems:
                faults.add("told of the well", site, f"{problem}: {_shown(events)}")
        if site.problems and site.since <= last - TOLD_WITHIN:
            self._judge_ailing(site, last, faults)

    def _judge_ailing(self, site: Site, last: datetime, faults: Faults) -> None:
        right = {
            problem: events
            for problem, events in self._events.get(site.id, {}).items()
            if problem in site.problems
        }
        if not right:
            faults.add("untold", site, f"since {site.since:%d %H:%M}")
        if site.until is None or site.until > last - ENDED_WITHIN:
            return
        for problem, events in right.items():
            if events[-1][0] != "closed":
                faults.add("never closed", site, f"{problem}: {_shown(events)}")


def _shown(events: Iterable[tuple[str, datetime]]) -> str:
    return ", ".join(f"{state} {at:%d %H:%M}" for state, at in events)
