"""robots.txt: what an answer allows, failing closed."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.robots import (
    FRESH,
    LARGEST,
    LARGEST_RULES,
    LONGEST_DELAY,
    MOST_RULES,
    MOST_WILDCARDS,
    UNREACHABLE_FRESH,
    allows,
    parse,
    rules_for,
    rules_of,
)
from tests.support.clock import NOW

PAGE = "https://example.org/a/1"


def _allowed(status: int | None, body: bytes | str = b"") -> bool:
    return rules_of(status, body.encode() if isinstance(body, str) else body, NOW).allow(PAGE)


@pytest.mark.parametrize("status", [500, 503, 520, 599, 429, None])
def test_a_host_that_can_not_answer_is_left_alone(status: int | None) -> None:
    assert not _allowed(status, "User-agent: *\nAllow: /")


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 451])
def test_a_host_without_the_file_allows_all(status: int) -> None:
    assert _allowed(status, "User-agent: *\nDisallow: /")


@pytest.mark.parametrize(
    "body",
    [
        "User-agent: *\nDisallow: /a",
        "\ufeffUser-agent: *\nDisallow: /",
        "User-agent: *\0\nDisallow: /\n",
        "User-agent: *\r\nDisallow: /\r\n",
        "USER-AGENT:veille\nDISALLOW:/a/*",
        "User-agent: Veille/0.1\nDisallow: /",
        "User-agent: Veille\nContent-Signal: ai-train=no\nUser-agent: Other\nDisallow: /",
        "User-agent: Veille\nDisallow: /\n\nUser-agent: *\nAllow: /",
        "User-agent: *\nDisallow: /*/1$",
        "User-agent: *\nDisallow: /".encode("utf-16"),
    ],
)
def test_rules_are_obeyed(body: str | bytes) -> None:
    assert not _allowed(200, body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "User-agent: *\nDisallow:",
        "User-agent: Veil\nDisallow: /",
        "User-agent: Veille\nAllow: /a/\nDisallow: /",
        "User-agent: Veille\nAllow: /\n\nUser-agent: *\nDisallow: /",
        "<html><body>Disallow: /</body></html>",
        "\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_not_forbidden_is_allowed(body: str) -> None:
    assert _allowed(200, body)


def test_rules_count_within_the_first_500_kib_and_no_further() -> None:
    rule = "\nUser-agent: *\nDisallow: /"
    assert not _allowed(200, "#" * (500 * 1024) + rule)
    assert _allowed(200, "#" * LARGEST + rule)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("10", 10.0),
        ("0.5", 0.5),
        ("86400", LONGEST_DELAY),
        ("-1", 0),
        ("NaN", 0),
        ("inf", 0),
        ("1e309", 0),
        ("x", 0),
    ],
)
def test_the_crawl_delay_is_honoured_within_reason(written: str, seconds: float) -> None:
    assert LONGEST_DELAY <= 30
    assert rules_of(200, f"User-agent: *\nCrawl-delay: {written}".encode(), NOW).delay == seconds


def test_an_answer_is_used_for_a_day_and_silence_for_minutes() -> None:
    assert FRESH > UNREACHABLE_FRESH
    # A visit at the same time of the next day reads it anew, also where it comes a moment early.
    assert timedelta(hours=24) - FRESH >= timedelta(minutes=5)
    known, unknown = rules_of(200, b"", NOW), rules_of(None, b"", NOW)
    assert not known.stale(NOW + FRESH - timedelta(seconds=1))
    assert known.stale(NOW + FRESH)
    assert unknown.stale(NOW + UNREACHABLE_FRESH)


def test_sitemaps_are_found_and_bounded() -> None:
    body = "Sitemap: https://example.org/0.xml\n" + "Sitemap: https://example.org/x.xml\n" * 100
    found = rules_of(200, body.encode(), NOW).sitemaps
    assert found[0] == "https://example.org/0.xml"
    assert len(found) <= 50


MANY = "".join(f"Disallow: /archive/{number:06}\n" for number in range(30_000))
DEEP = "Disallow: /" + "*a" * 200 + "b\n"
HOSTILE = {
    "rules without end": (f"User-agent: *\nDisallow: /a\n{MANY}", False),
    "our rule behind those of others": (f"User-agent: x\n{MANY[:300_000]}\nUser-agent: *\nDisallow: /a", False),
    "one long rule": ("User-agent: *\nDisallow: /a" + "/b" * 100_000, True),
    "wildcards without end": (f"User-agent: *\nDisallow: /c\n{DEEP * 1_000}", True),
    "wildcards that begin as the page does": ("User-agent: *\nDisallow: /a" + "*" * 50_000, False),
    "robots without end": ("".join(f"User-agent: {n}\n" for n in range(30_000)) + "Disallow: /a", True),
    "an exception that is too long": (
        "User-agent: *\nDisallow: /a/\nAllow: /a/1" + "*" + "*x" * 40 + "\n", False
    ),
    "a prohibition that is too long": ("User-agent: *\nDisallow: /a/" + "*1" * 20 + "$", True),
}  # fmt: skip


@pytest.mark.parametrize(("text", "allowed"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_kept_of_a_hostile_file_is_bounded(text: str, allowed: bool) -> None:
    rules = rules_of(200, text.encode(), NOW)
    assert len(rules.rules) <= LARGEST_RULES + MOST_RULES
    assert rules.rules.count("\n") < MOST_RULES
    assert max(line.count("*") for line in f"{rules.rules}\n".split("\n")) <= MOST_WILDCARDS
    assert rules.allow(PAGE) == allowed
    assert rules.allow("https://example.org/robots.txt")


def test_a_prohibition_with_too_many_wildcards_forbids_what_its_beginning_does() -> None:
    rules = rules_of(200, ("User-agent: *\nDisallow: /x" + "*a" * 20 + "$").encode(), NOW)
    assert not rules.allow("https://example.org/x" + "a" * 9)
    assert rules.allow("https://example.org/xa")


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/a", "/ab", True),
        ("/a$", "/ab", False),
        ("/a$", "/a", True),
        ("/*", "/", True),
        ("/*.php$", "/x.php", True),
        ("/*.php$", "/x.php?y", False),
        ("/a**b*", "/axxb", True),
        ("/a*b*c", "/acb", False),
        ("/*aa$", "/a", False),
        ("/a*a$", "/a", False),
        ("*", "/x", True),
        ("/caf%C3%A9", "/café/1", True),
        ("/a$b", "/a$b", True),
    ],
)
def test_patterns_fit_as_rfc_9309_says(pattern: str, path: str, fits: bool) -> None:
    rules = rules_of(200, f"User-agent: *\nDisallow: {pattern}".encode(), NOW)
    assert rules.allow(f"https://example.org{path}") != fits


def _fetch_cases(shared: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(
        (shared / "hostile/generated/robots_fetch_cases.json").read_text()
    )["cases"]
    return cases


@pytest.mark.shared
def test_answers_mean_what_rfc_9309_says(shared: Path) -> None:
    seen = 0
    for case in _fetch_cases(shared):
        status = None if "fault" in case else case.get("status")
        if status is None and "fault" not in case:
            continue
        seen += 1
        rules = rules_of(status, case.get("body", "").encode(), NOW)
        if case["expect"].startswith("disallow all"):
            assert not rules.allow("https://example.org/b"), case
        elif case["expect"].startswith("allow all"):
            assert rules.allow(PAGE), case
        else:
            assert not rules.allow(PAGE), case
            assert rules.allow("https://example.org/b"), case
    assert seen >= 9


@pytest.mark.shared
def test_at_most_the_three_encoding_cases_of_googles_parser_are_read_otherwise(
    shared: Path,
) -> None:
    cases = json.loads((shared / "hostile/robots/google_robotstxt_cases.json").read_text())["cases"]
    wrong = [
        case
        for case in cases
        if allows(rules_for(parse(case["robotstxt"]), case["agent"]), case["url"])
        != case["allowed"]
    ]
    assert len(cases) - len(wrong) >= 139
    assert {case["test"] for case in wrong} <= {"ID_Encoding"}


@pytest.mark.shared
def test_every_real_file_is_read(shared: Path) -> None:
    files = [*(shared / "hostile/robots").rglob("*"), *(shared / "feeds/robots").rglob("*")]
    files = [file for file in files if file.is_file()]
    assert len(files) > 200
    for file in files:
        rules = rules_of(200, file.read_bytes(), NOW)
        assert rules.allow("https://example.org/?q=é") in (True, False)
        assert 0 <= rules.delay <= LONGEST_DELAY
        assert len(rules.sitemaps) <= 50
