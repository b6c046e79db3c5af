"""One page of hits in a stable order: by date point or score, then by the tie-breaker, so that a
walk misses none.

Undated articles come last, whichever way dates are sorted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import tantivy

from indexer.query import QueryError, Sort
from indexer.query.sampling import draw

Address = tantivy.DocAddress
Query = tantivy.Query

_INTEGER = tantivy.FieldType.Integer
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class SearchAfter:
    """The last hit of a page: its date point (None: undated) and its tie-breaker."""

    point: int | None
    tie: int


@dataclass(frozen=True, slots=True)
class Paginator:
    """Pages of one query on one snapshot of the index."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    query: Query

    def by_date(
        self, sort: Sort, limit: int, after: SearchAfter | None
    ) -> list[tuple[Address, SearchAfter]]:
        """At most `limit` hits behind a place, newest or oldest first."""
        found: list[tuple[Address, SearchAfter]] = []
        if after is not None:
            found = self._same_date(after.point, after.tie, limit)
        if after is None or after.point is not None:
            while len(found) < limit:
                last = found[-1][1].point if found else (after.point if after else None)
                more = self._next_dates(sort, limit - len(found), last)
                if not more:
                    return found + self._same_date(None, None, limit - len(found))
                found += more
        return found

    def by_score(self, limit: int, offset: int) -> list[tuple[Address, float]]:
        """At most `limit` hits behind the first `offset`, the best first."""
        found = self.searcher.search(self.query, limit=limit, offset=offset, count=False).hits
        return [(address, float(score)) for score, address in found]

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
        found = list(self._all())
        return [found[at] for at in draw(self._ties(found), size, seed)]

    def _all(self) -> list[Address]:
        return self._sorted(self.query, "tie", tantivy.Order.Asc, max(1, self.searcher.num_docs))

    def _next_dates(
        self, sort: Sort, limit: int, last: int | None
    ) -> list[tuple[Address, SearchAfter]]:
        """The next whole dates, at least one hit of the next; a date with more hits than `limit` is
        cut by its ties.
        """
        newest = sort == "newest"
        if last is None:
            dated = self._and(Query.exists_query("point"))
        else:
            dated = self._and(
                self._range("point", None, last - 1)
                if newest
                else self._range("point", last + 1, None)
            )
        order = tantivy.Order.Desc if newest else tantivy.Order.Asc
        addresses = self._sorted(dated, "point", order, limit)
        if not addresses:
            return []
        points = self._numbers("point", addresses)
        cut = points[-1]
        whole = [address for address, point in zip(addresses, points, strict=True) if point != cut]
        places = [
            SearchAfter(point, tie) for point, tie in zip(points, self._ties(whole), strict=False)
        ]
        placed = list(zip(whole, places, strict=True))
        placed.sort(key=lambda hit: ((-1 if newest else 1) * (hit[1].point or 0), hit[1].tie))
        return placed + self._same_date(cut, None, limit - len(placed))

    def _same_date(
        self, point: int | None, after: int | None, limit: int
    ) -> list[tuple[Address, SearchAfter]]:
        """Hits of one date, by their tie-breaker."""
        if limit <= 0:
            return []
        if point is None:
            query = Query.boolean_query(
                [
                    (tantivy.Occur.Must, self.query),
                    (tantivy.Occur.MustNot, Query.exists_query("point")),
                ]
            )
        else:
            query = self._and(self._range("point", point, point))
        if after is not None:
            query = Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, self._range("tie", after + 1, None)),
                ]
            )
        addresses = self._sorted(query, "tie", tantivy.Order.Asc, limit)
        return [
            (address, SearchAfter(point, tie))
            for address, tie in zip(addresses, self._ties(addresses), strict=True)
        ]

    def _sorted(self, query: Query, field: str, order: tantivy.Order, limit: int) -> list[Address]:
        found = self.searcher.search(
            query, limit=limit, count=False, order_by_field=field, order=order
        ).hits
        return [address for _, address in found]

    def _ties(self, addresses: list[Address]) -> list[int]:
        return self._numbers("tie", addresses)

    def _numbers(self, field: str, addresses: list[Address]) -> list[int]:
        return (
            [int(number or 0) for number in self.searcher.fast_field_values(field, addresses)]
            if addresses
            else []
        )

    def _range(self, field: str, lower: int | None, upper: int | None) -> Query:
        return Query.range_query(self.schema, field, _INTEGER, lower, upper)

    def _and(self, other: Query) -> Query:
        return Query.boolean_query([(tantivy.Occur.Must, self.query), (tantivy.Occur.Must, other)])


def decode_position(position: list[str | int | float | None]) -> SearchAfter:
    """The place that a cursor holds; raises `QueryError`."""
    match position:
        case [None, int(tie)]:
            return SearchAfter(None, tie)
        case [int(point), int(tie)]:
            return SearchAfter(point, tie)
    raise QueryError("This cursor is not one of ours: search again without it.")
