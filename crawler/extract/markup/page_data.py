"""Data that a page holds for its scripts: JSON in script elements and attributes, values that
scripts assign, and the strings of scripts that are no JSON. Bounded.
"""

import json
import re
from collections.abc import Collection, Iterator
from itertools import chain, filterfalse, islice
from typing import Any

import orjson
from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup import loose_json

_MAX_SCRIPTS = 2_000
_MAX_ATTRIBUTES = 50
_LEAST = 200
"""Characters of a script or attribute: a shorter one holds no text."""
_LONGEST = 4_000_000
"""Characters of data that are read, of one script and of all."""
_MOST_STRINGS = 20_000
_MOST_VALUES = 10
"""Values of one script that are tried."""
_VALUE = re.compile(r"(?:=|\(|return)\s{0,20}(?=[\[{])|JSON\.parse\(\s{0,20}(?=[\"'])")
"""Where a script assigns an object or a list, or hands it to a function."""
_STRING = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*+)(?:\1|\Z)""", re.DOTALL)
"""A string of a script; one without an end reaches to the end, so that no part is read twice."""
_MOST_LOOSE = 3
"""Scripts that are read as JavaScript: it takes longer than JSON."""
_ROW = re.compile(r"^[0-9a-f]{1,8}:([\[{].*)$", re.MULTILINE)
_UNDEFINED = re.compile(r":\s{0,20}undefined\b")
_ANGULAR = (("&q;", '"'), ("&s;", "'"), ("&l;", "<"), ("&g;", ">"), ("&a;", "&"))
"""How Angular writes characters in the state that it hands on; the last one stands in the others.
"""
_CODE = frozenset(("", "text/javascript", "application/javascript", "module"))
_DATA = frozenset(("fastboot/shoebox",))
_MARKUP = frozenset(("text/html", "text/template", "text/x-template", "text/plain"))
_LONGEST_MARKUP = 500_000
_DATA_ATTRIBUTES = XPath(
    f".//@*[(starts-with(., '{{') or starts-with(., '[')) and string-length(.) > {_LEAST}]"
)
_DECODER = json.JSONDecoder(strict=False)


def values(tree: HtmlElement, words: Collection[str] = ()) -> Iterator[Any]:
    """The JSON values that a page holds, JSON-LD left out, in its order; what can't be read is left
    out. A script that is no JSON gives the list of its strings.

    `words`, in small letters of ASCII, spare reading what holds none of them; without any, all is
    read.
    """
    for source, is_code in _sources(tree):
        if _holds_any(source, words):
            yield from _of_code(source) if is_code else _json(source)


def structures(tree: HtmlElement, loosely: bool = False) -> Iterator[Any]:
    """The JSON values that a page holds, JSON-LD left out, with those whose parts several scripts
    hand on; `loosely` also those that are JavaScript and no JSON, and markup as a string.
    """
    code: list[str] = []
    for source, is_code in _sources(tree):
        if is_code:
            code.append(source)
        else:
            yield from _json(source)
    assigned = [[*_assigned_values(source)] for source in code]
    held = list(chain.from_iterable(assigned))
    yield from filterfalse(_is_streamed, held)
    yield from _rows("".join(value[1] for value in filter(_is_streamed, held)))
    if loosely:
        unread = [source for source, found in zip(code, assigned, strict=True) if not found]
        yield from chain.from_iterable(map(_loose, unread[:_MOST_LOOSE]))
        yield from _templates(tree)


def _sources(tree: HtmlElement) -> Iterator[tuple[str, bool]]:
    """The sources of the page's data within its bounds, and whether each is code, else JSON."""
    left = _LONGEST
    for source, is_code in (*_scripts(tree), *_attributes(tree)):
        if _LEAST <= len(source) <= left:
            left -= len(source)
            yield source, is_code


def _holds_any(source: str, words: Collection[str]) -> bool:
    if not words:
        return True
    lowered = source.lower()
    return any(word in lowered for word in words)


