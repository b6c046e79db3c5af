"""Which article a page is of: one that is held, at the same address or another one, or a new one.
Pure.

What a page, a redirect or a feed says of an address is a claim. It is believed where the texts
agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from crawler.article import Article
from crawler.extract.markup.evidence import comparable_line
from crawler.policy.decide import KnownArticle
from crawler.policy.wording import overlap
from crawler.urls import Name, agree, article_id, canonical_key, name_of

Way = Literal["address", "guid", "mark"]
"""How an article was found: its address or its guid is one of the page's, or its address or its
text has the same mark.
"""
Kind = Literal["new", "held", "taken-over", "duplicate", "left"]

_ALIKE = 0.6
"""Share of the shorter text's runs of words that two addresses of one article have in common, where
something claims that they are one. Two stories of one template may have half of them.
"""
_ALIKE_BY_NAME = 0.3
"""The same where the addresses name the same article, or bear the same headline."""
_EQUAL = 0.8
"""The same where nothing claims it: print editions have a line more."""


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article as its page shows it, with the canonical keys of the address that was asked for
    (`page`), of the one that answered (`own`), and of the one that the page claims.
    """

    article: Article
    page: str
    own: str
    claimed: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that is held and may be the one of a page."""

    id: str
    source: str
    known: KnownArticle
    way: Way

    @property
    def document(self) -> dict[str, Any]:
        return self.known.document


@dataclass(frozen=True, slots=True)
class Identity:
    """What a page is: of a `new` article with this id; of the one that is `held` of it; of one that
    is held of another page, whose place it takes (`taken-over`) or not (`duplicate`); or of another
    article than the one that is held of it (`left`). `believed` says whether what it claims as its
    address is.
    """

    kind: Kind
    id: str
    known: KnownArticle | None = None
    believed: bool = True

    @property
    def leaves(self) -> str | None:
        """The key of the page that the article had until now, where another one takes its place."""
        if self.kind != "taken-over" or self.known is None:
            return None
        return self.known.page

    @property
    def held_url(self) -> str:
        """The address of the article that is held; empty of a new one."""
        return str(self.known.document["url"]) if self.known else ""


def identify(reading: ShownArticle, candidates: Sequence[Candidate]) -> Identity:
    """Decide which article a page is of. A page stays with its article as long as it answers
    itself; an id is given once.
    """
    for candidate in candidates:
        if candidate.known.page == reading.page:
            kind: Kind = "left" if _leads_elsewhere(candidate, reading) else "held"
            believed = _is_believed(reading, candidates, candidate.id)
            return Identity(kind, candidate.id, candidate.known, believed)
    for candidate in candidates:
        if _is_same(candidate, reading):
            kind = "taken-over" if _takes_over(candidate, reading) else "duplicate"
            return Identity(kind, candidate.id, candidate.known)
    taken = {candidate.id for candidate in candidates}
    believed = article_id(reading.claimed) not in taken
    key = reading.claimed if believed else reading.own
    if article_id(key) in taken:
        # Another article has claimed this address before.
        key = f"{reading.own} {reading.page}"
    return Identity("new", article_id(key), believed=believed)


def _is_believed(reading: ShownArticle, candidates: Sequence[Candidate], own_id: str) -> bool:
    claimed_id = article_id(reading.claimed)
    return claimed_id == own_id or all(candidate.id != claimed_id for candidate in candidates)


def _leads_elsewhere(candidate: Candidate, reading: ShownArticle) -> bool:
    """Whether the page of an article sends on to another one."""
    held_url = str(candidate.document["url"])
    if reading.own == reading.page or canonical_key(held_url) == canonical_key(reading.article.url):
        return False
    if agree(name_of(held_url), name_of(reading.article.url)):
        return False
    return _likeness(candidate, reading) < _ALIKE_BY_NAME


def _is_same(candidate: Candidate, reading: ShownArticle) -> bool:
    """Whether a page is another address of an article that is held."""
    names = (name_of(str(candidate.document["url"])), name_of(reading.article.url))
    same_title = _has_same_title(candidate, reading)
    if candidate.way == "mark":
        return _is_same_unclaimed(candidate, reading, *names, same_title=same_title)
    if agree(*names) or (same_title and not all(names)):
        return _likeness(candidate, reading) >= _ALIKE_BY_NAME
    return _likeness(candidate, reading) >= _ALIKE


def _is_same_unclaimed(
    candidate: Candidate, reading: ShownArticle, held: Name, shown: Name, *, same_title: bool
) -> bool:
    if candidate.source != reading.article.source or candidate.known.withdrawn:
        return False
    # Its number stays when its headline and the words of its address change.
    same_number = bool(held.number) and held.number == shown.number
    if not same_number and not (same_title and agree(held, shown)):
        return False
    return _likeness(candidate, reading) >= _EQUAL


def _takes_over(candidate: Candidate, reading: ShownArticle) -> bool:
    """Whether a page is the address of an article from now on: the one that the article claims for
    itself, the only one that is left, or a new one with a new wording.
    """
    document = candidate.document
    if candidate.known.withdrawn:
        return False
    if document.get("gone"):
        return True
    held_key = canonical_key(str(document["url"]))
    own_key = canonical_key(reading.article.url)
    if own_key == held_key:
        return False
    if own_key == canonical_key(str(document.get("canonical_url") or document["url"])):
        return True
    claims_itself = reading.claimed == reading.own
    reworded = (document["title"], document["text"]) != (
        reading.article.title,
        reading.article.text,
    )
    return claims_itself and reworded and _is_renamed(candidate, reading)


def _is_renamed(candidate: Candidate, reading: ShownArticle) -> bool:
    """Whether an address with other words stands in the place of the one before."""
    held = name_of(str(candidate.document["url"]))
    shown = name_of(reading.article.url)
    if candidate.way == "guid":
        return True
    return bool(held.number) and held.number == shown.number and held.slug != shown.slug


def _likeness(candidate: Candidate, reading: ShownArticle) -> float:
    """How much two texts have in common, from 0 to 1; of an empty one, the headlines tell."""
    held = str(candidate.document["text"])
    if not held or not reading.article.text:
        return 1.0 if _has_same_title(candidate, reading) else 0.0
    return overlap(held, reading.article.text)


def _has_same_title(candidate: Candidate, reading: ShownArticle) -> bool:
    title = str(candidate.document["title"])
    return comparable_line(title) == comparable_line(reading.article.title)
