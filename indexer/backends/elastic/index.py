"""Articles in Elasticsearch 9: an alias over a versioned index."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, NotFoundError

from indexer.backend import Document, IndexUnavailable, Operation, Outcome
from indexer.backends.elastic import bulk, facets, versions
from indexer.backends.elastic.alert_matching import match_documents
from indexer.backends.elastic.compile import compile_query, reads_positions
from indexer.backends.elastic.connection import connect, translated_errors
from indexer.backends.elastic.requests import (
    SNAPSHOT_KEPT,
    date_order,
    point_in_time,
    sample_body,
    search_body,
)
from indexer.backends.elastic.scoring import explained
from indexer.document import from_source
from indexer.highlight.highlighter import Highlighter
from indexer.query import (
    Found,
    Hit,
    Interval,
    QueryError,
    Search,
    Timeline,
    TooCostly,
    civil,
    cursor,
    timeline,
)
from indexer.query.analyzed import Exact
from indexer.query.selection import selection

SEARCH_TIMEOUT = "20s"
LOOSE_TIMEOUT = "500ms"
"""For phrases, NEAR and words with a star, which may cost a thousand times what words cost."""
_SCAN_BATCH = 500
"""Documents of one request of a scan."""


class Elastic:
    """The articles behind an alias of one cluster; `url` as VEILLE_INDEX has it."""

    name = "elasticsearch"

    def __init__(self, url: str, environment: Mapping[str, str] = os.environ) -> None:
        self._client, self._alias, self._address = connect(url, environment)

    def setup(self) -> None:
        with translated_errors(self._address):
            if not versions.behind_alias(self._client, self._alias):
                versions.create(
                    self._client,
                    versions.name(self._alias, 1),
                    {self._alias: {"is_write_index": True}},
                )
            indices = self._client.indices.get(index=self._alias).body
        for name, index in indices.items():
            if not versions.is_current(index):
                differs = versions.describe(versions.differences(index))
                raise IndexUnavailable(
                    f"The index {name} was made by another version (it {differs}): "
                    "run `veille elastic migrate`."
                )

    def renew(self) -> None:
        with translated_errors(self._address):
            old_indices = versions.behind_alias(self._client, self._alias)
            name = versions.next_name(self._client, self._alias)
            versions.create(self._client, name, aliases={})
            add = {"index": name, "alias": self._alias, "is_write_index": True}
            removals = [{"remove_index": {"index": index}} for index in old_indices]
            # In one request, so that searches find either the old index or the new one.
            self._client.indices.update_aliases(actions=[*removals, {"add": add}])

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        outcomes = bulk.write(self._client, self._address, self._alias, operations)
        return [outcomes[operation.id] for operation in operations]

    def refresh(self) -> None:
        with translated_errors(self._address):
            self._client.indices.refresh(index=self._alias)

    def search(self, search: Search) -> Found:
        selected = selection(search)
        position: list[Any] = []
        if search.cursor:
            position = cursor.decode(self._cursor_kind(search), search.cursor)
        body = search_body(search, selected)
        if search.explain:
            body["include_named_queries_score"] = True
        answer, next_cursor = self._page(search, body, position)
        highlighter = Highlighter(selected.tree)
        size = search.limit if search.sample is None else search.sample
        hits = []
        for hit in answer["hits"]["hits"][:size]:
            article = from_source(hit["_source"])
            score = float(hit["_score"] or 0.0)
            parts = explained(search, selected, hit)
            hits.append(Hit(article, score, highlighter.of(article), parts))
        counts = {
            field: facets.facet_counts(field, answer["aggregations"][field])
            for field in search.facets
        }
        return Found(answer["hits"]["total"]["value"], hits, counts, next_cursor)

    def timeline(self, search: Search, interval: Interval = "auto", tz: str = "UTC") -> Timeline:
        zone = timeline.zone(tz)
        body = {"query": compile_query(selection(search).all_but()), "size": 0}
        with translated_errors(self._address):
            answer = self._ask({**body, "aggs": facets.DATE_SPANS})
            spans = facets.date_spans(answer["aggregations"])
            steps = civil.plan(interval, spans, zone)
            if spans:
                answer = self._ask({**body, "aggs": facets.timeline_aggregation(steps)})
        total = answer["hits"]["total"]["value"]
        if not spans:
            return steps.timeline({}, {}, total)
        moments = facets.timeline_counts(answer["aggregations"]["moments"])
        days = facets.timeline_counts(answer["aggregations"]["days"])
        return steps.timeline(moments, days, total)

    def scan(self, search: Search) -> Iterator[Document]:
        body = {
            "query": compile_query(selection(search).all_but()),
            "size": _SCAN_BATCH,
            "sort": ["_shard_doc"],
        }
        if search.sample is None:
            yield from self._scan_all(body)
            return
        with translated_errors(self._address):
            hits = self._ask(sample_body(body, search))["hits"]["hits"]
        yield from (from_source(hit["_source"]) for hit in hits)

    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        with translated_errors(self._address):
            rows = self._client.mget(index=self._alias, ids=wanted)["docs"]
        return {row["_id"]: from_source(row["_source"]) for row in rows if row.get("found")}

    def matching(
        self, searches: Sequence[Search], ids: Sequence[str]
    ) -> list[set[str] | QueryError]:
        return match_documents(self._client, self._address, self._alias, searches, ids)

    def frequencies(self, search: Search, words: Sequence[str]) -> list[int]:
        if not words:
            return []
        filters = {}
        for number, word in enumerate(words):
            filters[str(number)] = compile_query(Exact((word,), None))
        with translated_errors(self._address):
            query = compile_query(selection(search).all_but())
            aggregations = {"words": {"filters": {"filters": filters}}}
            answer = self._ask({"query": query, "size": 0, "aggs": aggregations})
        buckets = answer["aggregations"]["words"]["buckets"]
        return [int(buckets[number]["doc_count"]) for number in filters]

    def count(self) -> int:
        with translated_errors(self._address):
            return int(self._client.count(index=self._alias)["count"])

    def close(self) -> None:
        self._client.close()

    def _cursor_kind(self, search: Search) -> str:
        return f"{self.name} {search.sort}"

    def _scan_all(self, body: dict[str, Any]) -> Iterator[Document]:
        with translated_errors(self._address):
            snapshot = self._open_snapshot()
            hits: list[Any] | None = None
            try:
                while hits is None or len(hits) == _SCAN_BATCH:
                    answer = self._ask({**body, "pit": point_in_time(snapshot)})
                    hits = answer["hits"]["hits"]
                    yield from (from_source(hit["_source"]) for hit in hits)
                    body["search_after"] = hits[-1]["sort"] if hits else None
                    snapshot = answer["pit_id"]
            finally:
                self._close_snapshot(snapshot)

    def _page(
        self, search: Search, body: dict[str, Any], position: list[Any]
    ) -> tuple[dict[str, Any], str | None]:
        """The answer with the hits behind a cursor's position, and the cursor behind them."""
        with translated_errors(self._address):
            if search.sample is not None:
                return self._ask(sample_body(body, search)), None
            if search.sort == "relevance":
                return self._by_relevance(search, body, position)
            return self._by_date(search, body, position)

    def _by_date(
        self, search: Search, body: dict[str, Any], position: list[Any]
    ) -> tuple[dict[str, Any], str | None]:
        body["sort"] = date_order(search.sort)
        if position:
            body["search_after"] = position
        # One hit more than the page has tells whether there is a next page.
        body["size"] = search.limit + 1 if search.limit else 0
        answer = self._ask(body)
        hits = answer["hits"]["hits"]
        if len(hits) <= search.limit or search.limit == 0:
            return answer, None
        last = hits[search.limit - 1]
        return answer, cursor.encode(self._cursor_kind(search), last["sort"])

    def _by_relevance(
        self, search: Search, body: dict[str, Any], position: list[Any]
    ) -> tuple[dict[str, Any], str | None]:
        """Scores change with every new article: a walk stays in one point in time, opened where a
        page is not all.
        """
        body |= {
            # Of equal scores the first written comes first, as in an embedded index: that is the
            # order of a point in time.
            "sort": [{"_score": "desc"}],
            "size": search.limit,
            "track_scores": True,
            # Words have the statistics of all shards, so that it does not matter where one is.
            "search_type": "dfs_query_then_fetch",
        }
        if search.limit == 0 and not position:
            return self._ask(body), None
        if position:
            snapshot, *after = position
            body |= {"search_after": after, "pit": point_in_time(snapshot)}
            answer = self._ask(body)
        else:
            answer = self._ask_in_new_snapshot(body)
        hits = answer["hits"]["hits"]
        snapshot = answer["pit_id"]
        is_whole = not position and answer["hits"]["total"]["value"] == len(hits)
        if is_whole or len(hits) < search.limit:
            self._close_snapshot(snapshot)
            return answer, None
        return answer, cursor.encode(self._cursor_kind(search), [snapshot, *hits[-1]["sort"]])

    def _ask_in_new_snapshot(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer of a point in time that is opened for it, and stays open."""
        snapshot = self._open_snapshot()
        try:
            return self._ask({**body, "pit": point_in_time(snapshot)})
        except Exception:
            self._close_snapshot(snapshot)
            raise

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a search; raises `TooCostly` where it took too long."""
        timeout = LOOSE_TIMEOUT if reads_positions(body) else SEARCH_TIMEOUT
        options = dict(body)
        if "pit" not in body:  # a point in time names its index itself
            options["index"] = self._alias
        answer: dict[str, Any] = self._client.search(
            **options, track_total_hits=True, timeout=timeout, allow_partial_search_results=False
        ).body
        if answer["timed_out"]:
            raise TooCostly
        return answer

    def _open_snapshot(self) -> str:
        return str(
            self._client.open_point_in_time(index=self._alias, keep_alive=SNAPSHOT_KEPT)["id"]
        )

    def _close_snapshot(self, snapshot: str) -> None:
        # Elasticsearch closes it by itself later: failing here would only hide the answer.
        with contextlib.suppress(ApiError, NotFoundError):
            self._client.close_point_in_time(id=snapshot)
