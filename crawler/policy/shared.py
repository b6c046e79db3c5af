"""Whether one text stands at several addresses of a source in the place of what was announced
there: a wall, a notice, a welcome. Pure.
"""

import hashlib
from functools import lru_cache

from crawler.article import Article
from crawler.urls import name_of

_DIGITS = 16
"""Hexadecimal digits of a mark: by chance, two of a billion texts have the same one."""
ELSEWHERE = 2
"""Other addresses with the same text from which it is shared, where it is not what was announced
here."""
ELSEWHERE_UNANNOUNCED = 4
"""The same where nothing was announced: an agency's text may stand at two or three addresses."""
ELSEWHERE_ABOUT_ITSELF = 12
"""The same where nothing was announced and the text is about its own headline: it may be printed in
each of a source's regional editions.
"""
_SHORTEST = 40
"""Characters of a text that is marked: of a caption or two words nothing follows."""


def marks_of(article: Article) -> dict[str, str | None]:
    """What the article's text, its title and what names it in its address have in common with equal
    ones, as the columns of the store.
    """
    return {
        "text_mark": text_mark(article.text),
        "title_mark": _mark(article.title),
        "address_mark": address_mark(article.url),
    }


def address_mark(url: str) -> str | None:
    """The mark of the number, or else of the words, that name an article in its address; None where
    it names none.
    """
    name = name_of(url)
    return _mark(name.number or name.slug)


def text_mark(text: str) -> str | None:
    """The mark of an article's text; None where it is too short to say anything."""
    return _mark(text, _SHORTEST)


# An article is looked up, kept and counted by its marks, one soon after the other.
@lru_cache(maxsize=64)
def _mark(words: str, shortest: int = 0) -> str | None:
    """What equal words have in common, whatever their spaces and case; None where there are no more
    than so many characters.
    """
    letters = "".join(words.split()).casefold()
    if len(letters) <= shortest:
        return None
    return hashlib.blake2b(letters.encode(), digest_size=_DIGITS // 2).hexdigest()


def stands_in(is_announced: bool | None, elsewhere: int, *, about_itself: bool = False) -> bool:
    """Whether a text that stands at so many other addresses of its source is no article here.

    `is_announced` says whether it is what the feed, the link or the address announced, None where
    they announced nothing; `about_itself` whether it is about its own headline. What was announced
    stays: a source may publish one text in several places.
    """
    if is_announced:
        return False
    if is_announced is not None:
        return elsewhere >= ELSEWHERE
    return elsewhere >= (ELSEWHERE_ABOUT_ITSELF if about_itself else ELSEWHERE_UNANNOUNCED)
