"""The registry: every field of an article, and every facet that a query can filter by or count.

A door module. A field or a facet is one row here. The index's mapping, the columns of exports,
the labels in Kibana, the facts on an article's page, the parameters of the API and the options of
commands are made from the rows. What must stay written elsewhere is compared with them by `same`
when its module is imported.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Literal, get_args

from crawler.article import Article
from indexer.registry import Facet, Field, placed, registry, same

FacetName = Literal[
    "source",
    "topic",
    "place",
    "section",
    "language",
    "agency",
    "attribution",
    "collection",
    "author",
    "country",
    "keyword",
]
"""The facets that can be counted, for the type checker and the API's description."""
KeywordField = Literal[FacetName, "url"]
"""Every facet, for the type checker."""

MAX_URL = 8_000


FIELDS = registry(
    Field("id", "keyword", label="In Veille", csv=1, example="9f2c41"),
    Field(
        "url",
        "keyword",
        limit=MAX_URL,
        label="Original",
        origin="fetched",
        shown=19,
        csv=22,
        example="https://www.example.org/fr/syrie/1",
    ),
    Field(
        "canonical_url",
        "keyword",
        limit=MAX_URL,
        label="Canonical address",
        origin="canonical",
        shown=20,
        csv=23,
    ),
    Field(
        "source", "keyword", label="Source", origin="listed", shown=4, csv=8, example="example-fr"
    ),
    Field("source_name", "keyword", label="Name of the source", csv=9),
    Field("country", "keyword", label="Country of the source", origin="listed", shown=14, csv=10),
    Field(
        "collections",
        "keyword",
        several=True,
        folded=True,
        label="Collections",
        origin="listed",
        shown=15,
        csv=24,
    ),
    Field(
        "language",
        "keyword",
        label="Language",
        origin="derived_language",
        shown=13,
        csv=11,
        example="fr",
    ),
    Field("title", "text", label="Title", origin="heading", shown=1, csv=18, example="Un titre"),
    Field("lead", "shown", label="Lead", origin="standfirst", shown=2, csv=19),
    Field(
        "text",
        "text",
        label="Text",
        origin="paragraphs",
        shown=3,
        csv=20,
        example="Le texte entier.",
    ),
    Field(
        "authors",
        "keyword",
        several=True,
        folded=True,
        label="Authors",
        origin="byline",
        shown=5,
        csv=17,
    ),
    Field("section", "keyword", folded=True, label="Section", origin="section", shown=6, csv=12),
    Field(
        "topics",
        "keyword",
        several=True,
        label="Topics",
        origin="derived_topic",
        shown=9,
        csv=13,
    ),
    Field(
        "places",
        "keyword",
        several=True,
        label="Places",
        origin="derived_words",
        shown=10,
        csv=14,
        example=["SY"],
    ),
    Field(
        "published",
        "date",
        label="Published",
        origin="",
        shown=7,
        csv=2,
        example="2019-01-01T00:00:00+00:00",
    ),
    Field("published_precision", "keyword", label="Precision of the date", csv=3, example="year"),
    Field("published_origin", "keyword", label="Origin of the date", csv=36),
    Field("published_earliest", "date", label="Published at the earliest", csv=4),
    Field("published_latest", "date", label="Published at the latest", csv=5),
    Field("modified", "date", label="Modified", origin="own_dates", shown=8, csv=6),
    Field("first_seen", "date", label="First seen", origin="own", shown=21, csv=7),
    Field("indexed_at", "date", label="Searchable since", origin="own", shown=22, csv=35),
    Field("image", "shown", label="Image", origin="sharing", shown=16, csv=34),
    Field(
        "agencies",
        "credit",
        several=True,
        folded=True,
        label="Agencies",
        origin="credited",
        shown=11,
        csv=15,
    ),
    Field(
        "attributions",
        "credit",
        several=True,
        folded=True,
        label="Credited media",
        origin="credited",
        shown=12,
        csv=16,
    ),
    Field("story", "keyword", label="Story", csv=25),
    Field("copy_of", "keyword", label="Copy of", csv=26),
    Field("revision", "integer", label="Revision", origin="counted", shown=23, csv=27),
    Field("words", "integer", label="Words", csv=21),
    Field("paywalled", "boolean", label="Paywalled", origin="paywall", shown=17, csv=28),
    Field(
        "tdm_reserved",
        "boolean",
        label="Reserved from mining",
        origin="reserved",
        shown=18,
        csv=29,
    ),
    Field("tags", "keyword", several=True, folded=True, label="Tags", csv=32),
    Field("gone", "date", label="Page gone since", csv=33),
    Field("text_origin", "keyword", label="Origin of the text", csv=37, example="page"),
    Field("added", "date", label="First searchable", origin="own", shown=24, csv=38),
)
"""Every field of an article. The order is a part of the fingerprint; a new field goes last."""

