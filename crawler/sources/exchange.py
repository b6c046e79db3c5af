"""Lists of sources from other programs: OPML (feed readers) and CSV (spreadsheets). Pure; files are
hostile.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from lxml import etree

from crawler.sources.model import Section, Source
from crawler.sources.toml_edit import duration, free_id
from crawler.sources.toml_file import SourcesError, parse_values
from crawler.urls import site, site_host

MOST = 10_000
"""Sources of one list."""
LARGEST = 10 * 1024 * 1024
"""Bytes of one list."""
COLUMNS = (
    "id",
    "name",
    "home",
    "language",
    "country",
    "collections",
    "hosts",
    "every",
    "feeds",
    "sitemaps",
    "sections",
    "render",
)
_LISTS = ("collections", "hosts", "feeds", "sitemaps", "sections")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a cell that a spreadsheet would carry out (CSV injection): such a cell is written
with an apostrophe before it.
"""


class ListError(Exception):
    """The file is no such list; the message says why."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a list holds: new sources, how many are known already, and what is wrong with others."""

    sources: list[Source]
    known: int
    wrong: list[str]


def read_list(body: bytes, form: str, known: Sequence[Source]) -> ImportResult:
    """The sources of an OPML or CSV file (`form`) that are not among the known; raises
    `ListError`.
    """
    if len(body) > LARGEST:
        raise ListError(f"it has more than {LARGEST // 1024**2} MB")
    rows = _opml_rows(body) if form == "opml" else _csv_rows(body)
    importer = _Importer(known)
    for number, row in enumerate(rows, 1):
        if number > MOST:
            raise ListError(f"it has more than {MOST} sources")
        importer.add(row, f"{form} source {number}")
    return importer.result


class _Importer:
    """Tells the new sources of a list from those that are known or stood in it before."""

    def __init__(self, known: Sequence[Source]) -> None:
        self.result = ImportResult([], 0, [])
        self._ids = [source.id for source in known]
        self._keys: set[str] = set()
        for source in known:
            self._keys |= _keys(source)

    def add(self, row: dict[str, Any], name: str) -> None:
        """Take the values of one source, called `name` where something is wrong with them."""
        if "id" not in row:
            row["id"] = self._free_id(row)
        try:
            source = parse_values(row, name)
        except SourcesError as error:
            self.result.wrong.extend(str(error).splitlines())
            return
        keys = _keys(source)
        if source.id in self._ids or keys & self._keys:
            self.result = replace(self.result, known=self.result.known + 1)
            return
        self.result.sources.append(source)
        self._ids.append(source.id)
        self._keys |= keys

    def _free_id(self, row: dict[str, Any]) -> str:
        """An id after the name of the site, without its ending: "example" for www.example.org."""
        host = site(site_host(str(row.get("home", ""))))
        domain, _, _ = host.partition(":")
        name, _, _ = domain.rpartition(".")
        return free_id(name or host, self._ids)


def _keys(source: Source) -> set[str]:
    """The canonical keys of the addresses by which a source is known again: its feeds, and its home
    where it has none. One site may hold several sources, such as editions.
    """
    return {source.key(address) for address in source.feeds or (source.home,)}


def write_list(sources: Iterable[Source], form: str) -> str:
    """The sources as OPML, which keeps names, feeds, languages and collections, or as CSV, which
    keeps all but selectors.
    """
    return _opml(sources) if form == "opml" else _csv(sources)


def _opml_rows(body: bytes) -> Iterable[dict[str, Any]]:
    """Feeds with one home page are one source; the folder that holds them is a collection."""
    rows: dict[str, dict[str, Any]] = {}
    for outline in _opml_tree(body).iter("outline"):
        values = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        feed = values.get("xmlurl")
        if not feed:
            continue
        home = values.get("htmlurl") or _root(feed)
        row = rows.setdefault(home, {"name": _title(values) or home, "home": home, "feeds": []})
        row["feeds"].append(feed)
        language = values.get("language", "")[:2].lower()
        if language:
            row.setdefault("language", language)
        folder = _folder(outline)
        if folder and folder not in row.setdefault("collections", []):
            row["collections"].append(folder)
    return rows.values()


def _title(attributes: Mapping[str, str]) -> str | None:
    return attributes.get("title") or attributes.get("text")


