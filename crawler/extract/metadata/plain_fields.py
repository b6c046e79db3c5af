"""The fields of an article without control characters."""

from collections.abc import Iterable
from dataclasses import replace

from crawler.article import Article
from crawler.plain import plain, plain_line


def without_controls(article: Article) -> Article:
    """The article as it may be shown anywhere: in a terminal, in a mail, beside other names."""
    lists = replace(article, authors=plain_lines(article.authors), tags=plain_lines(article.tags))
    return replace(
        lists,
        title=plain_line(article.title),
        text=plain(article.text),
        canonical_url=plain_line(article.canonical_url),
        lead=_plain_or_none(article.lead),
        section=_plain_or_none(article.section),
        image=_plain_or_none(article.image),
    )


def _plain_or_none(words: str | None) -> str | None:
    return plain_line(words or "") or None


def plain_lines(lines: Iterable[str]) -> list[str]:
    """Each as one plain line; those that then show nothing are left out."""
    return list(filter(None, map(plain_line, lines)))
