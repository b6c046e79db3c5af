"""Known weaknesses of the locked dependencies, by the advisories of whoever answers:

    python -m tests.support.advisories [--release]

Fails for a weakness, and where some packages were looked at and others were not. Where no source of
advisories answers, it says that nothing was looked at, and fails for a release.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SOURCES = ("pypi", "osv")
"""Services that pip-audit can ask, the first first."""
SECONDS = 300
OWN = "veille"
"""Our own package, which no source of advisories knows."""


def main() -> int:
    """Ask the sources in turn until one answers; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", action="store_true", help="Fail where nothing answers.")
    release = parser.parse_args().release
    packages: list[dict[str, Any]] = []
    for source in SOURCES:
        packages = _asked(source)
        if looked_at(packages):
            break
    code, lines = verdict(packages, release=release)
    sys.stdout.write("\n".join(lines) + "\n")
    return code


def verdict(packages: Sequence[dict[str, Any]], *, release: bool) -> tuple[int, list[str]]:
    """The exit code for what pip-audit reports of each package, and the lines that say why."""
    faults = faults_of(packages)
    if faults:
        return 1, faults
    count = len(looked_at(packages))
    if count:
        return 0, [f"{count} packages: no known weakness."]
    told = "NOT AUDITED: no source of advisories answers here, no package was looked at."
    return int(release), [told]


def looked_at(packages: Sequence[dict[str, Any]]) -> list[str]:
    """The names of the packages that a source of advisories knows."""
    return [package["name"] for package in packages if "vulns" in package]


def faults_of(packages: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each weakness, and for each package that alone was not looked at."""
    faults = []
    known = looked_at(packages)
    for package in packages:
        name = f"{package['name']} {package.get('version', '')}".strip()
        for weakness in package.get("vulns", ()):
            fixed = ", ".join(weakness.get("fix_versions", ())) or "no version yet"
            faults.append(f"{name}: {weakness['id']}, fixed in {fixed}")
        if known and "vulns" not in package and package["name"] != OWN:
            faults.append(f"{name} was not looked at: {package.get('skip_reason', 'no reason')}")
    return faults


def _asked(source: str) -> list[dict[str, Any]]:
    """What pip-audit reports by one source; nothing where the source does not answer."""
    program = Path(sys.executable).with_name("pip-audit")
    words = ["--format", "json", "--progress-spinner", "off", "--vulnerability-service", source]
    try:
        ended = subprocess.run(
            [program, *words, "--timeout", "15"],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        packages: list[dict[str, Any]] = json.loads(ended.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []
    return packages


if __name__ == "__main__":
    sys.exit(main())
