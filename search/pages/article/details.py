"""What is known of an article besides its words: each field that has a value, with where it comes
from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.i18n import formatting as shown
from search.i18n.catalogue import Texts
from search.pages.links import Links
from search.parse.labels import label

_DATE_ORIGINS = ("json-ld", "meta", "time", "text", "url", "feed", "sitemap", "selector")
_COARSE = ("month", "year")
_ORIGINS = {
    "title": "heading",
    "lead": "standfirst",
    "text": "paragraphs",
    "source": "listed",
    "authors": "byline",
    "section": "section",
    "published": "",
    "modified": "own_dates",
    "topics": "derived_topic",
    "places": "derived_words",
    "agencies": "credited",
    "attributions": "credited",
    "language": "derived_language",
    "country": "listed",
    "collections": "listed",
    "image": "sharing",
    "paywalled": "paywall",
    "tdm_reserved": "reserved",
    "url": "fetched",
    "canonical_url": "canonical",
    "first_seen": "own",
    "indexed_at": "own",
    "revision": "counted",
}
"""Field → the text that tells where its values come from, in the order in which they are shown; a
date has its own.
"""
_SEVERAL = {"topics": "topic", "places": "place", "collections": "collection", "authors": "author"}
"""Fields with several values → the filter that finds other articles with one of them."""
_ONE = ("source", "section")
"""Fields with one value that are a filter themselves."""
_CREDITS = ("agencies", "attributions")


@dataclass(frozen=True, slots=True)
class FactValue:
    """One value as it is read; `link` leads to the search for it, `evidence` quotes the page."""

    text: str
    link: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its name, its values (none where they stand above), where they come from."""

    field: str
    name: str
    values: Sequence[FactValue]
    origin: str


def facts(article: Mapping[str, Any], links: Links, texts: Texts) -> list[Fact]:
    """The fields of an article that have a value; `links` are those of a view without any filter."""
    said = _Said(article, links, texts)
    known = [field for field in _ORIGINS if article[field] and not _idle(field, article)]
    return [
        Fact(field, texts(f"name_{field}"), said.values(field), said.origin(field))
        for field in known
    ]


def _idle(field: str, article: Mapping[str, Any]) -> bool:
    """Whether the value says nothing that others have not said."""
    same = {"canonical_url": "url", "lead": "title"}
    return (field == "revision" and article[field] < 2) or (
        field in same and article[field] == article[same[field]]
    )


@dataclass(frozen=True, slots=True)
class _Said:
    article: Mapping[str, Any]
    links: Links
    texts: Texts

    def origin(self, field: str) -> str:
        if field != "published":
            return self.texts(f"origin_{_ORIGINS[field]}")
        origin, precision = self.article["published_origin"], self.article["published_precision"]
        kind = f"origin_{origin}" if origin in _DATE_ORIGINS else "origin_unknown"
        parts = [self.texts(kind), self.texts(f"precise_{precision or 'unknown'}")]
        earliest, latest = self.article["published_earliest"], self.article["published_latest"]
        if precision in _COARSE and earliest and latest:
            parts.append(
                self.texts("between", earliest=self._day(earliest), latest=self._day(latest))
            )
        return self.texts("comma").join(parts)

    def values(self, field: str) -> list[FactValue]:
        told = self.article[field]
        if field in _SEVERAL:
            names = ((one, label(_SEVERAL[field], one, self.texts.language, {})) for one in told)
            return [FactValue(name, self._search(_SEVERAL[field], one)) for one, name in names]
        if field in _CREDITS:
            searched = field == "agencies"
            return [
                FactValue(
                    one["name"],
                    self._search("agency", one["name"]) if searched else "",
                    one["evidence"],
                )
                for one in told
            ]
        text = self._read(field, told)
        return [FactValue(text, self._search(field, told) if field in _ONE else "")] if text else []

    def _read(self, field: str, told: Any) -> str:
        """A single value in words; empty where it stands above."""
        text = str(told)
        match field:
            case "title":
                text = ""
            case "text":
                text = (
                    self.texts.count("words", self.article["words"])
                    if self.article["words"]
                    else ""
                )
            case "source":
                text = str(self.article["source_name"] or told)
            case "published":
                text = shown.published(self.article, self.texts)
            case "modified" | "first_seen" | "indexed_at":
                text = self._day(told, timed=True)
            case "language" | "country":
                text = label(field, told, self.texts.language, {})
            case "paywalled" | "tdm_reserved":
                text = self.texts("yes")
            case "revision":
                text = self.texts.number(told)
        return text

    def _search(self, filter_: str, value: str) -> str:
        return self.links.toggled(filter_, value)

    def _day(self, text: str, *, timed: bool = False) -> str:
        return shown.day(datetime.fromisoformat(text), self.texts, timed=timed)
