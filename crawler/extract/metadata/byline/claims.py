"""The names that a page declares in its data: JSON-LD and meta tags."""

from collections.abc import Iterable, Iterator
from typing import Any

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence
from crawler.extract.metadata.byline import patterns

_METAS = (
    "author",
    "article:author",
    "og:article:author",
    "article:author_name",
    "articleauthor",
    "parsely-author",
    "sailthru.author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "authors",
    "cxenseparse:author",
)
_MAX_CONTENTS = 20
"""Authors in one meta tag: more of them are those of the works that an article quotes."""
_ADDRESSES = ("http:", "https:", "//")


def of_jsonld(evidence: PageEvidence) -> Iterator[str]:
    """The names of the authors of the article's JSON-LD node, of its creators where it has none."""
    described = jsonld.aslist(evidence.node.get("author"))
    for author in described or jsonld.aslist(evidence.node.get("creator")):
        if isinstance(author, dict):
            yield _described_name(author, evidence.graph)
        else:
            yield jsonld.text(author)


def _described_name(author: dict[str, Any], graph: list[jsonld.Node]) -> str:
    """The name of a JSON-LD node, or of the node that it refers to."""
    if not author.get("name") and author.get("@id"):
        referred = (node for node in graph if node.get("@id") == author["@id"])
        author = next((node for node in referred if node.get("name")), author)
    names = map(jsonld.text, jsonld.aslist(author.get("name")))
    parts = [jsonld.text(author.get(part)) for part in ("givenName", "familyName")]
    return "; ".join(names) or " ".join(filter(None, parts))


def of_metas(evidence: PageEvidence) -> Iterator[str]:
    """The authors of the page's meta tags."""
    for name in _METAS:
        contents = evidence.metas.get(name, ())
        if len(contents) <= _MAX_CONTENTS:
            yield from _names_in(contents)


def of_card(evidence: PageEvidence) -> Iterator[str]:
    """The author of the page's card for social networks: often who entered the text."""
    label = evidence.meta("twitter:label1").lower()
    if label.startswith(patterns.card_labels()):
        yield from _names_in(evidence.metas.get("twitter:data1", ()))


def _names_in(contents: Iterable[str]) -> Iterator[str]:
    return (content for content in contents if not content.startswith(_ADDRESSES))
