"""Ended files of an archive in a bucket that speaks the protocol of S3, by obstore.

Credentials, region and endpoint come from the usual environment (`AWS_ACCESS_KEY_ID`,
`AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL` …). The requests are obstore's own: the
guard against private addresses is for what sites name, and not for what a setting names.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME = "s3://"
CHUNK = 8 * 1024 * 1024
"""Bytes of a part of an upload, and of what is read at a time."""
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_TRIES = 3
"""Further tries of a request that fails."""


class BucketAway(Exception):
    """The bucket can't be reached, or refuses; the message says which and why."""


class ArchiveBucket:
    """The files under a prefix of a bucket, by name. Methods block, and raise `BucketAway`; threads
    may share it.
    """

    def __init__(self, address: str) -> None:
        """Of an address like s3://bucket/prefix. Nothing is asked before something is needed."""
        self.address = address

    def sizes(self) -> dict[str, int]:
        """The bytes of each file."""
        import obstore

        with self._asking():
            return {
                str(one["path"]): int(one["size"])
                for some in obstore.list(self._store)
                for one in some
            }

    def size(self, name: str) -> int | None:
        """The bytes of a file; None where there is none."""
        import obstore

        with self._asking():
            try:
                return int(obstore.head(self._store, name)["size"])
            except FileNotFoundError:
                return None

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Bytes of a file, fewer where it ends before; raises FileNotFoundError where there is
        none.
        """
        import obstore

        with self._asking():
            return bytes(obstore.get_range(self._store, name, start=offset, length=length))

    def chunks(self, name: str) -> Iterator[bytes]:
        """All bytes of a file, piece by piece; raises FileNotFoundError where there is none."""
        import obstore

        with self._asking():
            for chunk in obstore.get(self._store, name).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    def fetch(self, name: str, target: Path) -> None:
        """Write a file to disk, for its owner alone; raises FileNotFoundError where there is
        none.
        """
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for chunk in self.chunks(name):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())

    def put(self, name: str, path: Path) -> None:
        """Write a file of the disk to the bucket, where it is whole or not there at all."""
        import obstore

        with self._asking(), path.open("rb") as file:
            obstore.put(self._store, name, file, chunk_size=CHUNK)

    def digest(self, name: str) -> str:
        """The SHA-256 of a file, of all its bytes as the bucket gives them."""
        mark = hashlib.sha256()
        for chunk in self.chunks(name):
            mark.update(chunk)
        return mark.hexdigest()

    def delete(self, name: str) -> None:
        """Delete a file, if it is there."""
        import obstore

        with self._asking():
            obstore.delete(self._store, name)

    @cached_property
    def _store(self) -> "S3Store":
        from obstore.store import S3Store

        bucket, _, prefix = self.address.removeprefix(SCHEME).partition("/")
        endpoints = (os.environ.get(name, "") for name in _ENDPOINTS)
        in_the_clear = any(url.startswith("http://") for url in endpoints)
        return S3Store(
            bucket,
            prefix=prefix or None,
            client_options={
                "allow_http": in_the_clear,
                "connect_timeout": "10 seconds",
                "timeout": "60 seconds",
            },
            retry_config={"max_retries": _TRIES},
        )

    @contextmanager
    def _asking(self) -> Iterator[None]:
        from obstore.exceptions import BaseError

        try:
            yield
        except BaseError as error:
            why = str(error).partition("\n")[0].strip()
            raise BucketAway(f"The archive in {self.address} does not answer ({why}).") from error
