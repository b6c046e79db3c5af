"""The product's Python files, parsed once for all checks."""

import ast
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("crawler", "indexer", "search")
LEFT_OUT = {"migrations"}
"""Folders whose files are written once and never changed."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its path below the root, its dotted name, its text and its syntax tree."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def at(self, node: ast.stmt) -> str:
        """Where a statement stands, as editors open it."""
        return f"{self.path}:{node.lineno}"


def read_modules(root: Path) -> dict[str, Module]:
    """Each file of the three packages and veille.py, by its dotted name."""
    paths = [root / "veille.py"]
    for package in PACKAGES:
        paths += sorted((root / package).rglob("*.py"))
    modules: dict[str, Module] = {}
    for path in paths:
        if not path.is_file() or LEFT_OUT & set(path.parts):
            continue
        relative = path.relative_to(root)
        name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        modules[name] = Module(relative, name, text, ast.parse(text))
    return modules
