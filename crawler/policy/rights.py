"""What may be kept of a page, by what it and its site ask. Pure."""

import dataclasses
from collections.abc import Sequence

from crawler.article import Article, Credit
from crawler.extract import Directives


def may_copy(allowed: Directives, *, respect_tdm: bool) -> bool:
    """Whether the full text, and the page itself, may be kept."""
    return allowed.store_full_text and (allowed.tdm_allowed or not respect_tdm)


def strip_reserved(article: Article, allowed: Directives, *, respect_tdm: bool) -> Article:
    """The article without what its page asks not to be kept.

    Where it asks that no copy is kept, no text; where it asks that no words of it are shown, no
    lead and no credits' evidence either. `words` still says how long it is.
    """
    article = dataclasses.replace(article, tdm_reserved=not allowed.tdm_allowed)
    if may_copy(allowed, respect_tdm=respect_tdm):
        return article
    if allowed.show_lead:
        return dataclasses.replace(article, text="")
    return dataclasses.replace(
        article,
        text="",
        lead=None,
        agencies=_bare(article.agencies),
        attributions=_bare(article.attributions),
    )


def _bare(agency_credits: Sequence[Credit]) -> list[Credit]:
    return [{"name": credit["name"], "evidence": ""} for credit in agency_credits]
