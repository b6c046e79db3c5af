"""The audit counts what was looked at, and NOTICE names what has conditions of its own."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest

from tests.support import advisories

ROOT = Path(__file__).resolve().parent.parent
CLEAN = {"name": "alpha", "version": "1.0", "vulns": []}
WEAK = {
    "name": "beta",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}],
}
UNKNOWN = {"name": "gamma", "skip_reason": "not found"}
OWN = {"name": "veille", "skip_reason": "editable"}
CASES: list[tuple[list[dict[str, Any]], int, int, str]] = [
    ([CLEAN, OWN], 0, 0, "1 packages: no known weakness."),
    ([CLEAN, WEAK, OWN], 1, 1, "beta 2.0: PYSEC-2026-1, fixed in 2.1"),
    ([CLEAN, UNKNOWN, OWN], 1, 1, "gamma was not looked at: not found"),
    ([UNKNOWN, OWN], 0, 1, "NOT AUDITED"),
    ([], 0, 1, "NOT AUDITED"),
]


@pytest.mark.parametrize(("packages", "code", "for_release", "told"), CASES)
def test_the_audit_fails_for_what_was_not_looked_at(
    packages: list[dict[str, Any]], code: int, for_release: int, told: str
) -> None:
    for release, expected in ((False, code), (True, for_release)):
        ended, lines = advisories.verdict(packages, release=release)
        assert ended == expected
        assert told in "\n".join(lines)


def test_notice_names_every_package_whose_licence_has_conditions() -> None:
    words = [".venv/bin/uv", "export", "--locked", "--no-dev", "--no-hashes", "--quiet"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)", listed, re.MULTILINE))
    assert len(names) > 50
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    unnamed = [name for name in names if _has_conditions(name) and name not in notice]
    assert not unnamed, "write them into NOTICE"


def _has_conditions(name: str) -> bool:
    try:
        told = metadata(name)
    except PackageNotFoundError:  # needed on other systems only
        return False
    licences = [*(told.get_all("License-Expression") or []), *(told.get_all("License") or [])]
    classifiers = told.get_all("Classifier") or []
    licences = [line[:100] for line in licences] + [one for one in classifiers if "License" in one]
    return bool(re.search("GPL|MPL|Mozilla|General Public", " ".join(licences)))
