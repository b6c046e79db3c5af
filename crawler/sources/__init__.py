"""The sources file: what is watched. A door module.

The file is TOML, one `[[source]]` each; every mistake is named with its line and the reason.
"""

from crawler.sources.model import SHORTEST, EntryKind, Section, SelectorTable, Source
from crawler.sources.read import SourcesError, choose, parse_sources, read_sources

__all__ = [
    "SHORTEST", "EntryKind", "Section", "SelectorTable", "Source", "SourcesError", "choose", "parse_sources",
    "read_sources",
]  # fmt: skip
