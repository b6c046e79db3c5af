"""What learning a source's recurring lines is worth: text F1 on many pages of one site, without and
with it.

Usage: python benchmarks/extract_learning.py [PAGES] Reads $VEILLE_SHARED/replay/orange (default
../shared); PAGES limits how many of its pages are read, all by default. F1 is the harmonic mean of
mean precision and mean recall of 4-word shingles. Lines are learned from the first half of the
pages alone and removed from both halves, so that the second half shows what a monitor gains on
pages to come.
"""

import collections
import json
import lzma
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from crawler.article import Hints, Page
from crawler.extract import LEAST_ARTICLES, LINES_VERSION, Refused, extract, learned_lines, lines_of
from crawler.store import Store
from crawler.store.articles.boilerplate import keep_lines

ROOT = Path(__file__).resolve().parent.parent
CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)


def pages(folder: Path) -> list[tuple[dict[str, Any], bytes]]:
    """The set's rows with the bytes of their pages."""
    with lzma.open(folder / "pages.jsonl.xz", "rt", encoding="utf-8") as lines:
        bodies = {row["id"]: row["html"].encode() for row in map(json.loads, lines)}
    rows = map(json.loads, (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row, bodies[row["id"]]) for row in rows if row.get("text")]


def text_of(row: dict[str, Any], body: bytes, boilerplate: frozenset[str]) -> str:
    """The extracted text, empty for a page that is refused."""
    try:
        return extract(
            Page(row["url"], body, {}, CAPTURED, hints=Hints(boilerplate=boilerplate))
        ).text
    except Refused:
        return ""


def learned(texts: Iterable[str]) -> frozenset[str]:
    """The lines that a store has learned from these texts, each an article of one source."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/veille.sqlite")
        engine = create_engine(f"sqlite:///{folder}/veille.sqlite")
        with engine.begin() as connection:
            for text in texts:
                keep_lines(connection, "site", LINES_VERSION, lines_of(text), CAPTURED)
        engine.dispose()
        counts = store.lines.common("site", LINES_VERSION, LEAST_ARTICLES)
        store.close()
    return learned_lines(counts.articles, counts.lines)


def f1(rows: Iterable[dict[str, Any]], texts: Iterable[str]) -> float:
    """Text F1 of these extractions."""
    precision, recall = [], []
    for row, text in zip(rows, texts, strict=True):
        lead = row.get("lead") or ""
        want = shingles(row["text"] if lead in row["text"] else f"{lead}\n{row['text']}")
        have = shingles(text)
        both = sum((want & have).values())
        precision.append(both / max(1, sum(have.values())))
        recall.append(both / max(1, sum(want.values())))
    mean_precision, mean_recall = statistics.fmean(precision), statistics.fmean(recall)
    return 2 * mean_precision * mean_recall / max(1e-9, mean_precision + mean_recall)


def shingles(text: str) -> collections.Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return collections.Counter(zip(*(words[start:] for start in range(4)), strict=False))


def main() -> None:
    folder = Path(os.environ.get("VEILLE_SHARED", ROOT.parent / "shared")) / "replay" / "orange"
    found = pages(folder)[: int(sys.argv[1]) if len(sys.argv) > 1 else None]
    rows = [row for row, _ in found]
    half = len(found) // 2
    start = time.process_time()
    plain = [text_of(row, body, frozenset()) for row, body in found]
    spent = time.process_time() - start
    boilerplate = learned(plain[:half])
    taught = [text_of(row, body, boilerplate) for row, body in found]
    print(
        f"{len(found)} pages, {len(found) / spent:.1f} a second of CPU; {len(boilerplate)} lines learned from {half}"
    )
    for name, part in (("all pages", slice(None)), ("pages to come", slice(half, None))):
        print(
            f"{name:14} text F1  without {f1(rows[part], plain[part]):.4f}  with {f1(rows[part], taught[part]):.4f}"
        )


if __name__ == "__main__":
    main()