def _opml_tree(body: bytes) -> Any:
    """The root element. No entity is resolved and nothing is loaded: the file is hostile."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ListError(f"it is no OPML: {error}") from error
    document: Any = root.getroottree().docinfo
    if document.doctype or str(root.tag).lower() != "opml":
        raise ListError("it is no OPML: it has another root element or declares a document type")
    return root


def _folder(outline: Any) -> str | None:
    """The name of the outline that holds this one, if any does."""
    parent = outline.getparent()
    if parent is None or parent.tag != "outline":
        return None
    name: str | None = parent.get("text") or parent.get("title")
    return name


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _opml(sources: Iterable[Source]) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "<head><title>Veille</title></head>",
        "<body>",
    ]
    for source in sources:
        lines += _outlines(source)
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _outlines(source: Source) -> list[str]:
    """The lines of one source: its feeds, within a folder where it has a collection."""
    name = quoteattr(source.name)
    attributes = f"text={name} title={name} htmlUrl={quoteattr(source.home)}"
    if source.language:
        attributes += f" language={quoteattr(source.language)}"
    lines = [
        f'<outline type="rss" xmlUrl={quoteattr(feed)} {attributes}/>' for feed in source.feeds
    ]
    folder = next(iter(source.collections), None)
    if folder and lines:
        return [f"<outline text={quoteattr(folder)}>", *lines, "</outline>"]
    return lines


def _csv_rows(body: bytes) -> Iterator[dict[str, Any]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError("it is not UTF-8: save it as CSV UTF-8") from error
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    reader.fieldnames = _column_names(reader.fieldnames or ())
    try:
        for cells in reader:
            yield _row(cells)
    except csv.Error as error:
        raise ListError(f"line {reader.line_num} is no CSV: {error}") from error


def _column_names(header: Sequence[str | None]) -> list[str]:
    names = [(name or "").strip().lower() for name in header]
    unknown = next((name for name in names if name not in COLUMNS), None)
    if unknown is not None:
        raise ListError(f"there is no column {unknown!r}: take {', '.join(COLUMNS)}")
    if "home" not in names:
        raise ListError("it has no column home")
    return names


def _row(cells: Mapping[str | None, Any]) -> dict[str, Any]:
    """The values of one line, as the sources file would hold them; empty cells are left out."""
    row: dict[str, Any] = {}
    for name, cell in cells.items():
        # A line of more cells than columns has the others under None, one of fewer has None.
        value = _cell(cell) if name and isinstance(cell, str) else ""
        if value:
            row[str(name)] = _parts(value) if name in _LISTS else value
    if "sections" in row:
        row["sections"] = [_section(part) for part in row["sections"]]
    home = row.get("home", "")
    row.setdefault("name", site_host(home) or home)
    return row


def _parts(cell: str) -> list[str]:
    """The parts of a cell that holds several, each behind a semicolon and a space."""
    parts = (part.strip() for part in cell.replace("\n", ";").split("; "))
    return [part for part in parts if part]


def _section(cell: str) -> dict[str, str]:
    """A section written as "address | section | topic", of which the last two may be missing."""
    parts = (part.strip() for part in cell.split("|"))
    named_parts = zip(("url", "section", "topic"), parts, strict=False)
    return {name: part for name, part in named_parts if part}


def _csv(sources: Iterable[Source]) -> str:
    out = io.StringIO(newline="")
    # Excel takes a file for UTF-8 only where it begins with this mark.
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for source in sources:
        writer.writerow([_safe_cell(source, name) for name in COLUMNS])
    return out.getvalue()


def _safe_cell(source: Source, name: str) -> str:
    cell = _cell_of(source, name)
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _cell_of(source: Source, name: str) -> str:
    """One field of a source as a cell; several values are joined by semicolons."""
    if name == "every":
        return duration(source.every) if source.every else ""
    if name == "render":
        return "true" if source.render else ""
    if name == "sections":
        return "; ".join(_section_cell(section) for section in source.sections)
    value = getattr(source, name) or ""
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _section_cell(section: Section) -> str:
    return " | ".join((section.url, section.section or "", section.topic or "")).rstrip(" |")


def _cell(text: str) -> str:
    """The text of a cell, without the apostrophe that `_safe_cell` wrote."""
    text = text.strip()
    if text.startswith("'") and text[1:].startswith(_FORMULAS):
        return text[1:]
    return text
