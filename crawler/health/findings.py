"""What can be wrong with a source, how bad it is, and what to do about it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Problem = Literal["blocked", "errors", "moved", "robots", "silent", "drift", "gaps", "slow", "late"]
Level = Literal["bad", "warning"]

ORDER: tuple[Problem, ...] = ("blocked", "errors", "moved", "robots", "silent", "drift", "late", "gaps", "slow")
"""From worst to mildest, among findings of one level."""

ADVICE: Mapping[Problem, str] = {
    "blocked": (
        "Look at the page in a browser; set VEILLE_CONTACT so that the site knows whom to write to, raise `every`, and "
        "ask its owner to let Veille in."
    ),
    "errors": (
        "Open the address in a browser: if it works there, run `veille crawl {source} -v` and read the log; else wait, "
        "or mend the address in the sources file."
    ),
    "moved": "Put the new address into the sources file; {hint}",
    "robots": "The site does not want its entry point fetched: name another one, or ask its owner.",
    "silent": "Look at the site: if it goes on publishing, its entry points list nothing new any more, so name others.",
    "drift": (
        "Its layout has probably changed: compare a page with `veille extract PAGE --url URL --explain`, and give the "
        "source selectors where extraction needs help."
    ),
    "late": "Run `veille schedule` and `veille work` (or `veille up`), and look whether more workers are needed.",
    "gaps": "Lower its `every`, or add a feed or sitemap that lists more.",
    "slow": "Nothing is lost yet; raise `every` if it stays so.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: since when (aware), in a sentence, with the figures behind it, and what to do."""

    problem: Problem
    level: Level
    since: datetime
    sentence: str
    advice: str
    figures: Mapping[str, float | str]

    @property
    def rank(self) -> tuple[bool, int, datetime]:
        """Worst first: bad before warnings, then by problem, then the longest."""
        return (self.level != "bad", ORDER.index(self.problem), self.since)


def advice(problem: Problem, source: str, hint: str = "") -> str:
    """What to do about a problem of a source."""
    return ADVICE[problem].format(source=source, hint=hint or "`veille source check` shows whether that one is read.")
