"""What is known of an article besides its words: each field that has a value, with where it comes
from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indexer.fields import FACETS, FIELDS, origins_of_facts, parameters
from indexer.registry import Field
from search.i18n import formatting
from search.i18n.catalogue import Texts
from search.pages.links import Links
from search.parse.labels import label

_TEXT_ORIGINS = {"embedded": "embedded_text", "feed": "feed_text"}
"""The messages that tell of a text which does not stand in its page's markup."""
_DATE_ORIGINS = ("json-ld", "meta", "time", "text", "url", "feed", "sitemap", "selector")
_COARSE = ("week", "month", "year")
_SAME_AS = {"canonical_url": "url", "lead": "title"}
"""Fields that say nothing where they repeat another."""
_FILTERS = {FACETS[name].field: name for name in parameters()}
"""Fields whose values lead to a search for them → the filter."""


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
    """The fields of an article that have a value; `links` are of a view without any filter."""
    reader = _FactReader(article, links, texts)
    return [
        Fact(name, texts(f"name_{name}"), reader.values(FIELDS[name]), reader.origin(name))
        for name in origins_of_facts()
        if article[name] and not _is_idle(name, article)
    ]


def _is_idle(field: str, article: Mapping[str, Any]) -> bool:
    """Whether the value says nothing that others have not said."""
    if field == "revision":
        return bool(article[field] < 2)
    return field in _SAME_AS and bool(article[field] == article[_SAME_AS[field]])


@dataclass(frozen=True, slots=True)
class _FactReader:
    article: Mapping[str, Any]
    links: Links
    texts: Texts

    def origin(self, field: str) -> str:
        """Where the values of a field come from, in words."""
        origin = origins_of_facts()[field]
        if field == "text":
            origin = _TEXT_ORIGINS.get(str(self.article.get("text_origin")), origin)
        return self.texts(f"origin_{origin}") if origin else self._date_origin()

    def _date_origin(self) -> str:
        origin = self.article["published_origin"]
        precision = self.article["published_precision"]
        earliest = self.article["published_earliest"]
        latest = self.article["published_latest"]
        parts = [
            self.texts(f"origin_{origin}" if origin in _DATE_ORIGINS else "origin_unknown"),
            self.texts(f"precise_{precision or 'unknown'}"),
        ]
        if precision in _COARSE and earliest and latest:
            bounds = {"earliest": self._day(earliest), "latest": self._day(latest)}
            parts.append(self.texts("between", **bounds))
        return self.texts("comma").join(parts)

    def values(self, field: Field) -> list[FactValue]:
        """The values of a field as they are read; none where they stand above."""
        value = self.article[field.name]
        if field.kind == "credit":
            return [
                FactValue(credit["name"], self._link(field, credit["name"]), credit["evidence"])
                for credit in value
            ]
        if field.several:
            return [FactValue(self._label(field, item), self._link(field, item)) for item in value]
        text = self._text(field, value)
        return [FactValue(text, self._link(field, value))] if text else []

    def _text(self, field: Field, value: Any) -> str:
        """A single value in words; empty where it stands above."""
        match field.name:
            case "title":
                text = ""
            case "text":
                words = self.article["words"]
                text = self.texts.count("words", words) if words else ""
            case "source":
                text = str(self.article["source_name"] or value)
            case "published":
                text = formatting.published(self.article, self.texts)
            case _:
                text = self._plain(field, value)
        return text

    def _plain(self, field: Field, value: Any) -> str:
        """A value as its kind is read."""
        match field.kind:
            case "date":
                return self._day(value, timed=True)
            case "boolean":
                return self.texts("yes")
            case "integer":
                return self.texts.number(value)
            case _:
                return self._label(field, str(value))

    def _label(self, field: Field, value: str) -> str:
        return label(_FILTERS.get(field.name, ""), value, self.texts.language, {})

    def _link(self, field: Field, value: str) -> str:
        """The search for articles that have this value; empty where no filter finds them."""
        name = _FILTERS.get(field.name)
        return self.links.toggled(name, value) if name else ""

    def _day(self, text: str, *, timed: bool = False) -> str:
        return formatting.day(datetime.fromisoformat(text), self.texts, timed=timed)
