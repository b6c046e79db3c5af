"""Checks of the code that ruff and mypy do not make; `make check` runs them: `python -m tests.gates`."""
