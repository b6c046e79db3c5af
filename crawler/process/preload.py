"""Imported by the process that readers are forked from, and nowhere else.

What each of them would load for its first page (the model of languages, tables of words, lists of
the general extractor) is loaded once, and shared.
"""

import gc
from datetime import UTC, datetime

import crawler.entrypoints  # noqa: F401
from crawler.article import Page
from crawler.extract import read

_SHORT = (
    b"<html><body><article><h1>A title</h1>"
    b"<p>Words of a page, enough to tell their language.</p></article></body>"
)

read(Page("https://example.org/news/a-title", _SHORT, {}, datetime(2026, 1, 1, tzinfo=UTC)))
# What is loaded now stays: readers need not look through it at each collection, and share its
# memory.
gc.freeze()
