"""How much one statement, one function and one file hold. ruff's C901 counts no comprehension, no
conditional expression and no `and`, so these are counted here.

A limit may only fall: where the count is lower than the limit, the check says so and fails, and the
new count becomes the limit.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.gates.source import Function, Module

MOST_DECISIONS = 10
MOST_PARTS = 40
MOST_LINES = 300

BUSY = f"functions of more than {MOST_DECISIONS} decisions"
COMPREHENSIONS = "statements with a second comprehension"
CONDITIONALS = "statements with a second conditional expression, or one beside a comprehension"
SEVERAL = "statements that assign several values at once (a, b = x, y)"
LARGE = f"statements of more than {MOST_PARTS} parts, tables left out"
LONG = f"files of more than {MOST_LINES} lines"

LIMITS = {BUSY: 9, COMPREHENSIONS: 0, CONDITIONALS: 1, SEVERAL: 1, LARGE: 39, LONG: 3}

_COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_BRANCH = (
    ast.If
    | ast.For
    | ast.AsyncFor
    | ast.While
    | ast.IfExp
    | ast.ExceptHandler
    | ast.Assert
    | ast.match_case
)


def faults(modules: Mapping[str, Module], limits: Mapping[str, int] = LIMITS) -> Iterator[str]:
    """A sentence for each rule whose count is not its limit, with the places where it is above."""
    places = find(modules)
    for rule, limit in limits.items():
        at = places[rule]
        if len(at) > limit:
            yield f"{len(at)} {rule}, at most {limit}:\n  " + "\n  ".join(at)
        elif len(at) < limit:
            yield f"{len(at)} {rule}: lower the limit of {limit} in tests/gates/density.py"


def find(modules: Mapping[str, Module]) -> dict[str, list[str]]:
    """Where each rule is broken."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules.values():
        if len(module.text.splitlines()) > MOST_LINES:
            places[LONG].append(str(module.path))
        for node in ast.walk(module.tree):
            if isinstance(node, Function) and decisions(node) > MOST_DECISIONS:
                places[BUSY].append(f"{module.at(node)} {node.name}")
            if isinstance(node, ast.stmt):
                for rule in _broken(node):
                    places[rule].append(module.at(node))
    return places


def decisions(function: ast.AST) -> int:
    """1 and each place where the way of a function parts, with the functions inside it."""
    count = 1
    for part in ast.walk(function):
        if isinstance(part, _BRANCH):
            count += 1
        elif isinstance(part, ast.comprehension):
            count += 1 + len(part.ifs)
        elif isinstance(part, ast.BoolOp):
            count += len(part.values) - 1
    return count


def _broken(statement: ast.stmt) -> Iterator[str]:
    parts = list(_own_parts(statement))
    comprehensions = sum(isinstance(part, _COMPREHENSION) for part in parts)
    conditionals = sum(isinstance(part, ast.IfExp) for part in parts)
    if comprehensions > 1:
        yield COMPREHENSIONS
    if conditionals > 1 or (conditionals and comprehensions):
        yield CONDITIONALS
    if _assigns_several(statement):
        yield SEVERAL
    size = sum(isinstance(part, ast.expr) for part in parts)
    if size > MOST_PARTS and not _is_table(statement):
        yield LARGE


def _own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement without the statements in it."""
    todo: list[ast.AST] = [statement]
    while todo:
        part = todo.pop()
        yield part
        for child in ast.iter_child_nodes(part):
            if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                todo.append(child)


def _assigns_several(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple) or not isinstance(statement.value, ast.Tuple):
        return False
    return len(target.elts) == len(statement.value.elts)


def _is_table(statement: ast.stmt) -> bool:
    """Whether a statement writes down data: a constant of a module, a definition, an import."""
    if isinstance(statement, Function | ast.ClassDef | ast.Import | ast.ImportFrom):
        return True
    if isinstance(statement, ast.Assign):
        return all(isinstance(name, ast.Name) and name.id.isupper() for name in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return isinstance(statement.target, ast.Name) and statement.target.id.isupper()
    return False
