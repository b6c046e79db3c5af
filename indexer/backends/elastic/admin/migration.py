"""Migration: a new version of the index out of the current one, while searches and writes go on.

    copy → catch up → (no writes) → copy the rest → swap the alias → (writes)
    → wait for walks → delete the old one

Writes stop for the last portion only; the relay keeps them in the outbox and tries again. What was
copied is remembered in the new version itself, so that a migration that was killed goes on where it
stopped, whoever runs it.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from indexer.backend import Delete, Document, IndexUnavailable, Operation, Put
from indexer.backends.elastic import bulk, versions
from indexer.backends.elastic.admin import change_feed
from indexer.backends.elastic.admin.copied import (
    Moments,
    current_article,
    portions,
    with_added,
)
from indexer.backends.elastic.connection import translated_errors
from indexer.document import fingerprint

log = logging.getLogger(__name__)

SAVED_EVERY = 20
"""Portions after which the place is remembered."""
NEAR = 2_000
"""So few documents behind, writes can stop for the rest: about half a second."""
WALK_SECONDS = 330.0
"""How long a walk through the old version may rest before its point in time ends, and a little."""
GRACE_SECONDS = 2.0
"""For searches that had found the old version behind the alias when it was swapped."""
PATIENCE_SECONDS = 300.0
"""How long a cluster that is too busy to take a portion is asked again."""

FIRST_REST_SECONDS = 0.5
LONGEST_REST_SECONDS = 10.0
"""How long such a cluster is left alone between two tries."""

Progress = Callable[[int, int], None]
"""Documents copied so far, and about how many there are."""
Ids = Callable[[list[str]], Iterable[str]]


@dataclass(slots=True)
class Migration:
    """Makes the versions of one alias.

    Methods raise `IndexUnavailable`, and then leave the old version in charge.
    """

    client: Elasticsearch
    alias: str
    address: str
    progress: Progress = lambda done, of: None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    walk_seconds: float = WALK_SECONDS
    firsts: Moments = lambda ids: {}
    """Asked for documents that don't tell it, of an index from before they did."""
    _copied: int = field(default=0, init=False)

    def migrate(self, shards: int | None = None, *, anew: bool = False) -> str | None:
        """Bring the index to the current fields and so many shards; returns the new version's name.

        None where the version in charge is as it should be, unless it is to be made `anew`.
        """
        with translated_errors(self.address):
            old, index = self._in_charge()
            self._clear_up(old)
            wanted = shards or _shards(index)
            is_current = versions.is_current(index) and wanted == _shards(index)
            if is_current and not anew and not self._begun(old, wanted):
                self._allow_writes(old)  # a migration that was killed may have stopped them
                return None
            new = self._begun(old, wanted) or self._begin(old, wanted)
            self._follow(old, new)
            self._finish(old, new, lambda surplus: surplus)
            return new

    def refill(self, documents: Iterable[Document], held: Ids, shards: int | None = None) -> str:
        """Make a new version of `documents` and of what is written meanwhile; returns its name.

        `held` gives those of some ids that belong into the index though the old version lacks them.
        """
        with translated_errors(self.address):
            old, index = self._in_charge()
            self._clear_up(old)
            for unfinished in self._unfinished():
                self.client.indices.delete(index=unfinished)
            new = self._begin(old, shards or _shards(index))
            # Before the documents: what is written while they are copied is copied afterwards.
            self._remember(new, old, change_feed.checkpoints(self.client, old))
            for portion in portions(documents):
                self._put(new, portion)
            self._follow(old, new)
            self._finish(old, new, lambda surplus: set(surplus) - set(held(surplus)))
            return new

    def _in_charge(self) -> tuple[str, dict[str, Any]]:
        """The name and the description of the version behind the alias."""
        indices = self.client.indices.get(index=self.alias).body
        if len(indices) != 1:
            raise IndexUnavailable(
                f"Several indices stand behind {self.alias} ({', '.join(indices)}): "
                "leave one behind it."
            )
        (name,) = indices
        return name, dict(indices[name])

    def _unfinished(self) -> list[str]:
        """The versions that a migration has begun and not put behind the alias."""
        indices = self.client.indices.get(index=f"{self.alias}-*").body
        behind = versions.behind_alias(self.client, self.alias)
        names = []
        for name in versions.existing(self.client, self.alias).values():
            if name not in behind and _meta(indices[name]).get("copy_of"):
                names.append(name)
        return names

    def _begun(self, old: str, shards: int) -> str | None:
        """A version that another run has begun to make out of this one; what was begun otherwise is
        deleted.
        """
        indices = self.client.indices.get(index=f"{self.alias}-*").body
        for name in self._unfinished():
            index = indices[name]
            is_copy = _meta(index).get("copy_of") == old and versions.is_current(index)
            if is_copy and _shards(index) == shards:
                return name
            self.client.indices.delete(index=name)
        return None

    def _begin(self, old: str, shards: int) -> str:
        new = versions.next_name(self.client, self.alias)
        versions.create(self.client, new, {}, shards, copy_of=old, places={})
        self.client.indices.put_settings(index=new, settings={"index.refresh_interval": "-1"})
        return new

    def _places(self, new: str) -> change_feed.Places:
        mappings = self.client.indices.get_mapping(index=new).body[new]["mappings"]
        return {
            int(shard): int(place) for shard, place in mappings["_meta"].get("places", {}).items()
        }

    def _remember(self, new: str, old: str, places: change_feed.Places) -> None:
        numbers = {str(shard): place for shard, place in places.items()}  # as JSON has keys
        self._note(new, fingerprint=fingerprint(), copy_of=old, places=numbers)

    def _note(self, index: str, **meta: Any) -> None:
        self.client.indices.put_mapping(index=index, meta=meta)

    def _follow(self, old: str, new: str) -> None:
        """Copy until so little is left that writes can stop for it."""
        while self._catch_up(old, new) > NEAR:
            pass

    def _catch_up(self, old: str, new: str) -> int:
        """Copy what was written until now; how many documents that were."""
        places = self._places(new)
        until = change_feed.checkpoints(self.client, old)
        total = int(self.client.count(index=old)["count"])
        before = self._copied
        for number, batch in enumerate(change_feed.batches(self.client, old, places, until), 1):
            self._put(new, [current_article(source) for source in batch.sources])
            # After the write: a run that is killed in between copies the batch again.
            places[batch.shard] = batch.place
            if number % SAVED_EVERY == 0:
                self._remember(new, old, places)
            self.progress(min(self._copied, total), total)
        self._remember(new, old, places)
        return self._copied - before

    def _put(self, index: str, documents: list[Document]) -> None:
        self._copied += len(documents)
        untold = [str(document["id"]) for document in documents if not document.get("added")]
        moments = self.firsts(untold) if untold else {}
        self._write(index, [Put(with_added(document, moments)) for document in documents])

    def _write(self, index: str, operations: list[Operation]) -> None:
        """Write all of it, with exponential backoff while the cluster is too busy."""
        begun = self.clock()
        rest = FIRST_REST_SECONDS
        while operations:
            outcomes = bulk.write(self.client, self.address, index, operations, alias=False)
            for outcome in outcomes.values():
                if outcome.status == "rejected":
                    raise IndexUnavailable(
                        f"{index} does not take the article {outcome.id} ({outcome.reason}): "
                        "nothing was changed; "
                        "`veille elastic reindex` makes the index from the store."
                    )
            operations = [
                operation for operation in operations if outcomes[operation.id].status == "retry"
            ]
            if not operations:
                return
            if self.clock() - begun > PATIENCE_SECONDS:
                reason = outcomes[operations[0].id].reason
                raise IndexUnavailable(f"Elasticsearch at {self.address} is too busy ({reason}).")
            self.sleep(rest)
            rest = min(rest * 2, LONGEST_REST_SECONDS)

    def _finish(self, old: str, new: str, unwanted: Ids) -> None:
        self._drop_surplus(old, new, unwanted)
        # Returns when no write is under way any more.
        self.client.indices.add_block(index=old, block="write")
        try:
            self._catch_up(old, new)
            self._drop_surplus(old, new, unwanted)
            self._check(old, new)
            self.client.indices.put_settings(index=new, settings={"index.refresh_interval": None})
            self._note(old, **{**self._meta_of(old), "replaced_by": new})
            add = {"index": new, "alias": self.alias, "is_write_index": True}
            self.client.indices.update_aliases(
                actions=[{"remove": {"index": old, "alias": self.alias}}, {"add": add}]
            )
        except BaseException:
            self._allow_writes(old)
            raise
        self._note(new, fingerprint=fingerprint())
        self._clear_up(new)

    def _check(self, old: str, new: str) -> None:
        """Raise `IndexUnavailable` where the new version has fewer articles than the old one."""
        old_count = int(self.client.count(index=old)["count"])
        new_count = int(self.client.count(index=new)["count"])
        if new_count < old_count:
            raise IndexUnavailable(
                f"{new} has {new_count} articles where {old} has {old_count}: "
                "it was not put into its place."
            )

    def _drop_surplus(self, old: str, new: str, unwanted: Ids) -> None:
        """Delete what was copied and has left the old version since: all that is new has its place
        there as well.
        """
        self.client.indices.refresh(index=f"{old},{new}")
        if self.client.count(index=old)["count"] == self.client.count(index=new)["count"]:
            return
        for ids in change_feed.all_ids(self.client, new):
            rows = self.client.mget(index=old, ids=ids, source=False)["docs"]
            surplus = [row["_id"] for row in rows if not row.get("found")]
            if surplus:
                self._write(new, [Delete(identifier) for identifier in unwanted(surplus)])
        self.client.indices.refresh(index=new)

    def _clear_up(self, current: str) -> None:
        """Delete versions that were replaced, once no walk goes through them any more."""
        behind = versions.behind_alias(self.client, self.alias)
        for name in versions.existing(self.client, self.alias).values():
            if name in behind or not self._meta_of(name).get("replaced_by"):
                continue
            deadline = self.clock() + self.walk_seconds
            self.sleep(GRACE_SECONDS)
            while self._has_walks(name) and self.clock() < deadline:
                self.sleep(1.0)
            self.client.indices.delete(index=name)
            log.info("%s was replaced by %s and is deleted", name, current)

    def _has_walks(self, index: str) -> bool:
        """Whether points in time of the index are open, or searches under way."""
        stats = self.client.indices.stats(index=index, metric="search").body
        return int(stats["_all"]["total"]["search"]["open_contexts"]) > 0

    def _meta_of(self, index: str) -> dict[str, Any]:
        return _meta(self.client.indices.get(index=index).body[index])

    def _allow_writes(self, index: str) -> None:
        try:
            self.client.indices.put_settings(index=index, settings={"index.blocks.write": None})
        except (ApiError, NotFoundError) as error:
            log.warning("writes to %s could not be allowed again: %s", index, error)


def _meta(index: Any) -> dict[str, Any]:
    return dict(index["mappings"].get("_meta", {}))


def _shards(index: Any) -> int:
    return int(index["settings"]["index"]["number_of_shards"])
