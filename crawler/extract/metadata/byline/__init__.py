"""The authors of an article: who is named where, and what of it is a person's name.

A door module.
"""

from crawler.extract.metadata.byline.choice import authors, printed_bylines
from crawler.extract.metadata.byline.printed import AuthorMarkup

__all__ = ["AuthorMarkup", "authors", "printed_bylines"]
