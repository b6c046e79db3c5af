"""Whether the page shows only a part of its article."""

from crawler.extract import jsonld
from crawler.extract.evidence import Evidence


def paywalled(evidence: Evidence) -> bool:
    """What the page declares: JSON-LD isAccessibleForFree, or a content tier."""
    for node in (evidence.node, *jsonld.aslist(evidence.node.get("hasPart"))):
        if isinstance(node, dict) and str(node.get("isAccessibleForFree", "")).strip().lower() in ("false", "no", "0"):
            return True
    return evidence.meta("article:content_tier", "content_tier").lower() in ("locked", "metered")
