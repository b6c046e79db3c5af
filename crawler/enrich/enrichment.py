"""Adds to an article what follows from its own words: language, topics, places, agencies. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from crawler.article import Article, Page
from crawler.enrich.agencies import credits_of
from crawler.enrich.language import language_of
from crawler.enrich.places import places_of
from crawler.enrich.topics import topics_of


def enrich(
    article: Article, page: Page, declared: str | None = None, bylines: Sequence[str] = ()
) -> Article:
    """The article with what its words tell; `declared` is the language tag that the page names.

    `bylines` are the author lines as printed, agencies included ("A.G avec AFP").

    Lines that only credit an agency leave the text.
    """
    language = language_of(f"{article.title}\n{article.text}", declared or page.hints.language)
    credited = credits_of(article.text, language, [*bylines, *article.authors])
    text = credited.text
    topics = topics_of(
        article.section,
        article.url,
        article.tags,
        page.hints.topic,
        title=article.title,
        lead=article.lead,
        text=text,
        language=language,
    )
    places = places_of(article.section, article.title, article.lead, text, language, article.tags)
    return replace(
        article,
        text=text,
        language=language,
        topics=topics,
        places=places,
        agencies=credited.agencies,
        attributions=credited.attributions,
        words=len(text.split()),
    )
