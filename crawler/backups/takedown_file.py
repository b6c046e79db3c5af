"""The takedowns of a store in a file beside it: where the store is lost, a backup from before them
must not bring back what was forgotten.
"""

import gzip
import os
from datetime import datetime
from pathlib import Path

import orjson

from crawler.store.copies import Tombstones, new_file, tombstones_of

TAKEDOWNS = "takedowns.json.gz"


def write_takedowns(url: str, data: Path) -> None:
    """Write the tombstones and takedowns of a store to the data folder, for its owner alone. Raises
    `OSError` and SQLAlchemy's errors.
    """
    tombstones = tombstones_of(url)
    body = {"forgotten": list(tombstones.forgotten), "takedowns": list(tombstones.takedowns)}
    new = data / f"{TAKEDOWNS}.{os.getpid()}"
    new.unlink(missing_ok=True)
    # Written beside and renamed: a crash leaves the old file or the new one.
    with new_file(new) as file:
        file.write(gzip.compress(orjson.dumps(body)))
        file.flush()
        os.fsync(file.fileno())
    new.replace(data / TAKEDOWNS)


def read_takedowns(data: Path) -> Tombstones:
    """What `write_takedowns` wrote; nothing where there is no such file. Raises `ValueError` and
    `OSError` for one that is damaged.
    """
    path = data / TAKEDOWNS
    if not path.exists():
        return Tombstones()
    body = orjson.loads(gzip.decompress(path.read_bytes()))
    for row in (*body["forgotten"], *body["takedowns"]):
        row["at"] = datetime.fromisoformat(row["at"])
    for row in body["takedowns"]:
        if row["finished_at"]:
            row["finished_at"] = datetime.fromisoformat(row["finished_at"])
    return Tombstones(body["forgotten"], body["takedowns"])
