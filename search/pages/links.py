"""The addresses that the page offers: the same view with one thing changed, or in another form."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from search.ask import FILTERS, MatchParams

Pairs = tuple[tuple[str, str], ...]
_SHOWN = ("q", *FILTERS, "from", "to", "tz", "sort")
_MOST = 200
Params = TypeVar("Params", bound=MatchParams)


def asked(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """The parameters of the page that say something: known, not empty, each only once."""
    kept = ((name, value) for name, value in pairs if name in (*_SHOWN, "cursor", "ui") and value.strip())
    return tuple(dict.fromkeys(kept))[:_MOST]


class Links:
    """The addresses around one view, given by its parameters."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs

    @property
    def query(self) -> str:
        """What was typed."""
        return self.value("q")

    @property
    def filtered(self) -> bool:
        """Whether something besides the query narrows the view down."""
        return any(name in (*FILTERS, "from", "to") for name, _ in self.pairs)

    @property
    def chosen(self) -> Pairs:
        """The filters that are set."""
        return tuple(pair for pair in self.pairs if pair[0] in FILTERS)

    @property
    def kept(self) -> Pairs:
        """What a form must carry along besides its own boxes."""
        return tuple(pair for pair in self.pairs if pair[0] in (*FILTERS, "tz", "ui"))

    def params(self, kind: type[Params], **values: Any) -> Params:
        """The parameters as the API takes them; raises pydantic's ValidationError."""
        given: dict[str, Any] = {name: value for name, value in self.pairs if name not in FILTERS and name != "ui"}
        for field in FILTERS:
            given[field] = tuple(value for name, value in self.pairs if name == field)
        return kind.model_validate({**given, **values})

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
        rest = [other for other in self.pairs if other != pair and other[0] != "cursor"]
        return _address("/", rest if pair in self.pairs else [*rest, pair])

    def with_(self, name: str, value: str | None) -> str:
        """The view with this parameter; None takes it away."""
        rest = [pair for pair in self.pairs if pair[0] not in (name, "cursor")]
        return _address("/", rest if value is None else [*rest, (name, value)])

    def between(self, first: str, last: str) -> str:
        """The view of the dates from `first` to `last`."""
        rest = [pair for pair in self.pairs if pair[0] not in ("from", "to", "cursor")]
        return _address("/", [*rest, ("from", first), ("to", last)])

    def asking(self, query: str) -> str:
        """Another query alone."""
        return _address("/", [("q", query), *(pair for pair in self.pairs if pair[0] == "ui")])

    def unfiltered(self) -> str:
        """The query alone."""
        return _address("/", [pair for pair in self.pairs if pair[0] in ("q", "sort", "ui")])

    def other(self, path: str) -> str:
        """The same matches at another path of the API."""
        return _address(path, [pair for pair in self.pairs if pair[0] in _SHOWN])


def _address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path