def _scripts(tree: HtmlElement) -> Iterator[tuple[str, bool]]:
    """The sources of scripts, and whether each is code, else JSON."""
    for script in islice(tree.iter("script"), _MAX_SCRIPTS):
        kind = (script.get("type") or "").strip().lower()
        is_data = ("json" in kind and "ld+json" not in kind) or kind in _DATA
        if is_data or kind in _CODE:
            yield script.text or "", not is_data


def _attributes(tree: HtmlElement) -> Iterator[tuple[str, bool]]:
    found = _DATA_ATTRIBUTES(tree)
    for source in found[:_MAX_ATTRIBUTES] if isinstance(found, list) else ():
        yield str(source), False


def _json(source: str) -> Iterator[Any]:
    if '"' not in source and "&q;" in source:
        for written, meant in _ANGULAR:
            source = source.replace(written, meant)
    try:
        yield orjson.loads(source)
    except orjson.JSONDecodeError:
        return


def _templates(tree: HtmlElement) -> Iterator[str]:
    """The markup that scripts put into the page."""
    for script in islice(tree.iter("script"), _MAX_SCRIPTS):
        if (script.get("type") or "").strip().lower() in _MARKUP and script.text:
            yield script.text[:_LONGEST_MARKUP]


def _loose(source: str) -> Iterator[Any]:
    """The first object that a script assigns, read as JavaScript: keys without quotation marks,
    strings in single ones.
    """
    match = _VALUE.search(source)
    if match is None:
        return
    object_source = source[match.end() : match.end() + loose_json.MAX_LENGTH]
    in_double_quotes = _STRING.sub(lambda quoted: json.dumps(_unquoted(quoted)), object_source)
    yield from loose_json.LooseJson(in_double_quotes).values[:1]


def _rows(text: str) -> Iterator[Any]:
    """The values of a page that is streamed in numbered rows, as React's server components are."""
    for row in islice(_ROW.finditer(text), _MOST_STRINGS):
        yield from _json(row[1])


def _of_code(source: str) -> Iterator[Any]:
    """The values that a script assigns; where they are not most of it, the script's strings."""
    source = _UNDEFINED.sub(":null", source)  # which JavaScript knows, and JSON does not
    read = 0
    for value, size in _assigned(source):
        read += size
        yield _strings(value[1]) if _is_streamed(value) else value
    if 2 * read < len(source):
        yield _strings(source)


def _assigned_values(source: str) -> Iterator[Any]:
    """The values that a script assigns."""
    for value, _ in _assigned(source):
        yield value


def _assigned(source: str) -> Iterator[tuple[Any, int]]:
    """The values that a script assigns, each with its size in characters."""
    position = 0
    for _ in range(_MOST_VALUES):
        match = _VALUE.search(source, position)
        if match is None:
            return
        position = match.end()
        try:
            value, end = _read(source, position)
        except (ValueError, RecursionError):
            continue
        if value:
            yield value, end - position
        position = end


def _read(source: str, start: int) -> tuple[Any, int]:
    """The value that begins here, and where it ends; raises ValueError where it is no JSON."""
    quoted = _STRING.match(source, start)
    if quoted:
        return _DECODER.decode(_unquoted(quoted)), quoted.end()
    return _DECODER.raw_decode(source, start)


def _is_streamed(value: Any) -> bool:
    """Whether it is a part of a page that a script hands on as text: a number and a string."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)


def _strings(source: str) -> list[str]:
    """The strings of a script, in its order."""
    return list(map(_unquoted, islice(_STRING.finditer(source), _MOST_STRINGS)))


def _unquoted(quoted: re.Match[str]) -> str:
    """A string of a script without its quotes and escapes."""
    inner = quoted[2]
    if quoted[1] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    try:
        return str(_DECODER.decode(f'"{inner}"'))
    except ValueError:
        return inner
