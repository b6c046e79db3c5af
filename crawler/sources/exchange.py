"""Lists of sources from other programs: OPML (feed readers) and CSV (spreadsheets). Pure; files are
hostile.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from lxml import etree

from crawler.sources.model import Source
from crawler.sources.toml_edit import duration, free_id
from crawler.sources.toml_file import SourcesError, parse_values
from crawler.urls import site, site_host

MOST = 10_000
"""Sources of one list."""
LARGEST = 10 * 1024 * 1024
"""Bytes of one list."""
COLUMNS = (
    "id", "name", "home", "language", "country", "collections", "hosts", "every", "feeds", "sitemaps", "sections",
)  # fmt: skip
_LISTS = ("collections", "hosts", "feeds", "sitemaps", "sections")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class ListError(Exception):
    """The file is no such list; the message says why."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a list holds: new sources, how many are known already, and what is wrong with the others."""

    sources: list[Source]
    known: int
    wrong: list[str]


def read_list(body: bytes, form: str, known: Sequence[Source]) -> ImportResult:
    """The sources of an OPML or CSV file (`form`) that are not among the known; raises `ListError`."""
    if len(body) > LARGEST:
        raise ListError(f"it has more than {LARGEST // 1024**2} MB")
    rows = _opml_rows(body) if form == "opml" else _csv_rows(body)
    taken = [source.id for source in known]
    addresses = {
        source.key(address) for source in known for address in (*source.feeds, _home(source))
    }
    found, wrong, there = list[Source](), list[str](), 0
    for number, row in enumerate(rows, 1):
        if number > MOST:
            raise ListError(f"it has more than {MOST} sources")
        host = site(site_host(str(row.get("home", ""))))
        try:
            row.setdefault("id", free_id(host.partition(":")[0].rpartition(".")[0] or host, taken))
            source = parse_values(row, f"{form} source {number}")
        except SourcesError as error:
            wrong += str(error).splitlines()
            continue
        mine = {source.key(address) for address in (*source.feeds, _home(source))}
        if source.id in taken or mine & addresses:
            there += 1
            continue
        found.append(source)
        taken.append(source.id)
        addresses |= mine
    return ImportResult(found, there, wrong)


def write_list(sources: Iterable[Source], form: str) -> str:
    """The sources as OPML, which keeps names, feeds, languages and collections, or as CSV, which
    keeps all but selectors.
    """
    return _opml(sources) if form == "opml" else _csv(sources)


def _home(source: Source) -> str:
    """What tells sources without feeds apart: one site may hold several, such as editions."""
    return source.home if not source.feeds else source.feeds[0]


def _opml_rows(body: bytes) -> Iterator[dict[str, Any]]:
    """Feeds with one home page are one source; the folder that holds them is a collection."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ListError(f"it is no OPML: {error}") from error
    information: Any = tree.getroottree().docinfo
    if information.doctype or str(tree.tag).lower() != "opml":
        raise ListError("it is no OPML: it has another root element or declares a document type")
    rows: dict[str, dict[str, Any]] = {}
    for outline in tree.iter("outline"):
        values = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        feed = values.get("xmlurl")
        if not feed:
            continue
        home = values.get("htmlurl") or _root(feed)
        row = rows.setdefault(
            home, {"name": values.get("title") or values.get("text") or home, "home": home}
        )
        row.setdefault("feeds", []).append(feed)
        if language := values.get("language", "")[:2].lower():
            row.setdefault("language", language)
        parent = outline.getparent()
        folder = (
            (parent.get("text") or parent.get("title"))
            if parent is not None and parent.tag == "outline"
            else None
        )
        if folder and folder not in row.setdefault("collections", []):
            row["collections"].append(folder)
    yield from rows.values()


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
        named = f"text={quoteattr(source.name)} title={quoteattr(source.name)} htmlUrl={quoteattr(source.home)}"
        if source.language:
            named += f" language={quoteattr(source.language)}"
        feeds = [f'<outline type="rss" xmlUrl={quoteattr(feed)} {named}/>' for feed in source.feeds]
        folder = next(iter(source.collections), None)
        if folder and feeds:
            feeds = [f"<outline text={quoteattr(folder)}>", *feeds, "</outline>"]
        lines += feeds
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _csv_rows(body: bytes) -> Iterator[dict[str, Any]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError("it is not UTF-8: save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if unknown := [name for name in names if name not in COLUMNS]:
        raise ListError(f"there is no column {unknown[0]!r}: take {', '.join(COLUMNS)}")
    if "home" not in names:
        raise ListError("it has no column home")
    reader.fieldnames = names
    try:
        for row in reader:
            values = {
                name: _cell(value) for name, value in row.items() if name and isinstance(value, str)
            }
            yield _row({name: value for name, value in values.items() if value})
    except csv.Error as error:
        raise ListError(f"line {reader.line_num} is no CSV: {error}") from error


def _row(values: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = dict(values)
    for name in _LISTS:
        if name in values:
            row[name] = [
                part.strip() for part in values[name].replace("\n", ";").split("; ") if part.strip()
            ]
    if "sections" in row:
        row["sections"] = [_section(part) for part in row["sections"]]
    row.setdefault("name", site_host(values.get("home", "")) or values.get("home", ""))
    return row


def _section(cell: str) -> dict[str, str]:
    parts = [part.strip() for part in cell.split("|")]
    return {
        name: part for name, part in zip(("url", "section", "topic"), parts, strict=False) if part
    }


def _csv(sources: Iterable[Source]) -> str:
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for source in sources:
        values = {name: getattr(source, name) or "" for name in COLUMNS}
        values["every"] = duration(source.every) if source.every else ""
        values["sections"] = tuple(
            " | ".join((one.url, one.section or "", one.topic or "")).rstrip(" |")
            for one in source.sections
        )
        joined = {
            name: "; ".join(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }
        writer.writerow(
            [f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in joined.values()]
        )
    return out.getvalue()


def _cell(value: str) -> str:
    value = value.strip()
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULAS) else value
