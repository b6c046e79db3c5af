"""A query told in words, so that a reader sees how it was understood: "articles that contain “x”
and not “y”".
"""

from datetime import datetime, timedelta

from babel.dates import format_date

from indexer.fields import FACETS
from indexer.query import (
    All,
    Amount,
    And,
    Condition,
    Has,
    Keyword,
    Maybe,
    Moment,
    Near,
    NearSide,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Typed,
    Word,
    alternatives,
)
from search.i18n.catalogue import Texts
from search.parse.labels import label

_CONTENT_PHRASES = ("word", "phrase", "typed", "slop", "prefix", "near", "title", "text", "author")
_DATE_PHRASES = ("published", "maybe", "between", "since", "until")
_SENTENCE_PHRASES = (
    "all",
    "articles",
    "contain",
    "containing",
    "and",
    "or",
    "not",
    "without",
    "everything",
)
_CONDITION_PHRASES = (
    "seen",
    "added",
    "gone_when",
    "gone",
    "paywalled",
    "edited",
    "words",
    "words_least",
    "words_most",
    "has",
    "has_date",
)
PHRASES = (
    *_SENTENCE_PHRASES,
    *_CONTENT_PHRASES,
    *_DATE_PHRASES,
    *_CONDITION_PHRASES,
    *FACETS,
)
MESSAGES = tuple(f"told_{phrase}" for phrase in PHRASES)
"""The messages that a query is told with; the web application checks that they are there."""

_WHEN = {"first_seen": "seen", "added": "added", "gone": "gone_when"}
_Contents = Word | Phrase | Typed | Prefix | Near


def in_words(tree: Node, texts: Texts) -> str:
    """The tree as one phrase in the language of the texts; pure."""
    if isinstance(tree, All):
        return texts("told_all")
    return texts("told_articles", what=_Explanation(texts).opening(tree))


class _Explanation:
    """The phrases of one language, put together along a tree."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def opening(self, tree: Node) -> str:
        """What stands behind "articles"."""
        contained = _begins_with_contents(tree)
        text = self._node(tree, contained)
        return self._phrase("contain", what=text) if contained else text

    def _phrase(self, phrase: str, **values: object) -> str:
        return self._texts(f"told_{phrase}", **values)

    def _node(self, node: Node, contained: bool) -> str:
        """`contained`: whether the words before it already say "contain"."""
        match node:
            case And() | Or():
                return self._joined(node, contained)
            case Not():
                negation = "without" if _contents_only(node.part) and not contained else "not"
                return self._phrase(negation, what=self._nested(node.part, True))
            case Word() | Phrase() | Typed() | Prefix() | Near():
                return self._content(node, contained)
            case _:
                return self._property(node)

    def _property(self, node: All | Keyword | Published | Maybe | Condition) -> str:
        match node:
            case Keyword():
                value = label(node.field, node.value, self._texts.language, {})
                # An author is also searched for by words, and both share a phrase.
                return self._phrase(node.field, value=value, what=value)
            case Published() | Maybe():
                return self._dated(node)
            case All():
                return self._phrase("everything")
            case _:
                return self._condition(node)

    def _condition(self, node: Condition) -> str:
        match node:
            case Moment():
                return self._phrase(_WHEN[node.field], when=self._period(node.start, node.end))
            case Amount():
                return self._amount(node)
            case Has(what):
                return self._present(what)

    def _amount(self, node: Amount) -> str:
        if node.field == "revision":
            return self._phrase("edited")
        if node.most is None:
            return self._phrase("words_least", n=node.least)
        if node.least is None:
            return self._phrase("words_most", n=node.most)
        return self._phrase("words", least=node.least, most=node.most)

    def _present(self, what: str) -> str:
        if what == "published":
            return self._phrase("has_date")
        if what in FACETS:
            return self._phrase("has", what=self._texts(f"facet_{what}"))
        return self._phrase(what)

    def _content(self, node: _Contents, contained: bool) -> str:
        text = self._words(node)
        field = _field(node)
        if field:
            return self._phrase(field, what=text)
        return text if contained else self._phrase("containing", what=text)

    def _joined(self, node: And | Or, contained: bool) -> str:
        texts = []
        for part in node.parts:
            texts.append(self._nested(part, contained))
            negated = isinstance(part, Not) and _contents_only(part.part)
            contained = _contents_only(part) or (contained and negated)
        joint = self._phrase("and" if isinstance(node, And) else "or")
        return joint.join(texts)

    def _nested(self, node: Node, contained: bool) -> str:
        text = self._node(node, contained)
        return f"({text})" if isinstance(node, And | Or) else text

    def _words(self, node: _Contents) -> str:
        match node:
            case Word():
                return self._phrase("word", text=node.text)
            case Prefix():
                return self._phrase("prefix", text=node.text)
            case Phrase() | Typed():
                return self._in_order(node)
            case Near():
                left = self._side(node.left)
                right = self._side(node.right)
                return self._phrase("near", left=left, right=right, n=node.distance)

    def _side(self, side: NearSide) -> str:
        words = self._phrase("or").join(map(self._words, alternatives(side)))
        return f"({words})" if isinstance(side, Or) else words

    def _in_order(self, node: Phrase | Typed) -> str:
        if node.slop:
            return self._phrase("slop", text=node.text, n=node.slop)
        kind = "typed" if isinstance(node, Typed) else "phrase"
        return self._phrase(kind, text=node.text)

    def _dated(self, node: Published | Maybe) -> str:
        kind = "published" if isinstance(node, Published) else "maybe"
        return self._phrase(kind, when=self._period(node.start, node.end))

    def _period(self, start: datetime | None, end: datetime | None) -> str:
        if start and end:
            return self._phrase("between", start=self._moment(start), end=self._end(end))
        if start:
            return self._phrase("since", start=self._moment(start))
        return self._phrase("until", end=self._end(end) if end else "")

    def _end(self, end: datetime) -> str:
        """The end of a half-open period: the day before it where it is a midnight."""
        if _is_midnight(end):
            end -= timedelta(days=1)
        return self._moment(end)

    def _moment(self, moment: datetime) -> str:
        """A date where the moment is a midnight, else date and time."""
        day = format_date(moment.date(), "d MMMM y", locale=self._texts.language)
        return str(day) if _is_midnight(moment) else f"{day} {moment:%H:%M %Z}"


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _field(node: _Contents) -> str | None:
    return node.field


def _begins_with_contents(node: Node) -> bool:
    if isinstance(node, And | Or):
        return _begins_with_contents(node.parts[0])
    return _contents_only(node)


def _contents_only(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(_contents_only(part) for part in node.parts)
    if isinstance(node, All):
        return True
    return isinstance(node, _Contents) and _field(node) is None
