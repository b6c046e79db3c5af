"""New, changed or same: what a page's article means for what is known already. Pure."""

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from crawler.article import Article
from crawler.policy.first_date import keep_date, within
from crawler.policy.fullest import NotTaken, keep_fullest
from crawler.policy.live_posts import with_earlier_posts

Kind = Literal["new", "changed", "same"]

OWN_FIELDS = ("first_seen", "indexed_at", "added", "revision", "story", "copy_of", "gone")
"""Fields that Veille adds: they never make an article changed."""

REVISITS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
)
"""Ages since first seen at which an article is looked at again: newsrooms correct most within
hours.
"""

SECOND_LOOK = timedelta(days=7)
"""When a page that was no article is looked at again."""

PATIENCE = 10
"""How many visits a page that only fails gets in all."""


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the store holds of an article; one that is `withdrawn` is not in the index, because its
    page asks so.
    """

    document: dict[str, Any]
    digest: str
    page: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Signs:
    """What a visit tells beside the article: what the entry point calls it (`promised`, empty where
    it does not name it), and whether it is a `live` blog, whose posts leave the page.
    """

    promised: str = ""
    live: bool = False


_NO_SIGNS = Signs()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to keep: the article with its revision and first_seen, and the digest that tells its
    next change.

    `before` is the article that it takes the place of where title or text are other ones: a
    revision that is kept. `not_taken` is what the page shows instead of a text that stays.
    """

    kind: Kind
    article: Article
    digest: str
    before: Article | None = None
    not_taken: NotTaken | None = None


def decide(
    article: Article,
    known: KnownArticle | None,
    now: datetime,
    tidied: Callable[[str], str] = lambda text: text,
    signs: Signs = _NO_SIGNS,
) -> Decision:
    """Compare an article with what is known of it. A text that is only a part of the one that is
    held, or shares nothing with it, does not replace it.

    `tidied` takes from a text what has been learned to be boilerplate since: that is no rewording
    of the publisher's.
    """
    if known is None:
        article = dataclasses.replace(within(article, now), first_seen=now, revision=1)
        return Decision("new", article, digest(article))
    before = Article.from_dict(known.document)
    held = dataclasses.replace(before, text=tidied(before.text))
    if known.withdrawn:
        # What was withdrawn may have been a wall: nothing of it is worth keeping.
        not_taken = None
    elif signs.live and held.text and article.text:
        article = with_earlier_posts(article, held)
        not_taken = None
    else:
        article, not_taken = keep_fullest(article, held, signs.promised)
    if not_taken and not_taken.reason == "other":
        return Decision("same", before, known.digest, not_taken=not_taken)
    article = keep_date(article, before, now)
    reworded = (article.title, article.text) != (held.title, held.text)
    article = dataclasses.replace(
        article,
        first_seen=before.first_seen,
        revision=before.revision + reworded,
        section=article.section or before.section,
    )
    replaced = before if reworded else None
    return _decision(article, known, replaced, not_taken)


def _decision(
    article: Article, known: KnownArticle, replaced: Article | None, not_taken: NotTaken | None
) -> Decision:
    new_digest = digest(article)
    returned = known.document.get("gone") is not None or known.withdrawn
    kind: Kind = "changed" if returned or new_digest != known.digest else "same"
    return Decision(kind, article, new_digest, replaced, not_taken)


def digest(article: Article) -> str:
    """A mark of all that is published of an article: equal marks, same article."""
    values = {name: value for name, value in article.to_dict().items() if name not in OWN_FIELDS}
    data = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def next_visit(first_seen: datetime, now: datetime) -> datetime | None:
    """When an article is looked at again, ever less often; None when it is old."""
    for age in REVISITS:
        if first_seen + age > now:
            return first_seen + age
    return None


def next_try(tries: int, now: datetime) -> datetime | None:
    """When a page that failed is asked again, with exponential backoff: at the next crawls first,
    then after hours; None to give up.
    """
    if tries >= PATIENCE:
        return None
    if tries < 3:
        return now
    return now + timedelta(hours=2 ** (tries - 3))
