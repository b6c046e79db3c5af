"""Whether extracting again changes nothing by the same rules, and by another rule exactly what it
should.

Archives the captured pages of the reference data (250 of many publishers and as many of one site as
make up 1,000), each visited once and every fourth a second time a day later, and extracts them
again: as they are, after a rule has changed (a selector that removes all but the first paragraph on
the one site), and after that was written. Prints pages, changes by field, on how many pages the
selector finds something, and seconds.

    VEILLE_SHARED=../shared python benchmarks/reextract.py [--pages 1000]
"""

import argparse
import asyncio
import gzip
import json
import lzma
import os
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lxml.cssselect import CSSSelector
from lxml.html import document_fromstring

from crawler.archive import Archive
from crawler.archive.reextract import Reextraction, write
from crawler.article import Page
from crawler.process.pool import ReadingPool
from crawler.sources import SelectorTable, Source
from crawler.store import Store
from crawler.urls import site, site_host
from tests.support.archived import opened, visit
from tests.support.clock import moment

SITE = "orange"
RULE = ".article-corps-text p + p"


def captured(shared: Path, most: int) -> Iterator[tuple[str, Page]]:
    """Pages with the id of their source."""
    folder = shared / "replay" / "pages"
    count = 0
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        host = site(site_host(row["url"]))
        count += 1
        yield (
            re.sub(r"[^a-z0-9]+", "-", host)[:60].strip("-"),
            _page(row["url"], gzip.decompress((folder / row["html"]).read_bytes())),
        )
    one = shared / "replay" / "orange"
    urls = {
        row["id"]: row["url"]
        for row in map(json.loads, (one / "truth.jsonl").open(encoding="utf-8"))
    }
    with lzma.open(one / "pages.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(most - count), strict=False):
            row = json.loads(line)
            yield SITE, _page(urls[row["id"]], row["html"].encode())


def _page(url: str, body: bytes) -> Page:
    return Page(url, body, {"Content-Type": "text/html; charset=utf-8"}, moment(10))


def fill(store: Store, archive: Archive, shared: Path, most: int) -> dict[str, Source]:
    """Visit every page once, and every fourth again a day later."""
    by_source: dict[str, list[Page]] = defaultdict(list)
    for name, page in captured(shared, most):
        by_source[name].append(page)
    sources = {}
    for name, pages in by_source.items():
        sources[name] = Source(id=name, name=name, home=f"https://{site_host(pages[0].url)}/")
    for name, pages in by_source.items():
        again = [
            replace(page, fetched_at=page.fetched_at + timedelta(days=1)) for page in pages[::4]
        ]
        visit(store, archive, sources[name], [*pages, *again])
    return sources


async def again(
    store: Store, archive: Archive, sources: dict[str, Source], dry: bool
) -> tuple[Counter[str], set[str]]:
    """Counts of changes by field, and the articles that were changed."""
    pool, counts, changed = ReadingPool(os.cpu_count() or 1), Counter[str](), set[str]()
    try:
        async for one in Reextraction(store, archive, pool, sources).pages([]):
            counts["pages"] += 1
            counts["learned"] += one.learned
            counts["lost"] += one.lost is not None
            counts["refused"] += bool(one.refused and one.before)
            counts.update(f"field {name}" for name in one.changed)
            changed |= {one.url} if one.changed else set()
            if not dry:
                write(store, one, moment(20))
    finally:
        pool.close()
    return counts, changed


def with_the_rule(shared: Path, most: int) -> set[str]:
    """The pages of the one site on which the selector finds words."""
    found = CSSSelector(RULE)
    pages = (page for name, page in captured(shared, most) if name == SITE)
    trees = ((page.url, document_fromstring(page.body.decode())) for page in pages)
    return {
        url for url, tree in trees if any(element.text_content().strip() for element in found(tree))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=1000)
    asked = parser.parse_args()
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared"))
    with tempfile.TemporaryDirectory() as folder:
        store, archive = opened(Path(folder))
        sources = fill(store, archive, shared, asked.pages)
        size = sum(path.stat().st_size for path in (Path(folder) / "archive").iterdir())
        print(
            f"{asked.pages} pages, {store.pages.documents()} articles, archive of {size / 1e6:.1f} MB"
        )
        begun = time.monotonic()
        counts, changed = asyncio.run(again(store, archive, sources, dry=True))
        print(
            f"same rules: {len(changed)} articles changed; {dict(counts)}; {time.monotonic() - begun:.1f} s"
        )
        rule = SelectorTable(remove=(RULE,))
        other = {**sources, SITE: sources[SITE].model_copy(update={"selectors": rule})}
        counts, changed = asyncio.run(again(store, archive, other, dry=True))
        expected = with_the_rule(shared, asked.pages)
        wrong = len(changed - expected)
        print(
            f"with {RULE!r} removed: {len(changed)} changed, {wrong} wrongly; it finds something on {len(expected)}"
        )
        print(f"  {dict(counts)}")
        asyncio.run(again(store, archive, other, dry=False))
        counts, changed = asyncio.run(again(store, archive, other, dry=True))
        print(f"after writing: {len(changed)} changed; {dict(counts)}")
        store.close()


if __name__ == "__main__":
    main()
