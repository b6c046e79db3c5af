"""The addresses that the page offers: the same view with one thing changed, or in another form."""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus
from zoneinfo import ZoneInfo

from indexer.query.conditions import CONDITIONS
from search.i18n.catalogue import DEFAULT
from search.pages.exclusions import Exclusion, exclusions, including, without
from search.query.request import FILTERS, NARROWING, MatchParams

Pairs = tuple[tuple[str, str], ...]
_SHOWN = ("q", *NARROWING, "from", "to", "tz", "sort")
_CHART = ("chart", "by", "interval")
_OF_A_VIEW = frozenset((*_SHOWN, *_CHART, "cursor", "ui"))
_CARRIED = frozenset((*NARROWING, "sort", "ui", *_CHART))
"""What the search form carries along besides its own boxes."""
_MOST = 200
"""Parameters that a view keeps: each link of a page repeats all of them."""
Params = TypeVar("Params", bound=MatchParams)


def view_parameters(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """The parameters of the page that say something: known, not empty, each only once."""
    view = [pair for pair in pairs if pair[0] in _OF_A_VIEW and pair[1].strip()]
    return tuple(dict.fromkeys(view))[:_MOST]


def view_of(pairs: Iterable[tuple[str, str]], zone: str, language: str) -> "Links":
    """The view of these parameters by a reader of `language`, which tells how dates are read. The
    time zone `zone` is a part of each of its addresses, unless the view has another, or it is UTC,
    which the API takes for granted.
    """
    view = view_parameters(pairs)
    names = {name for name, _ in view}
    if zone != "UTC" and "tz" not in names:
        view = (*view, ("tz", zone))
    return Links(view, language)


class Links:
    """The addresses around one view, given by its parameters."""

    def __init__(self, pairs: Pairs, language: str | None = None) -> None:
        self.pairs = pairs
        self._language = language

    def of(self, pairs: Pairs) -> "Links":
        """The view of other parameters by the same reader."""
        return Links(pairs, self._language)

    @cached_property
    def query(self) -> str:
        """What was typed."""
        return self.value("q")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the view, by whose clock it tells times; UTC where it names none."""
        try:
            return ZoneInfo(self.value("tz") or "UTC")
        except (KeyError, ValueError, OSError):
            return ZoneInfo("UTC")

    @property
    def filtered(self) -> bool:
        """Whether something besides the query narrows the view down."""
        return any(name in (*NARROWING, "from", "to") for name, _ in self.pairs)

    @property
    def chosen(self) -> Pairs:
        """The filters that are set."""
        return tuple(pair for pair in self.pairs if pair[0] in NARROWING)

    @property
    def excluded(self) -> list[Exclusion]:
        """The values that the query excludes."""
        return exclusions(self.query)

    @property
    def carried(self) -> Pairs:
        """What the search form must carry along besides its own boxes."""
        return tuple(pair for pair in self.pairs if pair[0] in _CARRIED)

    @cached_property
    def whole(self) -> Pairs:
        """The whole view, from its first results on."""
        return tuple(pair for pair in self.pairs if pair[0] != "cursor")

    def params(self, kind: type[Params], **values: Any) -> Params:
        """The parameters as the API takes them; raises pydantic's ValidationError."""
        several = (*FILTERS, *CONDITIONS)
        left_out = (*several, *_CHART, "ui")
        parameters: dict[str, Any] = dict(pair for pair in self.pairs if pair[0] not in left_out)
        for field in several:
            parameters[field] = tuple(self.values(field))
        return kind.model_validate({"ui": self._language, **parameters, **values})

    def value(self, name: str) -> str:
        """The parameter's value, empty where there is none."""
        return next((value for key, value in self.pairs if key == name), "")

    def values(self, name: str) -> list[str]:
        """The parameter's values."""
        return [value for key, value in self.pairs if key == name]

    def has(self, name: str, value: str) -> bool:
        """Whether this filter is set."""
        return (name, value) in self.pairs

    def toggled(self, name: str, value: str) -> str:
        """The view with this filter set or taken away, from its first results on."""
        pair = (name, value)
        pairs = [other for other in self.whole if other != pair]
        if pair not in self.pairs:
            pairs.append(pair)
        return _address("/", pairs)

    def excluding(self, field: str, value: str) -> str:
        """The view without the articles that have this value, from its first results on."""
        query = without(self.query, field, value)
        replaced = (("q", self.query), (field, value))
        rest = [pair for pair in self.whole if pair not in replaced]
        return _address("/", [("q", query), *rest])

    def including(self, exclusion: Exclusion) -> str:
        """The view without this exclusion."""
        return self.with_("q", including(self.query, exclusion) or None)

    def with_(self, name: str, value: str | None) -> str:
        """The view with this parameter, from its first results on; None takes it away."""
        return self.at("/", **{name: value})

    def at(self, path: str, **values: str | None) -> str:
        """The view, from its first results on, at another path and with these parameters; None
        takes one away.
        """
        pairs = [pair for pair in self.whole if pair[0] not in values]
        for name, value in values.items():
            if value is not None:
                pairs.append((name, value))
        return _address(path, pairs)

    def between(self, first: str | None, last: str | None) -> str:
        """The view of the dates from `first` to `last`; None leaves that end open."""
        return self.at("/", **{"from": first, "to": last})

    def asking(self, query: str) -> str:
        """Another query alone."""
        language = [pair for pair in self.pairs if pair[0] == "ui"]
        return _address("/", [("q", query), *language])

    def unfiltered(self) -> str:
        """The query alone."""
        return _address("/", [pair for pair in self.pairs if pair[0] in ("q", "sort", "ui")])

    def other(self, path: str, **values: str | None) -> str:
        """The same matches at another path, which reads dates as this reader does."""
        pairs = [pair for pair in self.pairs if pair[0] in _SHOWN]
        pairs += self._reading
        for name, value in values.items():
            if value:
                pairs.append((name, value))
        return _address(path, pairs)

    def drawn(self, path: str) -> str:
        """The chart of the view at another path."""
        pairs = [pair for pair in self.whole if pair[0] != "ui"]
        return _address(path, [*pairs, *self._reading])

    @property
    def _reading(self) -> list[tuple[str, str]]:
        """The parameter that tells the reader's language, where it is not what the API takes for
        granted.
        """
        language = self.value("ui") or self._language
        return [("ui", language)] if language and language != DEFAULT else []

    def article(self, article_id: str) -> str:
        """An article as it is read from this view, which marks what was searched for."""
        return _address(f"/article/{quote(article_id, safe='')}", self.whole)


def _address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    if not pairs:
        return path
    query = "&".join(_encoded(*pair) for pair in pairs)
    return f"{path}?{query}"


@lru_cache(10_000)
def _encoded(name: str, value: str) -> str:
    # A page has a thousand links, which differ in one parameter only.
    return f"{quote_plus(name)}={quote_plus(value)}"
