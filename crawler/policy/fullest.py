"""The fullest text that was published stays: what a page shows of its article later does not
replace it where it is only a part of it, or another text. Pure.
"""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from crawler.article import Article
from crawler.health.spoilt import is_garbled
from crawler.policy.wording import Witness, Wording, relation, share_of, telling_words

Reason = Literal["part", "other"]
"""Why a wording was not taken: it is a part of the one that is held, or another text."""

_FROM_TEXT = (
    "text",
    "text_origin",
    "language",
    "topics",
    "places",
    "agencies",
    "attributions",
)
"""Fields that follow from the text, and stay with it."""

_SAME_SUBJECT = 0.34
"""Share of a headline's telling words that the held article has too, where it is about the same."""

_ADDRESS_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A wording that the page shows and that does not replace the article's, and why."""

    reason: Reason
    title: str
    text: str


def keep_fullest(
    article: Article, held: Article, promised: str = ""
) -> tuple[Article, NotTaken | None]:
    """The article with the fullest text that was published: where its own text is only a part of
    the one that is held, the held text, and where it is another text, all that is held. Also the
    wording that was not taken for it, if any. A text that is spoilt by a wrong encoding is another
    one.
    """
    if is_garbled(held.text) and not is_garbled(article.text):
        return article, None
    if is_garbled(article.text) and not is_garbled(held.text):
        return held, NotTaken("other", article.title, article.text)
    witness = Witness(article.paywalled, promised or _named_by_address(article.url))
    shown = Wording(article.title, article.text)
    match relation(Wording(held.title, held.text), shown, witness):
        case "edit":
            return article, None
        case "part":
            return _with_text_of(held, article), NotTaken("part", shown.title, shown.text)
        case "other":
            return held, NotTaken("other", shown.title, shown.text)


def _with_text_of(held: Article, article: Article) -> Article:
    """The article that shows only a part by now, with the text that is held of it and what follows
    from the text. A headline that names something else, or differs by an addition, is not taken.
    """
    values: dict[str, Any] = {name: getattr(held, name) for name in _FROM_TEXT}
    if not _is_new_headline(article.title, held):
        values["title"] = held.title
    return dataclasses.replace(
        article,
        paywalled=True,
        words=len(held.text.split()),
        authors=article.authors or held.authors,
        lead=article.lead or held.lead,
        **values,
    )


def _named_by_address(url: str) -> str:
    """The words of an address, without its numbers."""
    path = unquote(urlsplit(url).path)
    return " ".join(word for word in _ADDRESS_WORD.findall(path) if len(word) > 1)


def _is_new_headline(title: str, held: Article) -> bool:
    one = title.casefold()
    other = held.title.casefold()
    if one in other or other in one:
        return False
    known = telling_words(f"{held.title}\n{held.text}")
    return share_of(telling_words(title), known) >= _SAME_SUBJECT
