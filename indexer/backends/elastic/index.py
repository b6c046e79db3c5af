"""Articles in Elasticsearch 9: an alias over a versioned index."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, NotFoundError

from indexer.backend import Document, IndexUnavailable, Operation, Outcome
from indexer.backends.elastic import bulk, versions
from indexer.backends.elastic import facets as counts
from indexer.backends.elastic.alert_matching import match_documents
from indexer.backends.elastic.compile import compile_query, reads_positions
from indexer.backends.elastic.connection import connect, translated_errors
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
    cursor,
    timeline,
)
from indexer.query.analyzed import AllOf, Exact
from indexer.query.sampling import sort_script
from indexer.query.selection import Selection, selection

SEARCH_TIMEOUT = "20s"
LOOSE_TIMEOUT = "500ms"
"""For phrases, NEAR and words with a star, which may cost a thousand times what words cost."""
SNAPSHOT_KEPT = "5m"
"""How long a walk by relevance may rest between two pages."""
UNDATED = 10**15
"""Milliseconds after (or, negative, before) 1970 that no date of four digits reaches: where undated
articles sort.
"""
_SCANNED = 500


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
            found = self._client.indices.get(index=self._alias).body
        for name, index in found.items():
            if not versions.is_current(index):
                differs = versions.describe(versions.differences(index))
                raise IndexUnavailable(
                    f"The index {name} was made by another version (it {differs}): run `veille elastic migrate`."
                )

    def renew(self) -> None:
        with translated_errors(self._address):
            old, name = (
                versions.behind_alias(self._client, self._alias),
                versions.next_name(self._client, self._alias),
            )
            versions.create(self._client, name, aliases={})
            add = {"index": name, "alias": self._alias, "is_write_index": True}
            removed = ({"remove_index": {"index": index}} for index in old)
            self._client.indices.update_aliases(actions=[*removed, {"add": add}])

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        outcomes = bulk.write(self._client, self._address, self._alias, operations)
        return [outcomes[operation.id] for operation in operations]

    def refresh(self) -> None:
        with translated_errors(self._address):
            self._client.indices.refresh(index=self._alias)

    def search(self, search: Search) -> Found:
        chosen = selection(search)
        position = (
            cursor.decode(f"{self.name} {search.sort}", search.cursor) if search.cursor else []
        )
        body = _body(search, chosen)
        with translated_errors(self._address):
            if search.sample is not None:
                answer, onward = self._asked(_drawn(body, search)), None
            else:
                walk = self._by_relevance if search.sort == "relevance" else self._by_date
                answer, onward = walk(search, body, position)
        marks = Highlighter(chosen.tree)
        size = search.limit if search.sample is None else search.sample
        shown = [
            (from_source(hit["_source"]), float(hit["_score"] or 0.0))
            for hit in answer["hits"]["hits"][:size]
        ]
        hits = [Hit(article, score, marks.of(article)) for article, score in shown]
        facets = {
            field: counts.facet_counts(field, answer["aggregations"][field])
            for field in search.facets
        }
        return Found(answer["hits"]["total"]["value"], hits, facets, onward)

    def timeline(self, search: Search, interval: Interval = "auto", tz: str = "UTC") -> Timeline:
        zone = timeline.zone(tz)
        body = {"query": compile_query(selection(search).all_but()), "size": 0}
        with translated_errors(self._address):
            answer = self._asked({**body, "aggs": {"points": {"stats": {"field": "published"}}}})
            points, total = answer["aggregations"]["points"], answer["hits"]["total"]["value"]
            span = (int(points["min"]), int(points["max"])) if points["count"] else None
            step = timeline.choose_interval(interval, *(span or (0, 0)))
            if span is None:
                return timeline.timeline(step, zone, [], {}, total)
            answer = self._asked(
                {**body, "aggs": counts.timeline_aggregation(step, tz, timeline.coarser(step))}
            )
        total = answer["hits"]["total"]["value"]
        steps = timeline.starts(step, *span, zone)
        return timeline.timeline(
            step, zone, steps, counts.timeline_counts(answer["aggregations"]), total
        )

    def scan(self, search: Search) -> Iterator[Document]:
        body = {
            "query": compile_query(selection(search).all_but()),
            "size": _SCANNED,
            "sort": ["_shard_doc"],
        }
        if search.sample is not None:
            with translated_errors(self._address):
                hits = self._asked(_drawn(body, search))["hits"]["hits"]
            yield from (from_source(hit["_source"]) for hit in hits)
            return
        with translated_errors(self._address):
            snapshot = self._opened()
            try:
                while True:
                    answer = self._asked(
                        {**body, "pit": {"id": snapshot, "keep_alive": SNAPSHOT_KEPT}}
                    )
                    hits = answer["hits"]["hits"]
                    for hit in hits:
                        yield from_source(hit["_source"])
                    if len(hits) < _SCANNED:
                        return
                    body["search_after"] = hits[-1]["sort"]
                    snapshot = answer["pit_id"]
            finally:
                self._closed(snapshot)

    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        with translated_errors(self._address):
            found = self._client.mget(index=self._alias, ids=wanted)["docs"]
        return {doc["_id"]: from_source(doc["_source"]) for doc in found if doc.get("found")}

    def matching(
        self, searches: Sequence[Search], ids: Sequence[str]
    ) -> list[set[str] | QueryError]:
        return match_documents(self._client, self._address, self._alias, searches, ids)

    def frequencies(self, search: Search, words: Sequence[str]) -> list[int]:
        if not words:
            return []
        asked = {str(at): compile_query(Exact((word,), None)) for at, word in enumerate(words)}
        with translated_errors(self._address):
            query = compile_query(selection(search).all_but())
            answer = self._asked(
                {"query": query, "size": 0, "aggs": {"words": {"filters": {"filters": asked}}}}
            )
        buckets = answer["aggregations"]["words"]["buckets"]
        return [int(buckets[str(at)]["doc_count"]) for at in range(len(words))]

    def count(self) -> int:
        with translated_errors(self._address):
            return int(self._client.count(index=self._alias)["count"])

    def close(self) -> None:
        self._client.close()

    def _by_date(
        self, search: Search, body: dict[str, Any], position: list[Any]
    ) -> tuple[dict[str, Any], str | None]:
        order, missing = ("desc", -UNDATED) if search.sort == "newest" else ("asc", UNDATED)
        date = {
            "order": order,
            "missing": missing,
            "format": "epoch_millis",
            "numeric_type": "date",
        }
        body["sort"] = [{"published": date}, {"tie": {"order": "asc"}}]
        if position:
            body["search_after"] = position
        body["size"] = search.limit + 1 if search.limit else 0
        answer = self._asked(body)
        hits = answer["hits"]["hits"]
        more = len(hits) > search.limit > 0
        return answer, cursor.encode(
            f"{self.name} {search.sort}", hits[search.limit - 1]["sort"]
        ) if more else None

    def _by_relevance(
        self, search: Search, body: dict[str, Any], position: list[Any]
    ) -> tuple[dict[str, Any], str | None]:
        """Scores change with every new article: a walk stays in one point in time, opened where a
        page is not all.
        """
        body |= {
            "sort": [{"_score": "desc"}, {"tie": "asc"}],
            "size": search.limit,
            "track_scores": True,
        }
        if position:
            snapshot, *after = position
            answer = self._asked(
                {
                    **body,
                    "search_after": after,
                    "pit": {"id": snapshot, "keep_alive": SNAPSHOT_KEPT},
                }
            )
        elif search.limit == 0:
            return self._asked(body), None
        else:
            snapshot = self._opened()
            try:
                answer = self._asked({**body, "pit": {"id": snapshot, "keep_alive": SNAPSHOT_KEPT}})
            except Exception:
                self._closed(snapshot)
                raise
        hits, snapshot = answer["hits"]["hits"], answer["pit_id"]
        if len(hits) < search.limit or (
            not position and answer["hits"]["total"]["value"] == len(hits)
        ):
            self._closed(snapshot)
            return answer, None
        return answer, cursor.encode(f"{self.name} {search.sort}", [snapshot, *hits[-1]["sort"]])

    def _asked(self, body: dict[str, Any]) -> dict[str, Any]:
        timeout = LOOSE_TIMEOUT if reads_positions(body) else SEARCH_TIMEOUT
        options: dict[str, Any] = dict(body) if "pit" in body else {**body, "index": self._alias}
        answer: dict[str, Any] = self._client.search(
            **options, track_total_hits=True, timeout=timeout, allow_partial_search_results=False
        ).body
        if answer["timed_out"]:
            raise TooCostly
        return answer

    def _opened(self) -> str:
        return str(
            self._client.open_point_in_time(index=self._alias, keep_alive=SNAPSHOT_KEPT)["id"]
        )

    def _closed(self, snapshot: str) -> None:
        with contextlib.suppress(ApiError, NotFoundError):
            self._client.close_point_in_time(id=snapshot)


def _drawn(body: dict[str, Any], search: Search) -> dict[str, Any]:
    """Undated and dated alike, in the order of the draw."""
    return {**body, "size": search.sample, "sort": [sort_script(search.seed), {"tie": "asc"}]}


def _body(search: Search, chosen: Selection) -> dict[str, Any]:
    """Filters on faceted fields come after the counting, so that a facet can leave its own out."""
    late = [field for field in chosen.filters if field in search.facets]
    early = AllOf(
        (*chosen.always, *(kept for field, kept in chosen.filters.items() if field not in late))
    )
    body: dict[str, Any] = {"query": compile_query(early)}
    if late:
        body["post_filter"] = compile_query(AllOf(tuple(chosen.filters[field] for field in late)))
    if search.facets:
        body["aggs"] = {
            field: counts.facet_aggregation(chosen, late, field, search.facet_size)
            for field in search.facets
        }
    return body
