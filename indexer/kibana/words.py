"""Significant terms of a selection, by language: a Vega graphic, since Lens can't ask for them.

Elasticsearch compares how often a word stands in the selection with how often it stands in all
articles of the same language; the texts' own words count, not their stems.
"""

from typing import Any

from indexer.analysis import analyzers
from indexer.kibana.objects import SavedObject, search_source, text
from indexer.kibana.views import DashboardTopic, View

WORDS = 15
"""Shown of each language."""
SAMPLE = 1_000
"""Articles of each language that are read for it."""


def words(about: DashboardTopic) -> SavedObject:
    """The graphic; it follows the dashboard's time, query and controls."""
    state = {
        "aggs": [],
        "params": {"spec": text(_spec(about.view))},
        "title": about.title,
        "type": "vega",
    }
    attributes = {
        "description": "",
        "kibanaSavedObjectMeta": search_source(""),
        "title": about.title,
        "uiStateJSON": "{}",
        "version": 1,
        "visState": text(state),
    }
    return SavedObject("visualization", about.id, attributes)


def question() -> dict[str, Any]:
    """What the graphic asks Elasticsearch, but for the dashboard's own filters."""
    return {
        "size": 0,
        "aggs": {code: _of(code) for code in (*analyzers.LANGUAGES, analyzers.UNKNOWN)},
    }


def _of(language: str) -> dict[str, Any]:
    """Each article has its text below its own language, so this field tells languages apart."""
    here = {"exists": {"field": f"text.{language}"}}
    distinct = {
        "field": "text_exact",
        "source_fields": [f"title.{language}", f"text.{language}"],
        "background_filter": here,
        "filter_duplicate_text": True,
        "min_doc_count": 2,
        "size": WORDS,
    }
    sampled = {"sampler": {"shard_size": SAMPLE}, "aggs": {"words": {"significant_text": distinct}}}
    return {"filter": here, "aggs": {"sample": sampled}}


def _spec(view: View) -> dict[str, Any]:
    paths = [f"{code}.sample.words.buckets" for code in (*analyzers.LANGUAGES, analyzers.UNKNOWN)]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {
            "url": {
                "%context%": True,
                "%timefield%": view.time,
                "body": question(),
                "index": view.index,
            },
            "format": {"property": "aggregations"},
        },
        "transform": [
            {"fold": paths, "as": ["path", "found"]},
            {"flatten": ["found"], "as": ["word"]},
            {"filter": "isValid(datum.word)"},
            {"calculate": "split(datum.path, '.')[0]", "as": "language"},
            {
                "window": [{"op": "row_number", "as": "rank"}],
                "groupby": ["language"],
                "sort": [{"field": "word.score", "order": "descending"}],
            },
        ],
        "mark": {"type": "text", "fontSize": 13},
        "encoding": {
            "x": {
                "field": "language",
                "type": "nominal",
                "title": None,
                "axis": {"orient": "top", "labelAngle": 0},
            },
            "y": {"field": "rank", "type": "ordinal", "axis": None},
            "text": {"field": "word.key", "type": "nominal"},
            "tooltip": [
                {"field": "word.key", "type": "nominal", "title": "Word"},
                {
                    "field": "word.doc_count",
                    "type": "quantitative",
                    "title": "Articles of the selection",
                },
                {"field": "word.bg_count", "type": "quantitative", "title": "Articles at all"},
            ],
        },
    }
