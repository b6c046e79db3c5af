"""Data views: which index, which field is the time, what fields are called and how their values are
shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale

from crawler.enrich import country_names
from indexer.fields import kibana_labels
from indexer.kibana.objects import SavedObject, text

ARTICLE_LABELS: Mapping[str, str] = {
    **kibana_labels(),
    "calendar": "Published, days as days",
}
CRAWL_LABELS: Mapping[str, str] = {
    "id": "Id",
    "kind": "Crawl or visit",
    "crawl": "Crawl",
    "source": "Source",
    "at": "At",
    "started_at": "Started",
    "outcome": "Outcome",
    "succeeded": "Went well",
    "seconds": "Seconds",
    "entry_point": "Entry point",
    "entry_kind": "Kind of entry point",
    "items": "Links named",
    "new": "New",
    "bytes": "Size",
    "requests": "Requests",
    "fetched": "Pages fetched",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "skipped": "Skipped",
    "failed": "Failed",
    "searchable_at": "Searchable since",
    "lag_minutes": "Lag (minutes)",
    "longest_lag_minutes": "Longest lag (minutes)",
    "lag_articles": "Articles with a lag",
    "news_at": "New articles at",
    "read_at": "Read at",
}


@dataclass(frozen=True, slots=True)
class View:
    """A data view: its id and name, the index behind it, and its field of time."""

    id: str
    name: str
    index: str
    time: str
    labels: Mapping[str, str]
    formats: Mapping[str, Any]

    def saved(self) -> SavedObject:
        """The view as Kibana keeps it."""
        labels = {field: {"customLabel": label} for field, label in self.labels.items()}
        return SavedObject(
            "index-pattern",
            self.id,
            {
                "allowHidden": False,
                "fieldAttrs": text(labels),
                "fieldFormatMap": text(dict(self.formats)),
                "fields": "[]",
                "name": self.name,
                "runtimeFieldMap": "{}",
                "sourceFilters": "[]",
                "timeFieldName": self.time,
                "title": self.index,
                "typeMeta": "{}",
            },
        )


@dataclass(frozen=True, slots=True)
class DashboardTopic:
    """What a chart, a search or a dashboard is about: its id and title, a view, and which documents
    (Kibana's query language; all where it is empty).
    """

    id: str
    title: str
    view: View
    where: str = ""


@dataclass(frozen=True, slots=True)
class Views:
    """The data views of the pack. The time of `published` is `calendar`, in which a day is that day
    in every zone; articles without a date are in no span of it: `seen` has them all.
    """

    published: View
    seen: View
    crawls: View


def views(articles: str, crawls: str, page: str) -> Views:
    """The data views over these aliases; articles open below `page`, Veille's own address."""
    article_formats = {
        "id": _link(f"{page.rstrip('/')}/article/{{{{value}}}}", "Open in Veille"),
        "url": _link("{{rawValue}}", "{{value}}"),
        "language": _lookup(_language_names()),
        "places": _lookup(country_names("en")),
        "country": _lookup(country_names("en")),
    }
    crawl_formats = {
        "entry_point": _link("{{rawValue}}", "{{value}}"),
        "bytes": {"id": "bytes", "params": {}},
    }
    published = View(
        "veille-articles",
        "Veille: articles",
        articles,
        "calendar",
        ARTICLE_LABELS,
        article_formats,
    )
    seen = View(
        "veille-articles-seen",
        "Veille: articles by first seen",
        articles,
        "first_seen",
        ARTICLE_LABELS,
        article_formats,
    )
    return Views(
        published,
        seen,
        View("veille-crawls", "Veille: crawls", crawls, "at", CRAWL_LABELS, crawl_formats),
    )


def _link(address: str, label: str) -> dict[str, Any]:
    return {
        "id": "url",
        "params": {
            "type": "a",
            "urlTemplate": address,
            "labelTemplate": label,
            "openLinkInCurrentTab": False,
        },
    }


def _lookup(names: Mapping[str, str]) -> dict[str, Any]:
    entries = [{"key": code, "value": name} for code, name in sorted(names.items())]
    return {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}


def _language_names() -> dict[str, str]:
    return {code: str(name) for code, name in Locale("en").languages.items() if len(code) == 2}
