"""The tests are green on every day: they take their clock from one place, `tests/support/clock.py`.

Continuous integration also runs a part of them on other days (`make test-days`).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent
CLOCK = TESTS / "support/clock.py"
READS_THE_CLOCK = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "time.time",
    "utc_now",
}


def test_tests_ask_one_place_for_the_time() -> None:
    found = {path.relative_to(TESTS).as_posix(): list(_reads(path)) for path in _files()}
    assert {path: lines for path, lines in found.items() if lines} == {}
    assert list(_reads(CLOCK))


def _files() -> list[Path]:
    return [path for path in TESTS.rglob("*.py") if path != CLOCK]


def _reads(path: Path) -> Iterator[int]:
    """The lines that call what reads the clock of the machine."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READS_THE_CLOCK:
            yield node.lineno
