"""What is wrong with a source, and why a preview shows nothing, in every language that has a
catalogue.
"""

from typing import get_args, get_type_hints

import pytest

from crawler.health import Advice, Code, Finding
from crawler.preview import Obstacle
from search.i18n.catalogue import Texts, english, read_texts
from search.i18n.formatting import obstacle
from search.i18n.health_messages import advice, sentence
from tests.support.clock import moment

NOW = moment(22, 7)
FAILS = {
    "url": "https://a.example/f",
    "kind": "feed",
    "outcome": "http 403",
    "failures": 8,
    "entry_points": 1,
}
SHARES = ("undated", "repeated", "language", "refused")
FIGURES: dict[str, dict[str, float | str]] = {
    **{f"fails_{failure}": FAILS for failure in ("blocked", "errors", "moved", "robots")},
    "moved_to": {"url": "https://a.example/f", "kind": "feed", "location": "https://b.example/"},
    "walled": {"blocked": 8, "pages": 9},
    "garbled": {"garbled": 0.4},
    "silent": {"hours": 100.0, "missing": 15.4, "limit": 15.0},
    "fruitless": {"pages": 12, "refused": 11, "outcome": "empty"},
    "mostly_fruitless": {"pages": 12, "refused": 9, "outcome": "consent"},
    "lists_nothing": {"url": "https://a.example/", "kind": "section", "entry_points": 1},
    "doubled": {"articles": 12, "doubled": 6},
    "same_title": {"articles": 12, "same_title": 11},
    "unread": {"refused": 23, "missing": 4.2},
    "drift_words": {"words_before": 1412.4, "words_after": 203.0},
    **{f"drift_{share}": {f"{share}_before": 0.013, f"{share}_after": 0.97} for share in SHARES},
    "late": {"hours": 37.7, "expected": NOW.isoformat()},
    "gaps": {"hours": 30.0, "of": 72.0},
    "slow": {"seconds": 16.2},
    "slower": {"seconds": 9.5, "usual_seconds": 0.5},
}


def told(code: Code, texts: Texts, **figures: float | str) -> str:
    return sentence(
        Finding("drift", "bad", NOW, (code,), "drift", {**FIGURES[code], **figures}), texts
    )


@pytest.mark.parametrize("texts", read_texts().values(), ids=lambda texts: texts.language)
def test_everything_that_can_be_wrong_has_its_sentence(texts: Texts) -> None:
    for code in get_args(Code):
        assert "_" not in told(code, texts), code
    for remedy in get_args(Advice):
        assert advice(Finding("drift", "bad", NOW, (), remedy, {}), "a", texts), remedy
    for why in get_args(get_type_hints(Obstacle)["code"]):
        assert obstacle(why, {"status": 404, "why": "login", "exactly": "it asks"}, texts), why


def test_numbers_spans_and_moments_are_the_reader_s() -> None:
    french, arabic = (read_texts()[language] for language in ("fr", "ar"))
    assert told("slower", french) == (
        "Ses points d’entrée ont mis 9,5\N{NO-BREAK SPACE}secondes à répondre ces dernières 24 heures ; auparavant, "
        "0,5\N{NO-BREAK SPACE}seconde."
    )
    assert "1\N{NARROW NO-BREAK SPACE}412 mots" in told("drift_words", french)
    assert "1,3\N{NO-BREAK SPACE}% de ses articles" in told("drift_undated", french)
    assert "22 novembre 2026, 07:00 UTC" in told("late", french)
    assert "منذ 4 أيام" in told("silent", arabic)
    assert "4 مقالات" in told("unread", arabic)


@pytest.mark.parametrize(
    ("entry_points", "failures", "words"),
    [
        (1, 1, ("الوصول إلى \u2066https", "في الزيارة الأخيرة")),
        (2, 2, ("إلى نقطتي دخول، منهما", "في الزيارتين الأخيرتين")),
        (3, 10, ("إلى 3 نقاط دخول، منها", "في آخر 10 زيارات")),
        (11, 25, ("إلى 11 نقطة دخول، منها", "في آخر 25 زيارة")),
    ],
)
def test_arabic_counts_in_all_of_its_forms(
    entry_points: int, failures: int, words: tuple[str, str]
) -> None:
    found = told("fails_blocked", read_texts()["ar"], entry_points=entry_points, failures=failures)
    assert all(one in found for one in words), found


def test_the_command_line_hears_exactly_what_failed_and_a_reader_what_it_means() -> None:
    values = {"why": "CannotResolveHostError", "exactly": "DNS lookup failed: a.example"}
    assert "DNS lookup failed: a.example" in obstacle("unfetched", values, english(), exactly=True)
    assert obstacle("unfetched", values, read_texts()["fr"]).endswith(": nom de site inconnu.")
    assert "odd: b.example" in obstacle(
        "unfetched", {"why": "Odd", "exactly": "odd: b.example"}, read_texts()["fr"]
    )
