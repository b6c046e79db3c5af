"""From a page's bytes to an Article: pure, no network, disk, environment or clock."""

from crawler.extract.errors import Refused
from crawler.extract.markup.links import Link
from crawler.extract.markup.pagination import MOST_PARTS
from crawler.extract.metadata.directives import AGENT, Directives, directives
from crawler.extract.reader import ExtractResult, extract, is_shell, left_out, links, read
from crawler.extract.text.boilerplate import (
    LEAST_ARTICLES,
    LINES_VERSION,
    fold_line,
    learned_lines,
    lines_of,
    remove_lines,
    standing,
)
from crawler.extract.text.noise import Trace

__all__ = [
    "AGENT",
    "LEAST_ARTICLES",
    "LINES_VERSION",
    "MOST_PARTS",
    "Directives",
    "ExtractResult",
    "Link",
    "Refused",
    "Trace",
    "directives",
    "extract",
    "fold_line",
    "is_shell",
    "learned_lines",
    "left_out",
    "lines_of",
    "links",
    "read",
    "remove_lines",
    "standing",
]
