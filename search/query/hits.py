"""Hits as the API answers them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from indexer.query import Hit


def hit_bodies(hits: Sequence[Hit], explain: bool) -> list[dict[str, Any]]:
    """The JSON values of hits; with `explain`, each also says what its score is made of."""
    return [_body(hit, explain) for hit in hits]


def _body(hit: Hit, explain: bool) -> dict[str, Any]:
    body = {**hit.article, "highlights": hit.highlights, "score": hit.score}
    if explain:
        body["explanation"] = [asdict(part) for part in hit.parts]
    return body
