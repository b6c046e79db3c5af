"""What is derived from an article's own words: language, topics, places, agencies. Pure."""

from dataclasses import replace

from crawler.article import Article, Page
from crawler.enrich.language import language_of


def enrich(article: Article, page: Page, declared: str | None = None) -> Article:
    """The article with language and word count; `declared` is the language that the page names."""
    language = language_of(f"{article.title}\n{article.text}", declared or page.hints.language)
    return replace(article, language=language, words=len(article.text.split()))
