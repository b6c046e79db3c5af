"""Sources that are visited again and again with nothing new: how much do store and archive grow?

    python -m benchmarks.growth [--sources 300] [--visits 50] [--minutes 15]

Each source has a feed with 20 links and is crawled every so many minutes. Half of the feeds answer
"not modified", half give the same body again. Visits and captures take the way of a crawl (the
recorder of captures, the ledger), on a real store in SQLite and a real archive; only fetching is
replaced. Prints, as JSON, the bytes of store and archive after the first visit, how much they had
grown at the end (a store that is given its free pages back first), and the growth of each visit.
Takes about two minutes.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine

from crawler.archive import Archive
from crawler.archive.recorder import CaptureRecorder
from crawler.article import Page
from crawler.policy.pace import Pace, VisitResult, pace_after
from crawler.sources import Source
from crawler.store import DiscoveredPage, EntryPoint, Store, Visit

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
LINKS = 20


def main() -> None:
    """Visit and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sources", type=int, default=300)
    options.add_argument("--visits", type=int, default=50)
    options.add_argument("--minutes", type=float, default=15)
    chosen = options.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        sizes = _watch(folder, chosen.sources, chosen.visits, timedelta(minutes=chosen.minutes))
    first, last = sizes
    grown = {name: last[name] - first[name] for name in first}
    visits = chosen.sources * (chosen.visits - 1)
    each = round(sum(grown.values()) / visits, 1)
    figures = {"first": first, "grown": grown, "bytes_a_visit": each}
    sys.stdout.write(json.dumps(figures) + "\n")


def _watch(
    folder: Path, sources: int, visits: int, pause: timedelta
) -> tuple[dict[str, int], dict[str, int]]:
    """Visit all sources so often; the sizes after the first time and after the last."""
    store = Store(f"sqlite:///{folder}/veille.sqlite")
    recorder = CaptureRecorder(Archive(folder / "archive"), store)
    sizes = []
    for number in range(visits):
        for source in range(sources):
            crawl = partial(_crawl, store, recorder, source, START + number * pause)
            crawl(not_modified=number > 0 and source % 2 == 0)
        if number in {0, visits - 1}:
            sizes.append(_sizes(folder))
    recorder.close()
    store.close()
    return sizes[0], sizes[-1]


def _crawl(
    store: Store, recorder: CaptureRecorder, number: int, at: datetime, *, not_modified: bool
) -> None:
    source, url = f"s{number}", f"https://h{number}.example/feed.xml"
    key = f"h{number}.example/feed.xml"
    crawl = store.ledger.start(source, at)
    if not_modified:
        recorder.note(recorder.unchanged(key, at))
    else:
        items = "".join(
            f"<item><link>https://h{number}.example/{n}</link></item>" for n in range(LINKS)
        )
        page = Page(url, f"<rss>{items}</rss>".encode(), {"Content-Type": "text/xml"}, at)
        recorder.note(recorder.write(page, key, source, "feed"))
    links = [
        DiscoveredPage(f"h{number}.example/{n}", f"https://h{number}.example/{n}")
        for n in range(0 if not_modified else LINKS)
    ]
    outcome = "same" if not_modified else "read"
    visit = Visit(crawl, source, EntryPoint(url, "feed"), at, outcome, len(links), 2000, 0.2)
    store.ledger.record_visit(visit, links, pace_after=_pace_of(source, at))
    store.ledger.finish(crawl, at, "finished", {"fetched": 1, "listings": 1})


def _pace_of(name: str, at: datetime) -> Callable[[Pace | None, int, int], Pace]:
    source = Source(id=name, name=name, home=f"https://{name}.example/")

    def after(before: Pace | None, new: int, again: int) -> Pace:
        return pace_after(source, before, VisitResult(at, True, LINKS, new, again))

    return after


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of the store without its free pages, and of the archive."""
    engine = create_engine(f"sqlite:///{folder}/veille.sqlite", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    engine.dispose()
    archive = sum(file.stat().st_size for file in (folder / "archive").iterdir())
    return {"store": pages * size, "archive": archive}


if __name__ == "__main__":
    main()
