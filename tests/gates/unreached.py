"""Public names of the product that the product never reaches: used by tests alone, or by nothing.

A check by bare names finds too little: a method `learn` here keeps a function `learn` there alive.
So each definition is followed by its imports, from what runs by itself (statements of modules,
decorated functions, what frameworks find by name), through the packages that only hand a name on.
Methods are looked for by their name; those of the store, by the part of the store they stand in.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.gates.source import Definition, Module

FOUND_BY_FRAMEWORKS = {
    "FeedSpider": "Scrapy looks through SPIDER_MODULES",
    "SectionSpider": "Scrapy looks through SPIDER_MODULES",
    "SitemapSpider": "Scrapy looks through SPIDER_MODULES",
    "from_crawler": "Scrapy makes middlewares, pipelines and resolvers by it",
    "process_request": "Scrapy calls middlewares by it",
    "collect": "Prometheus asks collectors",
    "describe": "Prometheus asks collectors",
}
EXEMPT = {
    "Newsroom.article_urls": "the demo's newsroom serves the tests too",
    "Newsroom.withdraw": "the demo's newsroom serves the tests too",
}
"""Names that may stay although the product does not use them. The list may only shrink."""

TEMPLATES = ("search/templates", "crawler/demo/templates")

Name = tuple[str, str]
"""A definition: its module and its name there; the name "*" is the module itself."""


def faults(modules: Mapping[str, Module], root: Path) -> Iterator[str]:
    """A sentence for each public name that nothing in the product reaches."""
    reached = _Reach(modules).reached()
    words = set(re.findall(r"\w+", _text_of(root / folder for folder in TEMPLATES)))
    used = _attributes_used(modules.values()) | words
    parts = _parts_of_the_store(modules)
    calls = _calls_by_owner(modules.values())
    unused: dict[str, str] = {}
    for module in modules.values():
        for node in module.tree.body:
            if not isinstance(node, Definition):
                continue
            if (module.name, node.name) not in reached and node.name not in words:
                unused[node.name] = module.at(node)
            elif isinstance(node, ast.ClassDef):
                asked = used
                if node.name in parts and module.name.startswith("crawler.store."):
                    asked = calls[parts[node.name]] | _calls_by_itself(node)
                for method in _unused_methods(node, asked):
                    unused[f"{node.name}.{method.name}"] = module.at(method)
    for name, at in unused.items():
        if name not in EXEMPT:
            yield f"{at}: {name} is used by nothing but tests: delete it"
    for name in sorted(set(EXEMPT) - set(unused)):
        yield f"{name} is used or gone: take it from EXEMPT in tests/gates/unreached.py"


class _Reach:
    """Which definitions the product reaches from what runs by itself."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self._modules = modules
        self._definitions: dict[Name, ast.stmt] = {}
        for module in modules.values():
            for node in module.tree.body:
                if isinstance(node, Definition):
                    self._definitions[module.name, node.name] = node
        self._bindings = {name: self._bind(module) for name, module in modules.items()}

    def reached(self) -> set[Name]:
        todo = list(self._roots())
        reached: set[Name] = set()
        while todo:
            name = todo.pop()
            if name in reached:
                continue
            reached.add(name)
            if name in self._definitions:
                todo += self._uses(name[0], self._definitions[name])
        return reached

    def _roots(self) -> Iterator[Name]:
        for module in self._modules.values():
            for node in module.tree.body:
                if isinstance(node, Definition):
                    if node.name in FOUND_BY_FRAMEWORKS or _is_registered(node):
                        yield module.name, node.name
                elif not isinstance(node, ast.Import | ast.ImportFrom):
                    yield from self._uses(module.name, node)

    def _bind(self, module: Module) -> dict[str, Name]:
        """What each name of a module stands for: an import, or a definition of its own."""
        bound: dict[str, Name] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    bound[alias.asname or alias.name] = self._imported(node.module, alias.name)
        for node in module.tree.body:
            if isinstance(node, Definition):
                bound[node.name] = (module.name, node.name)
        return bound

    def _imported(self, module: str, name: str) -> Name:
        whole = f"{module}.{name}"
        if whole in self._modules and not self._hands_on(module, name):
            return whole, "*"
        return module, name

    def _hands_on(self, module: str, name: str) -> bool:
        """Whether a package has the name itself, and not only a module that is called so."""
        if module not in self._modules:
            return False
        for node in self._modules[module].tree.body:
            if isinstance(node, Definition) and node.name == name:
                return True
            if isinstance(node, ast.ImportFrom):
                names = [alias.asname or alias.name for alias in node.names]
                if name in names and node.module != module:
                    return True
        return False

    def _defined(self, name: Name) -> Name:
        """The definition behind a name, through the packages that hand it on."""
        seen = {name}
        while True:
            onward = self._bindings.get(name[0], {}).get(name[1])
            if onward is None or onward in seen:
                return name
            seen.add(onward)
            name = onward

    def _uses(self, module: str, node: ast.AST) -> Iterator[Name]:
        bound = self._bindings[module]
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in bound:
                yield self._defined(bound[part.id])
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                owner = bound.get(part.value.id)
                if owner is not None and owner[1] == "*":
                    yield self._defined((owner[0], part.attr))
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                # Settings of Scrapy name classes by their dotted path.
                owner_name, _, name = part.value.rpartition(".")
                if owner_name in self._modules:
                    yield owner_name, name


def _is_registered(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator hands the definition to somebody: a route, a command, an event."""
    return any("dataclass" not in ast.unparse(decorator) for decorator in node.decorator_list)


def _unused_methods(
    owner: ast.ClassDef, used: set[str]
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Public methods whose name nothing asks for. Classes with a base are called by that base."""
    if owner.bases:
        return
    for node in owner.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        private = node.name.startswith("_") or node.name in FOUND_BY_FRAMEWORKS
        if not private and node.name not in used:
            yield node


def _parts_of_the_store(modules: Mapping[str, Module]) -> dict[str, str]:
    """The classes that the store consists of, with the attribute that each is: Pages, pages."""
    parts: dict[str, str] = {}
    for module in modules.values():
        if not module.name.startswith("crawler.store"):
            continue
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == "Store":
                parts |= _attributes_made(node)
    return parts


def _attributes_made(owner: ast.ClassDef) -> dict[str, str]:
    made: dict[str, str] = {}
    for node in ast.walk(owner):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        target, called = node.targets[0], node.value.func
        if not isinstance(target, ast.Attribute) or not isinstance(called, ast.Name):
            continue
        if not target.attr.startswith("_"):
            made[called.id] = target.attr
    return made


def _calls_by_owner(modules: Iterable[Module]) -> dict[str, set[str]]:
    """What is asked of each name: `store.pages.due` and `self._pages.due` ask `due` of `pages`."""
    calls: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Attribute):
                continue
            if isinstance(node.value, ast.Attribute):
                calls[node.value.attr.lstrip("_")].add(node.attr)
            elif isinstance(node.value, ast.Name):
                calls[node.value.id.lstrip("_")].add(node.attr)
    return calls


def _calls_by_itself(owner: ast.ClassDef) -> set[str]:
    return {
        node.attr
        for node in ast.walk(owner)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def _attributes_used(modules: Iterable[Module]) -> set[str]:
    """Every name that stands behind a dot, or alone in a string (getattr)."""
    used: set[str] = set()
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                used.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
    return used


def _text_of(folders: Iterable[Path]) -> str:
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return "\n".join(path.read_text(encoding="utf-8", errors="ignore") for path in files)
