"""Whether the page shows only a part of its article."""

import re
from collections.abc import Iterable

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence

_PROMPT = re.compile(
    r"(?:article|contenu|texte) (?:est )?réservé aux? abonné|il vous reste \d{1,2} ?% de cet article|"
    r"pour lire la suite|"
    r"subscribe(?:rs)? (?:only|to (?:continue|read|keep))|(?:exclusive|reserved) (?:to|for) subscribers"
    r"|to continue reading|für abonnent|weiterlesen mit|exclusivo para suscriptores|solo para suscriptores|"
    r"この記事は会員限定|للمشتركين فقط",
    re.IGNORECASE,
)
_LONGEST = 200


def paywalled(evidence: PageEvidence, frame: Iterable[str] = ()) -> bool:
    """Whether the page declares it (JSON-LD isAccessibleForFree, a content tier) or prints a prompt
    beside its text.

    `frame` holds the lines printed around headline and text.
    """
    for node in (evidence.node, *jsonld.aslist(evidence.node.get("hasPart"))):
        if isinstance(node, dict) and str(node.get("isAccessibleForFree", "")).strip().lower() in (
            "false",
            "no",
            "0",
        ):
            return True
    if evidence.meta("article:content_tier", "content_tier").lower() in ("locked", "metered"):
        return True
    return any(len(line) <= _LONGEST and _PROMPT.search(line) for line in frame)
