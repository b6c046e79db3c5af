"""Bulk writes to Elasticsearch: one bad document never takes others with it.

Every operation has an outcome, so that nothing is lost silently.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from elasticsearch import ApiError, Elasticsearch

from indexer.backend import Delete, IndexUnavailable, Operation, Outcome
from indexer.backends.elastic.connection import reason, translated_errors
from indexer.document import checked, to_source

MAX_OPERATIONS = 500
"""Of one request."""
MAX_BYTES = 5_000_000
"""Of one request, about; Elasticsearch takes 100 MB at most."""

_SPLIT = frozenset({400, 413})
"""HTTP statuses of a request that one bad document, or its size, can be the reason for."""
_LATER = frozenset({401, 403, 404, 408, 409, 429, 500, 502, 503, 504})
"""Of one document: someone must free, allow or set up something first (404: the alias is missing).
"""
_MAX_REASON = 300
"""Characters of a reason that an outcome keeps."""


@dataclass(frozen=True, slots=True)
class Action:
    """One operation as lines of a bulk request."""

    id: str
    lines: tuple[bytes, ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.lines))


def write(
    client: Elasticsearch,
    address: str,
    index: str,
    operations: Sequence[Operation],
    *,
    alias: bool = True,
) -> dict[str, Outcome]:
    """The outcome of each operation by id; of several for one id only the last counts. `index` must
    be an `alias`, so that no index is made by accident, unless told otherwise.

    Raises `IndexUnavailable` where nothing was written at all; a connection lost on the way leaves
    the rest to `retry`.
    """
    last = {operation.id: operation for operation in operations}
    outcomes: dict[str, Outcome] = {}
    actions = []
    for operation in last.values():
        try:
            actions.append(_action(operation))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            outcomes[operation.id] = Outcome(operation.id, "rejected", str(error))
    bulk = partial(client.bulk, index=index, require_alias=alias)
    anything_written = False
    for chunk in _chunks(actions):
        try:
            with translated_errors(address):
                outcomes |= _send(bulk, chunk)
            anything_written = True
        except IndexUnavailable as error:
            if not anything_written:
                raise
            outcomes |= {action.id: Outcome(action.id, "retry", str(error)) for action in chunk}
    return outcomes


def _action(operation: Operation) -> Action:
    if isinstance(operation, Delete):
        return Action(operation.id, (orjson.dumps({"delete": {"_id": operation.id}}),))
    header = orjson.dumps({"index": {"_id": operation.id}})
    source = orjson.dumps(to_source(checked(operation.document)))
    return Action(operation.id, (header, source))


def _chunks(actions: Sequence[Action]) -> Iterator[list[Action]]:
    chunk: list[Action] = []
    size = 0
    for action in actions:
        if chunk and (len(chunk) == MAX_OPERATIONS or size + action.size > MAX_BYTES):
            yield chunk
            chunk = []
            size = 0
        chunk.append(action)
        size += action.size
    if chunk:
        yield chunk


def _send(bulk: Callable[..., Any], chunk: list[Action]) -> dict[str, Outcome]:
    """Send the chunk, by bisection where Elasticsearch refuses it as a whole.

    The halves are sent, and theirs, down to the one document that is to blame.
    """
    lines: Any = [line for action in chunk for line in action.lines]  # ready bytes pass through
    try:
        answer = bulk(operations=lines)
    except ApiError as error:
        if error.status_code not in _SPLIT:
            raise
        if len(chunk) == 1:
            return {chunk[0].id: Outcome(chunk[0].id, "rejected", reason(error))}
        middle = len(chunk) // 2
        return _send(bulk, chunk[:middle]) | _send(bulk, chunk[middle:])
    return {
        action.id: _outcome(action.id, item)
        for action, item in zip(chunk, answer["items"], strict=True)
    }


def _outcome(name: str, item: dict[str, Any]) -> Outcome:
    (result,) = item.values()
    error = result.get("error")
    if error is None:  # a delete of what is not there is 404 without an error
        return Outcome(name, "done")
    cause: dict[str, Any] = error if isinstance(error, dict) else {"reason": str(error)}
    cause = cause.get("caused_by") or cause
    reason = str(cause.get("reason") or cause.get("type"))[:_MAX_REASON]
    return Outcome(name, "retry" if int(result["status"]) in _LATER else "rejected", reason)
