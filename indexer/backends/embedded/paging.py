"""One page of hits in a stable order: by date point or score, then by the tie-breaker, so that a
walk misses none.

Articles without the date that is sorted by come last, whichever way it is sorted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import tantivy

from indexer.backends.embedded.schema import DATE_COLUMNS
from indexer.query import ORDERS, QueryError, Sort
from indexer.query.cursor import Position
from indexer.query.sampling import draw

Address = tantivy.DocAddress
ScoredAddress = tuple[Address, float]
Query = tantivy.Query

_INTEGER = tantivy.FieldType.Integer
_BATCH = 2_000
"""Hits that are read at one time of a walk through all."""


@dataclass(frozen=True, slots=True)
class SearchAfter:
    """The last hit of a page: its date in milliseconds since 1970 (None: it has none) and its
    tie-breaker.
    """

    point: int | None
    tie: int


@dataclass(frozen=True, slots=True)
class DateOrder:
    """The column that hits are sorted by, and whether the latest comes first."""

    column: str
    latest_first: bool

    @classmethod
    def of(cls, sort: Sort) -> "DateOrder":
        """The order of this name."""
        field, latest_first = ORDERS[sort]
        return cls(DATE_COLUMNS.get(field, field), latest_first)


@dataclass(frozen=True, slots=True)
class Paginator:
    """Pages of one query on one snapshot of the index."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    query: Query

    def by_date(
        self, order: DateOrder, limit: int, after: SearchAfter | None
    ) -> list[tuple[Address, SearchAfter]]:
        """At most `limit` hits behind a place, in this order."""
        hits: list[tuple[Address, SearchAfter]] = []
        last: int | None = None
        if after is not None:
            hits = self._same_date(order, after.point, after.tie, limit)
            last = after.point
            if last is None:
                return hits  # undated articles come last: there is nothing behind them
        while len(hits) < limit:
            if hits:
                last = hits[-1][1].point
            more = self._next_dates(order, limit - len(hits), last)
            if not more:
                return hits + self._same_date(order, None, None, limit - len(hits))
            hits += more
        return hits

    def page_by_date(
        self, sort: Sort, limit: int, position: list[str | int | float | None]
    ) -> tuple[list[ScoredAddress], Position]:
        """A page behind a cursor's position, and the position of its end; none at the last page."""
        after = decode_position(position) if position else None
        hits = self.by_date(DateOrder.of(sort), limit + 1, after)
        page = hits[:limit]
        unscored = [(address, 0.0) for address, _ in page]
        if len(hits) <= limit:
            return unscored, []
        _, last = page[-1]
        return unscored, [last.point, last.tie]

    def by_score(self, limit: int, offset: int) -> list[ScoredAddress]:
        """At most `limit` hits behind the first `offset`, the best first."""
        hits = self.searcher.search(self.query, limit=limit, offset=offset, count=False).hits
        return [(address, float(score)) for score, address in hits]

    def everything(self) -> Iterator[Address]:
        """Every hit once."""
        last: int | None = None
        while True:
            query = self.query if last is None else self._and(self._range("tie", last + 1, None))
            addresses = self._sorted(query, "tie", tantivy.Order.Asc, _BATCH)
            yield from addresses
            if len(addresses) < _BATCH:
                return
            last = self._ties(addresses[-1:])[0]

    def drawn(self, size: int, seed: int) -> list[Address]:
        """A random sample, in the order of the draw."""
        limit = max(1, self.searcher.num_docs)
        addresses = self._sorted(self.query, "tie", tantivy.Order.Asc, limit)
        return [addresses[index] for index in draw(self._ties(addresses), size, seed)]

    def _next_dates(
        self, order: DateOrder, limit: int, last: int | None
    ) -> list[tuple[Address, SearchAfter]]:
        """The next whole dates, at least one hit of the next; a date with more hits than `limit` is
        cut by its ties.
        """
        direction = tantivy.Order.Desc if order.latest_first else tantivy.Order.Asc
        addresses = self._sorted(self._behind(order, last), order.column, direction, limit)
        if not addresses:
            return []
        points = self._numbers(order.column, addresses)
        # Of the last date there may be more hits than fit: it is read again, by its ties.
        cut_point = points[-1]
        count = points.index(cut_point)
        ties = self._ties(addresses[:count])
        hits = []
        for address, point, tie in zip(addresses[:count], points[:count], ties, strict=True):
            hits.append((address, SearchAfter(point, tie)))
        sign = -1 if order.latest_first else 1
        hits.sort(key=lambda hit: (sign * (hit[1].point or 0), hit[1].tie))
        return hits + self._same_date(order, cut_point, None, limit - len(hits))

    def _behind(self, order: DateOrder, last: int | None) -> Query:
        """The dated matches behind a date; all dated ones where there is none."""
        if last is None:
            return self._and(Query.exists_query(order.column))
        if order.latest_first:
            return self._and(self._range(order.column, None, last - 1))
        return self._and(self._range(order.column, last + 1, None))

    def _same_date(
        self, order: DateOrder, point: int | None, after: int | None, limit: int
    ) -> list[tuple[Address, SearchAfter]]:
        """Hits of one date, by their tie-breaker."""
        if limit <= 0:
            return []
        if point is None:
            undated = (tantivy.Occur.MustNot, Query.exists_query(order.column))
            query = Query.boolean_query([(tantivy.Occur.Must, self.query), undated])
        else:
            query = self._and(self._range(order.column, point, point))
        if after is not None:
            behind = (tantivy.Occur.Must, self._range("tie", after + 1, None))
            query = Query.boolean_query([(tantivy.Occur.Must, query), behind])
        addresses = self._sorted(query, "tie", tantivy.Order.Asc, limit)
        ties = self._ties(addresses)
        return [
            (address, SearchAfter(point, tie)) for address, tie in zip(addresses, ties, strict=True)
        ]

    def _sorted(self, query: Query, field: str, order: tantivy.Order, limit: int) -> list[Address]:
        hits = self.searcher.search(
            query, limit=limit, count=False, order_by_field=field, order=order
        ).hits
        return [address for _, address in hits]

    def _ties(self, addresses: list[Address]) -> list[int]:
        return self._numbers("tie", addresses)

    def _numbers(self, field: str, addresses: list[Address]) -> list[int]:
        if not addresses:
            return []
        return [int(number or 0) for number in self.searcher.fast_field_values(field, addresses)]

    def _range(self, field: str, lower: int | None, upper: int | None) -> Query:
        return Query.range_query(self.schema, field, _INTEGER, lower, upper)

    def _and(self, other: Query) -> Query:
        return Query.boolean_query([(tantivy.Occur.Must, self.query), (tantivy.Occur.Must, other)])


def decode_position(position: list[str | int | float | None]) -> SearchAfter:
    """The place that the cursor of a walk by date holds; raises `QueryError`."""
    match position:
        case [None, int(tie)]:
            return SearchAfter(None, tie)
        case [int(point), int(tie)]:
            return SearchAfter(point, tie)
    raise QueryError("This cursor is not one of ours: search again without it.")


def decode_offset(position: list[str | int | float | None]) -> int:
    """How many hits a walk by relevance has had; raises `QueryError`."""
    offset = position[1] if position else 0
    if not isinstance(offset, int) or not 0 <= offset < 1 << 32:
        raise QueryError("This cursor is not one of ours: search again without it.")
    return offset
