"""The floors of the house: a room imports itself and rooms on lower floors, never up, also for types
only; and no files import each other in a circle.
"""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = {
    "crawler": (
        "article config plain tables | urls | coverage sources enrich fetch render | health | extract"
        " | policy entrypoints stories | process store | archive monitor | backups runtime | spiders"
        " | downloader pipelines | jobs | imports preview"
    ),
    "crawler/extract": "errors dates words | markup | metadata refusal | text | building | reader | __init__",
    "crawler/store": (
        "database dialect transactions tables | schema soundness statistics migrations | articles | crawls alerts"
        " | cleaning clock_jumps copies | __init__"
    ),
    "indexer": "analysis registry dating | fields | document | query | highlight | backend | crawls relay | backends | kibana",
    "search": "i18n | parse | query | sources | alerts | web | api | pages | app | commands",
}
"""The rooms of each place, from the ground up; rooms of one floor do not import each other."""

OUTSIDE = {
    "crawler": {"settings", "demo", "__init__"},
    "indexer": {"__init__"},
    "search": {"__init__", "static", "templates"},
}
"""What stands on no floor: Scrapy's settings, which name everything; the demo, which nothing but
commands enters; folders without code.
"""


def _floors(place: str) -> dict[str, int]:
    return {
        room: number
        for number, floor in enumerate(FLOORS[place].split("|"))
        for room in floor.split()
    }


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {
    _module(path): path
    for package in ("crawler", "indexer", "search")
    for path in (ROOT / package).rglob("*.py")
    if "versions" not in path.parts
}


def _imported(path: Path) -> Iterator[str]:
    """The modules of the project that a file imports, wherever in its code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in FILES)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                if module in FILES:
                    yield module
                elif node.module in FILES:
                    yield node.module


IMPORTS = {module: set(_imported(path)) - {module} for module, path in FILES.items()}


def _room(module: str, place: str) -> str | None:
    """The room of a place that a module belongs to; None for one of another place."""
    prefix = place.replace("/", ".")
    if module == prefix:
        return "__init__"
    if not module.startswith(f"{prefix}."):
        return None
    return module.removeprefix(f"{prefix}.").partition(".")[0]


@pytest.mark.parametrize("place", FLOORS)
def test_no_room_imports_one_of_its_floor_or_above(place: str) -> None:
    floors = _floors(place)
    upward = []
    for module, imported in IMPORTS.items():
        room = _room(module, place)
        if room not in floors:
            continue
        for other in imported:
            other_room = _room(other, place)
            if other_room is None or other_room in (room, "settings"):
                continue
            if other_room not in floors or floors[other_room] >= floors[room]:
                upward.append(f"{module} imports {other}")
    assert upward == []


@pytest.mark.parametrize("place", FLOORS)
def test_each_room_has_a_floor(place: str) -> None:
    folder = ROOT / place
    rooms = {
        path.stem
        for path in folder.iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }
    placed = set(_floors(place))
    assert rooms - placed == OUTSIDE.get(place, {"__init__"} - placed)
    assert placed - rooms == set()


def test_the_demo_imports_nothing_but_its_own() -> None:
    outside = {
        other
        for module, imported in IMPORTS.items()
        if module.startswith("crawler.demo")
        for other in imported
        if not other.startswith("crawler.demo")
    }
    assert outside == set()


def test_no_files_import_each_other_in_a_circle() -> None:
    graphlib.TopologicalSorter(IMPORTS).prepare()
