"""Topics, places and agencies against a hundred captured pages that were labelled by reading them
(data/labels.jsonl).

A label says what the page itself shows: the top-level topics of its section, address, tags and
subject; the countries that it is about and names, by a town or an institution too; the agencies
that byline, dateline or closing line credit.
"""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from crawler.article import Article, Page
from crawler.enrich.places import place_label
from crawler.enrich.tables import table
from crawler.extract import extract
from tests.support.clock import moment

LABELS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "labels.jsonl").read_text("utf-8").splitlines()
]
CAPTURED = moment(20, 0)

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def articles(shared: Path) -> dict[str, Article]:
    folder = shared / "replay" / "pages"
    labelled = {label["id"] for label in LABELS}
    pages = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    return {page["id"]: extract(_page(folder, page)) for page in pages if page["id"] in labelled}


def _page(folder: Path, page: Mapping[str, Any]) -> Page:
    return Page(page["url"], gzip.decompress((folder / page["html"]).read_bytes()), {}, CAPTURED)


def _found(article: Article, field: str) -> set[str]:
    values = getattr(article, field)
    return {value["name"] for value in values} if field == "agencies" else set(values)


@pytest.mark.parametrize(
    ("field", "precision", "recall"),
    [("topics", 0.90, 0.80), ("places", 0.90, 0.80), ("agencies", 0.95, 0.95)],
)
def test_precision_and_recall(
    articles: dict[str, Article], field: str, precision: float, recall: float
) -> None:
    right = wrong = missed = 0
    misses = []
    for label in LABELS:
        found, wanted = _found(articles[label["id"]], field), set(label[field])
        right, wrong, missed = (
            right + len(found & wanted),
            wrong + len(found - wanted),
            missed + len(wanted - found),
        )
        if found != wanted:
            misses.append(
                f"{label['id']}: extra {sorted(found - wanted)}, missing {sorted(wanted - found)}"
            )
    figures = f"{field}: precision {right / max(1, right + wrong):.3f}, recall {right / max(1, right + missed):.3f}"
    assert right >= precision * (right + wrong), "\n".join([figures, *misses])
    assert right >= recall * (right + missed), "\n".join([figures, *misses])


def test_the_labels_are_of_known_topics_and_countries() -> None:
    assert len({label["id"] for label in LABELS}) == 100
    assert all(topic in table("topics") for label in LABELS for topic in label["topics"])
    assert all(place_label(place, "en") != place for label in LABELS for place in label["places"])
