"""API keys of Elasticsearch, one for each of Veille's services, and the password of Kibana's user.

Only the set-up has the password of `elastic`. A key stands in a file that its service alone can
read.
"""

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, NotFoundError

from indexer.backends.elastic.connection import connect, translated_errors
from indexer.crawls.document import crawls_alias

KEY_FILE = "key"

# Writing by its exact actions: the privilege `index` would let the relay change the mapping as
# well.
_WRITING = ["indices:data/write/bulk*", "indices:data/write/index*", "indices:data/write/delete*"]
_READING = ["read", "view_index_metadata"]


def rights(alias: str) -> dict[str, dict[str, Any]]:
    """Service → the role of its key, for articles behind this alias.

    The relay writes through aliases and not to the indices behind them. Who searches reads these
    indices too, because a point in time names them.
    """
    written = {
        "names": [alias, crawls_alias(alias)],
        "privileges": [*_WRITING, *_READING, "maintenance"],
    }
    read = {"names": [alias, f"{alias}-*"], "privileges": _READING}
    return {"relay": {"indices": [written]}, "serve": {"indices": [read]}}


class Accounts:
    """Keys and users of one Elasticsearch; `url`, as in VEILLE_INDEX, has a manager of both."""

    def __init__(self, url: str, environment: Mapping[str, str]) -> None:
        self._client, self._alias, self._address = connect(url, environment)

    def give_keys(self, folder: Path) -> list[str]:
        """Write a key for each service to `folder`/SERVICE/key; returns whose key is new.

        A key that still works stays, with its rights as they are now. Raises `IndexUnavailable`.
        """
        new = []
        with translated_errors(self._address):
            for service, role in rights(self._alias).items():
                file = folder / service / KEY_FILE
                if not self._refresh_key(file, service, role):
                    self._give_key(file, service, role)
                    new.append(service)
        return new

    def set_kibana_password(self, password: str) -> None:
        """Let Kibana's own user in with this password, of 6 characters or more.

        Raises `IndexUnavailable`.
        """
        with translated_errors(self._address):
            self._client.security.change_password(username="kibana_system", password=password)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _refresh_key(self, file: Path, service: str, role: dict[str, Any]) -> bool:
        """Give the key of a file its rights as they are now; False where none works."""
        try:
            key = base64.b64decode(file.read_text(encoding="ascii")).decode()
            key_id, _, _ = key.partition(":")
            self._client.security.update_api_key(id=key_id, role_descriptors={service: role})
        except (FileNotFoundError, ValueError, NotFoundError):
            return False
        except ApiError as error:
            if error.status_code == 400:  # it was invalidated, or is another user's
                return False
            raise
        return True

    def _give_key(self, file: Path, service: str, role: dict[str, Any]) -> None:
        """Write a new key to the file; earlier ones of the service work no more."""
        name = f"veille {self._alias} {service}"  # others may stand in the same cluster
        answer = self._client.security.query_api_keys(query={"term": {"name": name}}, size=1_000)
        stale = [key["id"] for key in answer["api_keys"] if not key["invalidated"]]
        if stale:
            self._client.security.invalidate_api_key(ids=stale)
        key = self._client.security.create_api_key(name=name, role_descriptors={service: role})
        _write(file, str(key["encoded"]))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Replaced as a whole, and never readable by others, so that no service sees a part of a key.
    temporary = file.with_name(f".{file.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(text)
    temporary.replace(file)
