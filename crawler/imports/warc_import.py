"""Importing WARC files: each captured answer of a monitored source goes through the line of a
crawl, as if it had been fetched when it was captured. Nothing is asked for.

What is known is passed over, so that an import that was interrupted goes on where it was, and one
that is made again adds nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.imports.captured import AT_A_TIME, FileEnd, FoundRecords, look_through
from crawler.imports.counts import ImportCounts, ImportProgress
from crawler.imports.owners import Owners
from crawler.runtime import CrawlContext


@dataclass(slots=True)
class WarcImport:
    """One import of WARC files, on the event loop; `stop` ends it after what is being read."""

    context: CrawlContext
    owners: Owners
    stop: asyncio.Event
    progress: ImportProgress = field(default_factory=ImportProgress)
    counts: ImportCounts = field(default_factory=ImportCounts)
    at_a_time: int = AT_A_TIME

    async def run(self, paths: Sequence[Path]) -> None:
        """Import these files. One that is broken is read up to there, and told in the counts."""
        parts = look_through(paths, self.owners, self.context.now(), self.at_a_time)
        while not self.stop.is_set():
            part = await asyncio.to_thread(next, parts, None)
            match part:
                case FoundRecords():
                    await self._take(part)
                case FileEnd(path, str(problem)):
                    self.counts.problems[str(path)] = problem
                case None:
                    return

    async def _take(self, found: FoundRecords) -> None:
        from crawler.imports.source_import import SourceCaptures, SourceImport

        self.counts.add(found)
        if not found.answers:
            self.progress.advance(found.size)
            return
        share = found.size / len(found.answers)
        for source, answers in found.by_source():
            if self.stop.is_set():
                return
            captures = SourceCaptures.of(answers, found.site_files.values())
            counts = self.counts.of(source.id)
            one = SourceImport(self.context, source, captures, counts, self.counts.reasons)
            await one.run(self.stop, self.progress, share)
