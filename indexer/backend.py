"""What an index backend can do. A new one is one file in backends/ and one line in its registry.

A door module. Every backend passes tests/contract; where one lacks a feature it raises
`UnsupportedError`, never a wrong answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from indexer.query import Found, Interval, QueryError, Search, Timeline

Document = Mapping[str, Any]
"""An article as JSON values (`Article.to_dict`), as it is indexed and given back."""


@dataclass(frozen=True, slots=True)
class Put:
    """Index this document, in the place of an earlier one with the same id."""

    document: Document

    @property
    def id(self) -> str:
        return str(self.document["id"])


@dataclass(frozen=True, slots=True)
class Delete:
    """Take the document with this id out of the index; none there is no error."""

    id: str


Operation = Put | Delete


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation: `retry` may go well later as it is, `rejected` never will."""

    id: str
    status: Literal["done", "retry", "rejected"]
    reason: str | None = None


class IndexUnavailable(Exception):
    """The index does not answer; the message says which one and what to do."""


class UnsupportedError(Exception):
    """This backend lacks the feature; the message says which one has it."""


class Backend(Protocol):
    """Where articles are searched; `indexer.backends.open_backend` opens one.

    Methods block, are safe to call from several threads, and raise `IndexUnavailable` where the
    index does not answer.
    """

    name: str

    def setup(self) -> None:
        """Create the index where it is missing.

        Raises `IndexUnavailable`, also where another version made it.
        """

    def renew(self) -> None:
        """Begin an empty index in the place of the one that is there, whatever version made it.

        Raises `IndexUnavailable`, also where another process is writing to an embedded one.
        """

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Carry out the operations in order and durably; one outcome each, in order. Never raises
        for one document.

        Of several operations for one id only the last is carried out, and all of them get its
        outcome. Raises `IndexUnavailable` where nothing was written; what is lost on the way
        afterwards is `retry`.
        """

    def refresh(self) -> None:
        """Make all that was written searchable now."""

    def search(self, search: Search) -> Found:
        """The hits of a search, with facets.

        A walk by cursor meets every match of its beginning exactly once, while articles keep
        arriving. Raises `QueryError` for a search that costs too much, and for a foreign or expired
        cursor.
        """

    def timeline(self, search: Search, interval: Interval = "auto", tz: str = "UTC") -> Timeline:
        """How the matches are spread over time, in steps of the time zone `tz`."""

    def scan(self, search: Search) -> Iterator[Document]:
        """All matches of a search, or its sample, each once; no facets, highlights or limit."""

    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        """The documents with these ids; missing ones are left out."""

    def matching(
        self, searches: Sequence[Search], ids: Sequence[str]
    ) -> list[set[str] | QueryError]:
        """Which of the documents with these ids each search matches, in order; its page, cursor and
        sample don't count.

        It finds what `search` finds among them. A search that can't be asked has its `QueryError`
        in its place.
        """

    def frequencies(self, search: Search, words: Sequence[str]) -> list[int]:
        """How many matches have each folded word in title or text, unstemmed, in order."""

    def count(self) -> int:
        """How many documents are searchable."""

    def close(self) -> None:
        """Release files and connections."""
