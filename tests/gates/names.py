"""One meaning for each name: no class name twice, no function under the name of a module beside it,
and few files outside a room.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.gates.source import PACKAGES, Definition, Module

LOOSE_FILES = 6
"""Files of a package that may stand outside its rooms."""


def faults(modules: Mapping[str, Module]) -> Iterator[str]:
    """A sentence for each name that has two meanings, and each package with too many loose files."""
    yield from _classes_twice(modules)
    for module in modules.values():
        if module.is_package:
            yield from _hidden_modules(module, modules)
    for package in PACKAGES:
        loose = [
            module.path.name
            for module in modules.values()
            if module.path.parent == Path(package) and not module.is_package
        ]
        if len(loose) > LOOSE_FILES:
            yield f"{package}: {len(loose)} files outside a room (at most {LOOSE_FILES}): {loose}"


def _classes_twice(modules: Mapping[str, Module]) -> Iterator[str]:
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module.at(node))
    for name, at in sorted(places.items()):
        if len(at) > 1:
            yield f"{at[0]}: a class is called {name} also at {', '.join(at[1:])}: rename one"


def _hidden_modules(package: Module, modules: Mapping[str, Module]) -> Iterator[str]:
    """`from package import name` would give the function, and hide the module of that name."""
    for node in package.tree.body:
        names: list[str] = []
        if isinstance(node, Definition):
            names = [node.name]
        elif isinstance(node, ast.ImportFrom) and node.module != package.name:
            names = [alias.asname or alias.name for alias in node.names]
        for name in names:
            if f"{package.name}.{name}" in modules:
                yield f"{package.at(node)}: {name} hides the module {package.name}.{name}"
