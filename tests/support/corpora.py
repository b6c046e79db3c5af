"""News texts of the reference data as articles; they stay in memory."""

import json
import lzma
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

FILES = {
    "antcorpus-ar": "ar",
    "masakhanews-fr": "fr",
    "orangesum-fr": "fr",
    "newsclusters-en": "en",
    "reuters21578-en": "en",
}
"""Name of the corpus → its language."""


def articles(shared: Path, name: str, limit: int, step: int = 1) -> list[dict[str, Any]]:
    """The first articles of a corpus, or every `step`th, as Article JSON."""
    return [
        _article(line, FILES[name]) for line in islice(_lines(shared, name), 0, limit * step, step)
    ]


def _lines(shared: Path, name: str) -> Iterator[dict[str, Any]]:
    with lzma.open(shared / "corpora" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _article(line: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "id": line["id"],
        "url": line["url"] or f"https://corpus.example/{line['id']}",
        "source": line["source"],
        "language": language,
        "title": line["title"] or "",
        "text": line["text"] or "",
        "section": line["section"],
        "topics": line["topics"] or [],
        "authors": line["authors"] or [],
        "published": line["published"],
        "published_precision": "second" if line["published"] else None,
    }
