"""A query told in words, so that a reader sees how it was understood: "articles that contain “x”
and not “y”".
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from babel.dates import format_date

from indexer.query import (
    All,
    And,
    Keyword,
    Maybe,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Word,
)
from search.parse.explain_phrases import PHRASES
from search.parse.labels import label

_Contents = Word | Phrase | Prefix | Near


def in_words(tree: Node, language: str = "en") -> str:
    """The tree as one phrase in English, French or Arabic (`language`: en, fr, ar; else English); pure."""
    told = _Telling(PHRASES.get(language, PHRASES["en"]), language if language in PHRASES else "en")
    if isinstance(tree, All):
        return told.phrases["all"]
    return told.phrases["articles"].format(what=told.opening(tree))


class _Telling:
    def __init__(self, phrases: Mapping[str, str], language: str) -> None:
        self.phrases = phrases
        self._language = language

    def opening(self, tree: Node) -> str:
        contained = _begins_with_contents(tree)
        text = self._node(tree, contained)
        return self.phrases["contain"].format(what=text) if contained else text

    def _node(self, node: Node, contained: bool) -> str:
        """`contained`: whether the words before it already say "contain"."""
        match node:
            case And() | Or():
                return self._joined(node, contained)
            case Not():
                negated = "without" if _contents_only(node.part) and not contained else "not"
                return self.phrases[negated].format(what=self._nested(node.part, True))
            case Word() | Phrase() | Prefix() | Near():
                return self._content(node, contained)
        return self._property(node)

    def _property(self, node: All | Keyword | Published | Maybe) -> str:
        if isinstance(node, Keyword):
            return self.phrases[node.field].format(
                value=label(node.field, node.value, self._language, {})
            )
        return self.phrases["everything"] if isinstance(node, All) else self._dated(node)

    def _content(self, node: _Contents, contained: bool) -> str:
        text = self._words(node)
        if field := _field(node):
            return self.phrases[field].format(what=text)
        return text if contained else self.phrases["containing"].format(what=text)

    def _joined(self, node: And | Or, contained: bool) -> str:
        joint = self.phrases["and" if isinstance(node, And) else "or"]
        texts = []
        for part in node.parts:
            texts.append(self._nested(part, contained))
            negated = isinstance(part, Not) and _contents_only(part.part)
            contained = _contents_only(part) or (contained and negated)
        return joint.join(texts)

    def _nested(self, node: Node, contained: bool) -> str:
        text = self._node(node, contained)
        return f"({text})" if isinstance(node, And | Or) else text

    def _words(self, node: _Contents) -> str:
        match node:
            case Word():
                return self.phrases["word"].format(text=node.text)
            case Prefix():
                return self.phrases["prefix"].format(text=node.text)
            case Phrase():
                return self.phrases["slop" if node.slop else "phrase"].format(
                    text=node.text, n=node.slop
                )
        left, right = self._words(node.left), self._words(node.right)
        return self.phrases["near"].format(left=left, right=right, n=node.distance)

    def _dated(self, node: Published | Maybe) -> str:
        kind = "between" if node.start and node.end else "since" if node.start else "until"
        start = _moment(node.start, self._language) if node.start else ""
        end = _moment(node.end, self._language, last=True) if node.end else ""
        when = self.phrases[kind].format(start=start, end=end)
        return self.phrases["published" if isinstance(node, Published) else "maybe"].format(
            when=when
        )


def _field(node: _Contents) -> str | None:
    return node.left.field if isinstance(node, Near) else node.field


def _begins_with_contents(node: Node) -> bool:
    return (
        _begins_with_contents(node.parts[0]) if isinstance(node, And | Or) else _contents_only(node)
    )


def _contents_only(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(_contents_only(part) for part in node.parts)
    return isinstance(node, All) or (isinstance(node, _Contents) and _field(node) is None)


def _moment(moment: datetime, language: str, last: bool = False) -> str:
    """A date where the moment is a midnight (for the end of a range the day before it), else date
    and time.
    """
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return str(format_date((moment - timedelta(days=last)).date(), "d MMMM y", locale=language))
    return f"{format_date(moment, 'd MMMM y', locale=language)} {moment:%H:%M %Z}"
