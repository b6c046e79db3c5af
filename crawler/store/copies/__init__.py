"""The whole store as files that both databases can be filled from: one for each table, a line of
JSON for each row, packed by gzip. A door module.
"""

from crawler.store.copies.dump import StoreDump, dump_store, new_file
from crawler.store.copies.load import Tombstones, holds_data, load_store, tombstones_of

__all__ = [
    "StoreDump",
    "Tombstones",
    "dump_store",
    "holds_data",
    "load_store",
    "new_file",
    "tombstones_of",
]
