"""What an import comes to."""

from collections import Counter
from dataclasses import dataclass, field

from crawler.imports.captured import FoundRecords
from crawler.sources import Source

PAGE_COUNTS = ("new", "changed", "unchanged", "known", "skipped", "failed")
"""What is counted of the pages of a source."""


@dataclass(slots=True)
class ImportCounts:
    """What an import came to: pages by source, answers that became no article by reason, answers of
    hosts without a source by host, files that are broken by what is wrong with them; `lines` of
    lists with an address, and those that are `wrong`, some of them told.
    """

    answers: int = 0
    by_source: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    problems: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    wrong_lines: int = 0
    wrong: list[str] = field(default_factory=list)
    broken: int = 0

    def add(self, found: FoundRecords) -> None:
        """Count what files hold."""
        self.answers += len(found.answers)
        self.reasons.update(found.left_out)
        self.foreign.update(found.foreign)

    def of(self, source: str) -> Counter[str]:
        """The counts of a source, by the names in `PAGE_COUNTS`."""
        return self.by_source.setdefault(source, Counter())

    @property
    def total(self) -> Counter[str]:
        """The counts of all sources together."""
        return sum(self.by_source.values(), Counter())


class ImportProgress:
    """Is told how far an import is. This one tells nobody."""

    def advance(self, size: float) -> None:
        """So many bytes of the files are done."""

    def wait(self, source: Source, holder: str) -> None:
        """The source is being crawled by another process, whose end is waited for."""
