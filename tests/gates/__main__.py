"""Runs every check and prints what each found: `python -m tests.gates`."""

import sys
from pathlib import Path

from tests.gates import density, names, unreached
from tests.gates.source import read_modules

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """0 where all checks pass, else 1."""
    modules = read_modules(ROOT)
    found = [
        *names.faults(modules),
        *density.faults(modules),
        *unreached.faults(modules, ROOT),
    ]
    for fault in found:
        print(fault)
    if not found:
        print(f"{len(modules)} files: names, density and use are as they should be.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
