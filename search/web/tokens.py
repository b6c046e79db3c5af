"""Access tokens for other machines, kept only as hashes in one file of the data folder."""

import hashlib
import json
import logging
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

log = logging.getLogger(__name__)

READ = "read"
WRITE = "write"
SCOPES = (READ, WRITE)
_BYTES = 32
_LONGEST = 200
_NO_TOKENS = b"[]"
"""What the file holds once all tokens are revoked."""


class TokensDamaged(Exception):
    """The file of the tokens can't be read; the message says what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The tokens in {path} can't be read ({why}): bring the file back from a backup, or "
            "remove it and make new tokens."
        )


class Tokens(Protocol):
    """Whatever knows the tokens."""

    def check(self, token: str) -> frozenset[str] | None:
        """What the token's holder may do; None for an unknown token."""

    def given(self) -> bool:
        """Whether anybody has a token; where that can't be known, somebody has."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token as kept: never the token itself. `created` is an ISO time in UTC."""

    name: str
    hash: str
    scopes: tuple[str, ...]
    created: str


class FileTokens:
    """Tokens in a JSON file that only its owner can read; each check reads it as it is then."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self, token: str) -> frozenset[str] | None:
        """What the token's holder may do; None for an unknown token."""
        if not token or len(token) > _LONGEST:
            return None
        hashed = _hash(token)
        scopes: frozenset[str] | None = None
        try:
            rows = self.rows()
        except TokensDamaged as error:
            log.error("nobody is let in: %s", error)
            return None
        for row in rows:
            if secrets.compare_digest(row.hash, hashed):
                scopes = frozenset(row.scopes)
        return scopes

    def given(self) -> bool:
        """Whether anybody has a token; a file that can't be read counts, so that damage to it lets
        nobody in.
        """
        try:
            return self._path.read_bytes().strip() != _NO_TOKENS
        except FileNotFoundError:
            return False
        except OSError:
            return True

    def issue(self, name: str, now: datetime, scopes: Iterable[str] = (READ,)) -> str:
        """A new token, told only this once; its hash is kept. Raises `TokensDamaged`."""
        token = secrets.token_urlsafe(_BYTES)
        row = TokenRow(name, _hash(token), tuple(scopes), now.isoformat(timespec="seconds"))
        self._write([*self._listed(), asdict(row)])
        return token

    def revoke(self, name: str) -> int:
        """Delete the tokens of this name; how many there were. Raises `TokensDamaged`."""
        listed = self._listed()
        others = [row for row in listed if not (isinstance(row, dict) and row.get("name") == name)]
        if len(others) < len(listed):
            self._write(others)
        return len(listed) - len(others)

    def rows(self) -> list[TokenRow]:
        """The tokens as kept, the oldest first, without those that are damaged; none where there is
        no file. Raises `TokensDamaged` for a file that can't be read.
        """
        return [row for row in map(_token_row, self._listed()) if row is not None]

    def damaged(self) -> int:
        """How many tokens of the file can't be read. Raises `TokensDamaged` where none can."""
        return sum(_token_row(row) is None for row in self._listed())

    def _listed(self) -> list[Any]:
        try:
            listed = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise TokensDamaged(self._path, str(error)) from error
        if not isinstance(listed, list):
            raise TokensDamaged(self._path, "it is no list")
        return listed

    def _write(self, listed: list[Any]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        # Written beside and renamed: a reader never sees half a file, nor does a crash leave one.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(listed, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)


def _token_row(listed: Any) -> TokenRow | None:
    """A token as it is kept; None for one that is damaged."""
    try:
        row = TokenRow(listed["name"], listed["hash"], tuple(listed["scopes"]), listed["created"])
    except (TypeError, KeyError):
        return None
    named = all(isinstance(value, str) and value for value in (row.name, row.hash, row.created))
    return row if named and set(row.scopes) <= set(SCOPES) else None


def _hash(token: str) -> str:
    # A token has 256 random bits, so a plain hash withstands guessing; a slow one would only slow
    # each request.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
