"""The sources file: what is watched. A door module.

The file is TOML, one `[[source]]` each; every mistake is named with its line and the reason.
"""

from crawler.sources.exchange import ImportResult, ListError, read_list, write_list
from crawler.sources.model import SHORTEST, Address, EntryKind, Section, SelectorTable, Source
from crawler.sources.toml_edit import add_sources, as_toml, free_id, source_values
from crawler.sources.toml_file import SourcesError, choose, parse_sources, read_sources

__all__ = [
    "SHORTEST",
    "Address",
    "EntryKind",
    "ImportResult",
    "ListError",
    "Section",
    "SelectorTable",
    "Source",
    "SourcesError",
    "add_sources",
    "as_toml",
    "choose",
    "free_id",
    "parse_sources",
    "read_list",
    "read_sources",
    "source_values",
    "write_list",
]  # fmt: skip
