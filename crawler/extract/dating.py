"""The article's dates, as claims weighed against each other."""

from datetime import datetime, timedelta, timezone

from crawler.extract import jsonld
from crawler.extract.evidence import Evidence


def published_of(evidence: Evidence, captured: datetime) -> dict[str, object]:
    """The date fields of the article."""
    for origin, value in (
        ("json-ld", jsonld.text(evidence.node.get("datePublished"))),
        (
            "meta",
            evidence.meta("article:published_time", "og:published_time", "date", "pubdate", "datepublished", "dc.date"),
        ),
    ):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        if moment <= captured + timedelta(days=1):
            return {"published": moment, "published_precision": "second", "published_origin": origin,
                    "published_earliest": moment, "published_latest": moment}  # fmt: skip
    return {}
