"""A small version of benchmarks/alerts_week.py: a week with kills, a reindex, edits, a backfill, a
day of silence.
"""

import re
import subprocess
import sys

import pytest

from tests.support.documents import ROOT


@pytest.mark.slow
def test_after_a_week_of_trouble_each_match_was_told_once() -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.alerts_week",
        "--steps",
        "28",
        "--kills",
        "3",
        "--articles",
        "24",
    ]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "3 kills" in ended.stdout
    counts = re.findall(r"(\d+) told, (\d+) missed, (\d+) twice, (\d+) wrong", ended.stdout)
    assert counts == [("12", "0", "0", "0")] * 4
    pattern = r"(\d+) digests, (\d+) beside another, articles (\d+) early, (\d+) late(.*)"
    digests = re.findall(pattern, ended.stdout)
    assert len(digests) == 2
    assert all(int(made) >= 4 and strayed == ["0", "0", "0"] for made, *strayed, _ in digests)
    # Alerts that were made at one moment come in any order.
    assert sorted(hours.strip() for *_, hours in digests) == ["", "07:30 CEST, 07:30 CET"]
