"""Private parts of libraries that the product relies on: each is listed here, is still there, and
its library's version is bounded; a use that is not listed fails.
"""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class PrivatePart:
    """`name` of `owner` (a dotted path), used in `file`, and why nothing public does."""

    package: str
    owner: str
    name: str
    file: str
    why: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"


_HTTP11 = "scrapy.core.downloader.handlers.http11"
_HANDLER = "crawler/downloader/handler.py"
_SLOW = "search/web/slow_connections.py"
_ROBOTS = "crawler/fetch/robots.py"
_H11 = "uvicorn.protocols.http.h11_impl.H11Protocol"

PRIVATE_PARTS = (
    PrivatePart("scrapy", _HTTP11, "_LenientHTTP11ClientFactory", _HANDLER, "makes the connections whose headers are bounded"),
    PrivatePart("scrapy", _HTTP11, "_LenientHTTP11ClientProtocol", _HANDLER, "sets the parser of a connection"),
    PrivatePart("scrapy", _HTTP11, "_LenientHTTPClientParser", _HANDLER, "sees each line of the headers"),
    PrivatePart("scrapy", f"{_HTTP11}.HTTP11DownloadHandler", "_pool", _HANDLER, "takes the factory; the constructor has no argument for it"),
    PrivatePart("scrapy", f"{_HTTP11}.HTTP11DownloadHandler", "_crawler", _HANDLER, "leads to the spider and the statistics"),
    PrivatePart("twisted", "twisted.web.client.HTTPConnectionPool", "_factory", _HANDLER, "takes the factory; no argument does"),
    PrivatePart("twisted", "twisted.web.client._HTTP11ClientFactory", "_quiescentCallback", _HANDLER, "gives a connection back to the pool"),
    PrivatePart("twisted", "twisted.web._newclient.HTTP11ClientProtocol", "_parser", _HANDLER, "its class is named within a method of Twisted"),
    PrivatePart("scrapy", "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware", "_split_encodings", "crawler/downloader/decompression.py", "names the content codings that are unpacked"),
    PrivatePart("protego", "protego.Protego", "_get_matching_rule_set", _ROBOTS, "gives the rules for one robot, to keep them bounded"),
    PrivatePart("protego", "protego._ruleset._RuleSet", "_rules", _ROBOTS, "gives the rules in the order of their strength"),
    PrivatePart("protego", "protego._urlpattern._URLPattern", "_pattern", _ROBOTS, "gives a rule as it is compared"),
    PrivatePart("protego", "protego._utils", "_quote_path", _ROBOTS, "spells an address as rules are spelled"),
    # Without an underscore, but named in no documentation of uvicorn.
    PrivatePart("uvicorn", _H11, "handle_events", _SLOW, "tells when the head of a request has come"),
    PrivatePart("uvicorn", _H11, "on_response_complete", _SLOW, "tells when the next request is waited for"),
    PrivatePart("uvicorn", _H11, "send_400_response", _SLOW, "answers what is no HTTP"),
    PrivatePart("uvicorn", _H11, "cycle", _SLOW, "is the request that is under way"),
    PrivatePart("uvicorn", _H11, "timeout_keep_alive", _SLOW, "counts from the end of an answer"),
    PrivatePart("uvicorn", _H11, "conn", _SLOW, "writes an answer as h11 does"),
)  # fmt: skip

DOCUMENTED = {"_replace", "_asdict", "_Element"}
"""Names with an underscore that are public: of named tuples, and the type of lxml's elements."""


@pytest.mark.parametrize("part", PRIVATE_PARTS, ids=str)
def test_each_private_part_is_where_it_was(part: PrivatePart) -> None:
    assert _has(_resolved(part.owner), part.name)
    assert re.search(rf"\b{part.name}\b", (ROOT / part.file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", sorted({part.package for part in PRIVATE_PARTS} | {"h11"}))
def test_the_versions_of_their_libraries_are_bounded(package: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (requirement,) = (line for line in project["dependencies"] if re.match(rf"{package}\b", line))
    assert re.search(r">=.+,<", requirement)


def test_no_other_private_part_is_relied_on() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _product()}
    own = {name for tree in trees.values() for name in _defined(tree)}
    listed = {(part.file, part.name) for part in PRIVATE_PARTS}
    unlisted = {
        (path.relative_to(ROOT).as_posix(), name)
        for path, tree in trees.items()
        for name in _private_names(tree)
        if name not in own | DOCUMENTED
    }
    assert unlisted - listed == set()


def _product() -> Iterator[Path]:
    for place in ("crawler", "indexer", "search"):
        yield from (ROOT / place).rglob("*.py")


def _resolved(path: str) -> object:
    module, names = path, list[str]()
    while True:
        try:
            value: object = importlib.import_module(module)
            break
        except ModuleNotFoundError:
            module, _, name = module.rpartition(".")
            names.insert(0, name)
    for name in names:
        value = getattr(value, name)
    return value


def _has(owner: object, name: str) -> bool:
    """Whether a class or module has an attribute; one that is set on instances is named in the
    class's constructor.
    """
    constructor = getattr(owner, "__init__", None)
    code = getattr(constructor, "__code__", None)
    return hasattr(owner, name) or name in getattr(code, "co_names", ())


def _defined(tree: ast.AST) -> Iterator[str]:
    """The names that a module of the product gives to something itself."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def _private_names(tree: ast.AST) -> Iterator[str]:
    """The names with one underscore that a module takes from objects and other packages."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name.startswith("_") and not name.startswith("__"):
                yield name
            case ast.ImportFrom(names=names):
                yield from (alias.name for alias in names if re.match(r"_[^_]", alias.name))
