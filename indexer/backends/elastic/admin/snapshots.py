"""Backups of the index: snapshots in a repository, on a schedule where Elasticsearch has one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from indexer.backend import IndexUnavailable
from indexer.backends.elastic import versions
from indexer.backends.elastic.connection import reason, translated_errors

KEPT_DAYS = 30
FEWEST_KEPT = 7
"""Snapshots that stay, however old."""
LONGEST_SECONDS = 24 * 3600
"""How long one may take to be written or read back."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The snapshots of one alias' index in one repository.

    Methods raise `IndexUnavailable`, which says what to do.
    """

    client: Elasticsearch
    alias: str
    address: str
    repository: str

    def register(self, location: str) -> None:
        """Name a folder that all nodes share as the repository."""
        with translated_errors(self.address):
            try:
                body = {"type": "fs", "settings": {"location": location, "compress": True}}
                self.client.snapshot.create_repository(name=self.repository, repository=body)
            except ApiError as error:
                raise IndexUnavailable(
                    f"Elasticsearch can't keep snapshots in {location} ({reason(error)}): "
                    "allow it by `path.repo`."
                ) from error

    def overview(self) -> list[dict[str, Any]]:
        """Name, state and UTC time of each, the oldest first."""
        with self._translated_errors():
            answer = self.client.snapshot.get(
                repository=self.repository, snapshot=f"{self.alias}-*"
            )
        rows = [_row(snapshot) for snapshot in answer["snapshots"]]
        return sorted(rows, key=lambda row: str(row["at"]))

    def take(self, now: datetime) -> dict[str, Any]:
        """Take one and wait for it. Only what has changed since the last is written."""
        name = f"{self.alias}-{now:%Y%m%d-%H%M%S}"
        with self._translated_errors():
            snapshot = self.client.options(request_timeout=LONGEST_SECONDS).snapshot.create(
                repository=self.repository,
                snapshot=name,
                indices=[f"{self.alias}*"],
                include_global_state=False,
                wait_for_completion=True,
            )["snapshot"]
        if snapshot["state"] != "SUCCESS":
            cause = snapshot.get("failures") or snapshot.get("reason")
            raise IndexUnavailable(f"The snapshot {name} is {snapshot['state']}: {cause}.")
        return _row(snapshot)

    def daily(self, at: str) -> str:
        """Let Elasticsearch take one every day at HH:MM (UTC); returns in a sentence if it will."""
        time = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
        if not time:
            raise IndexUnavailable(f"{at!r} is no time of day: write it as 03:30.")
        hour = int(time[1])
        minute = int(time[2])
        config = {"indices": [f"{self.alias}*"], "include_global_state": False}
        with self._translated_errors():
            try:
                self.client.slm.put_lifecycle(
                    policy_id=self.alias,
                    name=f"<{self.alias}-{{now/d}}>",
                    schedule=f"0 {minute} {hour} * * ?",
                    repository=self.repository,
                    config=config,
                    retention={"expire_after": f"{KEPT_DAYS}d", "min_count": FEWEST_KEPT},
                )
            except ApiError as error:
                if "no handler found" not in str(error):
                    raise
                return (
                    "This Elasticsearch takes no snapshots on a schedule: "
                    "let cron run `veille elastic snapshot`."
                )
        return f"A snapshot is taken every day at {at} UTC and kept for {KEPT_DAYS} days."

    def restore(self, name: str) -> str:
        """Bring a snapshot's index back as a new version, put behind the alias; returns its name.

        The version that was behind the alias is deleted when the new one is whole.
        """
        with self._translated_errors():
            newest = self._newest_version(name)
            new = versions.next_name(self.client, self.alias)
            old_indices = versions.behind_alias(self.client, self.alias)
            self.client.options(request_timeout=LONGEST_SECONDS).snapshot.restore(
                repository=self.repository,
                snapshot=name,
                indices=[newest],
                rename_pattern=re.escape(newest),
                rename_replacement=new,
                include_aliases=False,
                include_global_state=False,
                # A snapshot taken during a migration has the block that stopped its writes.
                ignore_index_settings=["index.blocks.write"],
                wait_for_completion=True,
            )
            add = {"index": new, "alias": self.alias, "is_write_index": True}
            removals = [{"remove_index": {"index": index}} for index in old_indices]
            self.client.indices.update_aliases(actions=[*removals, {"add": add}])
            return new

    def _newest_version(self, name: str) -> str:
        """The newest index of the articles in a snapshot."""
        answer = self.client.snapshot.get(repository=self.repository, snapshot=name)
        numbered = re.compile(rf"{re.escape(self.alias)}-\d{{6}}")
        indices = [
            index for index in answer["snapshots"][0]["indices"] if numbered.fullmatch(index)
        ]
        if not indices:
            raise IndexUnavailable(f"The snapshot {name} holds no index of {self.alias}.")
        return str(max(indices))

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        with translated_errors(self.address):
            try:
                yield
            except NotFoundError as error:
                raise IndexUnavailable(
                    f"{reason(error)}: `veille elastic snapshot --location PATH` names the "
                    f"repository {self.repository}, `--list` tells what is in it."
                ) from error


def _row(snapshot: Any) -> dict[str, Any]:
    return {
        "name": snapshot["snapshot"],
        "state": snapshot["state"],
        "at": str(snapshot["start_time"]),
    }
