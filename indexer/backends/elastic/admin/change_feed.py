"""Change data capture: following an index by its sequence numbers, so that nothing is read twice.

Every write to a shard has a number; a document stands under the number of its last one. What lies
up to the global checkpoint is complete: no write below it is still on its way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

PAGE = 250
"""Documents read at one time, so that long ones fit into memory."""
NOTHING = -1
"""The number before the first."""
_KEPT_ALIVE = "5m"
"""How long a point in time may rest between two requests."""

Places = dict[int, int]
"""Shard → the number up to which it was read."""


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """Documents of one shard as they are stored, and up to which number it is read with them."""

    shard: int
    place: int
    sources: list[dict[str, Any]]


def checkpoints(client: Elasticsearch, index: str) -> Places:
    """How far each shard is complete now; all of that can be searched afterwards."""
    stats = client.indices.stats(index=index, level="shards", metric="docs").body
    complete = {}
    for shard, copies in stats["indices"][index]["shards"].items():
        for copy in copies:
            if copy["routing"]["primary"]:
                complete[int(shard)] = int(copy["seq_no"]["global_checkpoint"])
    # After reading the numbers: all that they stand for can be searched now.
    client.indices.refresh(index=index)
    return complete


def batches(
    client: Elasticsearch, index: str, after: Places, until: Places
) -> Iterator[ChangeBatch]:
    """What was written to each shard after one place and until another, in the order of writing."""
    for shard, end in until.items():
        place = after.get(shard, NOTHING)
        while place < end:
            hits = client.search(
                index=index,
                query={"range": {"_seq_no": {"gt": place, "lte": end}}},
                sort=[{"_seq_no": "asc"}],
                size=PAGE,
                track_total_hits=False,
                preference=f"_shards:{shard}",
                allow_partial_search_results=False,
            )["hits"]["hits"]
            place = int(hits[-1]["sort"][0]) if len(hits) == PAGE else end
            yield ChangeBatch(shard, place, [hit["_source"] for hit in hits])


def all_ids(client: Elasticsearch, index: str) -> Iterator[list[str]]:
    """The ids of all documents that can be searched now, in portions."""
    snapshot = str(client.open_point_in_time(index=index, keep_alive=_KEPT_ALIVE)["id"])
    after: list[Any] | None = None
    try:
        while True:
            answer = client.search(
                pit={"id": snapshot, "keep_alive": _KEPT_ALIVE},
                sort=["_shard_doc"],
                size=5_000,
                source=False,
                track_total_hits=False,
                search_after=after,
            )
            hits = answer["hits"]["hits"]
            if not hits:
                return
            yield [hit["_id"] for hit in hits]
            after = hits[-1]["sort"]
            snapshot = answer["pit_id"]
    finally:
        client.close_point_in_time(id=snapshot)
