"""The rules of the rooms: imports point left, through doors; doors are free of Scrapy; importing
does nothing.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("crawler", "indexer", "search")
"""From left to right: a room imports from itself and from rooms on its left."""

LISTED_DOORS = {
    "crawler.extract": "the contract's door to extraction",
}
"""Doors beside those whose docstring says so, and what for."""

READS_WHEN_IMPORTED = {"crawler.settings", "crawler.process.preload"}
"""Scrapy takes its settings from a module, so that one reads the configuration when it is imported;
the process that readers are forked from can only be told to import, so this one loads what they
share.
"""
RUNS_WHEN_IMPORTED = {"crawler.store.migrations.env"}
"""Alembic runs this file; nothing imports it."""


def _modules() -> dict[str, Path]:
    found = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


MODULES = _modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def _imported(name: str) -> Iterator[str]:
    """The modules of the project that a module imports, wherever in its code."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively: write the whole name"
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [one if one in MODULES else str(node.module) for one in within]
        else:
            continue
        yield from (one for one in found if one.partition(".")[0] in ROOMS)


def _doors() -> set[str]:
    said = {
        name
        for name, tree in TREES.items()
        if "a door module" in " ".join((ast.get_docstring(tree) or "").lower().split())
    }
    return said | set(LISTED_DOORS)


def _room(name: str) -> int:
    return ROOMS.index(name.partition(".")[0])


def test_imports_point_left() -> None:
    wrong = [
        (name, other) for name in MODULES for other in _imported(name) if _room(other) > _room(name)
    ]
    assert wrong == []


def test_other_rooms_are_entered_through_doors() -> None:
    doors = _doors()
    crossing = {
        (name, other)
        for name in MODULES
        for other in _imported(name)
        if _room(other) != _room(name)
    }
    assert {(name, other) for name, other in crossing if other not in doors} == set()
    assert set(LISTED_DOORS) <= {other for _, other in crossing}, "a listed door is no longer used"


def test_nothing_imports_the_command_line_or_the_tests() -> None:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not {one.partition(".")[0] for one in names} & {"veille", "tests"}, name


def _python(code: str, folder: Path) -> str:
    environment = {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-c", code]
    ended = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_doors_do_not_import_scrapy(tmp_path: Path) -> None:
    code = f"""
import importlib, sys
for name in {sorted(_doors())!r}:
    importlib.import_module(name)
    assert not {{"scrapy", "twisted"}} & set(sys.modules), name
"""
    _python(code, tmp_path)


WATCHING = """
import importlib, json, os, sys
root, names = sys.argv[1], json.loads(sys.argv[2])
seen, module = [], [None]
def told(event, details):
    if event == "open" and isinstance(details[0], (str, bytes)):
        path, mode = os.path.abspath(os.fsdecode(details[0])), details[1] or "r"
        flags = details[2] or 0
        writes = set(mode) & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        ours = path.startswith((root + "/", os.getcwd() + "/")) and not path.startswith(sys.prefix + "/")
        if (writes and path != os.devnull) or (ours and not path.endswith((".py", ".pyc"))):
            seen.append([module[0], event, path])
    elif event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.mkdir", "sqlite3.connect"):
        seen.append([module[0], event, str(details)])
sys.addaudithook(told)
for module[0] in names:
    importlib.import_module(module[0])
print(json.dumps(seen))
"""


def _seen_importing(names: list[str], folder: Path) -> list[list[str]]:
    code = f"import sys\nsys.argv = ['', {str(ROOT)!r}, {json.dumps(names)!r}]\n{WATCHING}"
    seen: list[list[str]] = json.loads(_python(code, folder).splitlines()[-1])
    return seen


def test_importing_does_no_io(tmp_path: Path) -> None:
    migrations = {name for name in MODULES if name.startswith("crawler.store.migrations.versions")}
    names = sorted(set(MODULES) - READS_WHEN_IMPORTED - RUNS_WHEN_IMPORTED - migrations)
    assert _seen_importing(names, tmp_path) == []


def test_what_reads_when_imported_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "veille.toml").write_text("")
    (tmp_path / "reads.py").write_text("open('veille.toml').close()\n")
    code = f"import sys\nsys.path.insert(0, '')\nsys.argv = ['', {str(ROOT)!r}, '[\"reads\"]']\n{WATCHING}"
    seen = json.loads(_python(code, tmp_path))
    assert [(module, event, Path(path).name) for module, event, path in seen] == [
        ("reads", "open", "veille.toml")
    ]


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in TREES.items() if tree.body and not ast.get_docstring(tree)] == []
