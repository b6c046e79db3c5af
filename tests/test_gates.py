"""The checks of `make check` that are the project's own find what they are for."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.gates import density, names, unreached
from tests.gates.source import Module, read_modules

DENSE = """
def choose(rows, limit):
    first, second = rows[0], rows[1]
    return [a for a in [b for b in rows if b] if a] if limit else None
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty project."""
    for package in ("crawler", "indexer", "search"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "veille.py").write_text("")
    return tmp_path


def _written(root: Path, files: Mapping[str, str]) -> dict[str, Module]:
    """The modules of a project with these files, by their paths."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_modules(root)


def test_a_dense_statement_is_found(root: Path) -> None:
    found = density.find(_written(root, {"crawler/a.py": DENSE}))
    assert found[density.SEVERAL] == ["crawler/a.py:3"]
    assert found[density.COMPREHENSIONS] == found[density.CONDITIONALS] == ["crawler/a.py:4"]
    assert density.BUSY not in found


def test_decisions_count_comprehensions_and_boolean_operators(root: Path) -> None:
    conditions = " and ".join(f"row[{number}]" for number in range(9))
    busy = f"def busy(rows):\n    return [r for r in rows if {conditions}]\n"
    modules = _written(root, {"crawler/a.py": busy})
    assert density.find(modules)[density.BUSY] == ["crawler/a.py:1 busy"]


def test_a_limit_may_only_fall(root: Path) -> None:
    modules = _written(root, {"crawler/a.py": DENSE})
    assert list(density.faults(modules, {density.SEVERAL: 1})) == []
    assert "at most 0" in next(density.faults(modules, {density.SEVERAL: 0}))
    assert "lower the limit of 2" in next(density.faults(modules, {density.SEVERAL: 2}))


def test_a_class_name_that_stands_twice_is_found(root: Path) -> None:
    row = "class Row: ...\n"
    modules = _written(root, {"crawler/a.py": row, "search/b.py": row})
    [fault] = names.faults(modules)
    assert "crawler/a.py:1" in fault
    assert "search/b.py:1" in fault


def test_a_function_that_hides_a_module_is_found(root: Path) -> None:
    modules = _written(
        root,
        {
            "crawler/a/__init__.py": "from crawler.a.advance import advance\n",
            "crawler/a/advance.py": "def advance(): ...\n",
        },
    )
    [fault] = names.faults(modules)
    assert "hides the module crawler.a.advance" in fault


def test_what_only_tests_use_is_found_by_its_imports(root: Path) -> None:
    """The `learn` of one module is not kept alive by the `learn` of another."""
    modules = _written(
        root,
        {
            "crawler/a.py": "def learn(): ...\n",
            "crawler/b.py": "def learn(): ...\n",
            "veille.py": "from crawler.b import learn\nlearn()\n",
        },
    )
    found = [fault for fault in unreached.faults(modules, root) if "EXEMPT" not in fault]
    assert found == ["crawler/a.py:1: learn is used by nothing but tests: delete it"]


def test_a_part_of_the_store_is_asked_by_its_own_name(root: Path) -> None:
    parts = "class Pages:\n    def all(self): ...\nclass Paces:\n    def all(self): ...\n"
    store = (
        "from crawler.store.parts import Paces, Pages\n"
        "class Store:\n"
        "    def __init__(self):\n"
        "        self.pages = Pages()\n"
        "        self.paces = Paces()\n"
    )
    used = "from crawler.store import Store\nStore().pages.all()\n"
    modules = _written(
        root,
        {"crawler/store/__init__.py": store, "crawler/store/parts.py": parts, "veille.py": used},
    )
    found = [fault for fault in unreached.faults(modules, root) if "EXEMPT" not in fault]
    assert found == ["crawler/store/parts.py:4: Paces.all is used by nothing but tests: delete it"]


def test_an_exemption_that_is_no_longer_needed_is_told(root: Path) -> None:
    assert [fault for fault in unreached.faults(_written(root, {}), root) if "EXEMPT" in fault] == [
        f"{name} is used or gone: take it from EXEMPT in tests/gates/unreached.py"
        for name in sorted(unreached.EXEMPT)
    ]
