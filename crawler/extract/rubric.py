"""The section as the publisher prints it, and the page's tags."""

from collections.abc import Iterator

from crawler.extract import jsonld
from crawler.extract.evidence import Evidence, clean


def section(evidence: Evidence, listed_in: str | None) -> str | None:
    """The publisher's own label: declared, else of the breadcrumb, else of the entry point that listed the page."""
    for label in _labels(evidence):
        label = clean(label)
        if 1 < len(label) <= 80 and not label.startswith("http"):
            return label
    return listed_in


def _labels(evidence: Evidence) -> Iterator[str]:
    yield evidence.meta("article:section")
    yield jsonld.text(evidence.node.get("articleSection"))
    yield evidence.meta("section", "parsely-section", "og:section", "cxenseparse:section", "category")


def tags(evidence: Evidence) -> tuple[str, ...]:
    """Keywords in the page's order."""
    found = [*evidence.metas.get("article:tag", ())]
    for value in jsonld.aslist(evidence.node.get("keywords")):
        found.extend(str(value).split(",") if isinstance(value, str) else [jsonld.text(value)])
    for content in evidence.metas.get("news_keywords", []) + evidence.metas.get("keywords", []):
        found.extend(content.split(","))
    return tuple(dict.fromkeys(clean(tag) for tag in found if 1 < len(clean(tag)) <= 80))[:50]
