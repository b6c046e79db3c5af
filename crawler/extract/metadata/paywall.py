"""Whether the page shows only a part of its article."""

import re
from collections.abc import Iterable
from functools import cache

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence
from crawler.extract.words.lists import any_word

_LONGEST_PROMPT = 200
"""Characters of a line that asks readers to subscribe: a longer one is prose about paywalls."""
_NOT_FREE = frozenset(("false", "no", "0"))
_PAID_TIERS = frozenset(("locked", "metered"))


def paywalled(evidence: PageEvidence, frame: Iterable[str] = ()) -> bool:
    """Whether the page declares it (JSON-LD isAccessibleForFree, a content tier) or prints a prompt
    beside its text.

    `frame` holds the lines printed around headline and text.
    """
    nodes = (evidence.node, *jsonld.aslist(evidence.node.get("hasPart")))
    if any(_declares_payment(node) for node in nodes if isinstance(node, dict)):
        return True
    if evidence.meta("article:content_tier", "content_tier").lower() in _PAID_TIERS:
        return True
    prompt = _prompt()
    return any(len(line) <= _LONGEST_PROMPT and prompt.search(line) for line in frame)


def _declares_payment(node: jsonld.Node) -> bool:
    return str(node.get("isAccessibleForFree", "")).strip().lower() in _NOT_FREE


@cache
def _prompt() -> re.Pattern[str]:
    return re.compile(any_word("paywall", "prompt"), re.IGNORECASE)