FACETS = registry(
    Facet("source", "source", value="source", on_page=1),
    Facet("topic", "topics", value="topic", on_page=2),
    Facet(
        "place",
        "places",
        value="place",
        on_page=3,
        help="A country's ISO 3166 code or its name.",
        example="SY",
    ),
    Facet("section", "section", on_page=5),
    Facet(
        "language",
        "language",
        value="language",
        on_page=4,
        help="An ISO 639 code or a language's name.",
        example="fr",
    ),
    Facet("agency", "agencies", on_page=6),
    Facet("attribution", "attributions", help="Whom the text cites as the origin of its news."),
    Facet("collection", "collections", on_page=7),
    Facet("author", "authors"),
    Facet(
        "country",
        "country",
        value="place",
        help="The publisher's country: its ISO 3166 code or its name.",
        example="LB",
    ),
    Facet("url", "url", value="address", parameter=False, counted=False),
    Facet(
        "keyword",
        "tags",
        label="Keyword",
        help="A keyword that the publisher gave the article.",
    ),
)
"""Every facet. The order is that of the columns of an embedded index; a new facet goes last."""

FILTERS = {facet.name: FIELDS[facet.field] for facet in FACETS.values()}
"""The field behind each facet."""


def parameters(facets: Mapping[str, Facet] = FACETS) -> tuple[str, ...]:
    """The facets that the API, the pages and the commands take as filters."""
    return tuple(facet.name for facet in facets.values() if facet.parameter)


def counted(facets: Mapping[str, Facet] = FACETS) -> tuple[str, ...]:
    """The facets whose values can be counted."""
    return tuple(facet.name for facet in facets.values() if facet.counted)


def page_facets(facets: Mapping[str, Facet] = FACETS) -> tuple[str, ...]:
    """The facets that stand beside the results, in their order."""
    return placed({facet.name: facet.on_page for facet in facets.values()})


def csv_columns(others: Mapping[str, int], fields: Mapping[str, Field] = FIELDS) -> tuple[str, ...]:
    """The columns of an export in their order, among them `others` with their places."""
    return placed({**{row.name: row.csv for row in fields.values()}, **others})


def origins_of_facts(fields: Mapping[str, Field] = FIELDS) -> dict[str, str]:
    """The fields that an article's page tells of, in their order, each with its origin; fields
    without a place come last.
    """
    rows = [row for row in fields.values() if row.origin is not None]
    rows.sort(key=_place_among_facts)
    return {row.name: row.origin or "" for row in rows}


def _place_among_facts(row: Field) -> float:
    return math.inf if row.shown is None else row.shown


def kibana_labels(fields: Mapping[str, Field] = FIELDS) -> dict[str, str]:
    """The columns that Kibana shows, each with its label: of a credit its name, of a text the
    column that holds it in every language.
    """
    ends = {"credit": ".name", "text": "_exact"}
    return {f"{row.name}{ends.get(row.kind, '')}": row.label for row in fields.values()}


same("crawler.article.Article", (row.name for row in dataclasses.fields(Article)), FIELDS)
same("indexer.fields.FacetName", get_args(FacetName), counted())
same("indexer.fields.KeywordField", get_args(KeywordField), FACETS)
