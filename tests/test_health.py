"""Sources that break are named with the right reason, and healthy ones are left in peace."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.coverage import EntryPointState
from crawler.health import Entry, Health, SourceHistory, judge
from crawler.store import HourlyCounts
from search.i18n.catalogue import read_texts
from search.i18n.health_messages import advice, sentence
from tests.support.rhythms import BEGIN, HOUR, Fault, Paper, paper, papers

KNOWN = 28
BROKEN_AT = BEGIN + timedelta(days=KNOWN, hours=9)


def _broken(fault: Fault, rate: float = 30, seed: int = 5) -> Paper:
    one = replace(paper("broken", rate, random.Random(seed)), fault=fault, broken_at=BROKEN_AT)
    return one.live(KNOWN + 10)


def _first(one: Paper, hours: int) -> tuple[Health, int]:
    """The first judgement with a finding after it broke, and after how many hours."""
    for at in range(1, hours):
        health = judge(one.record(BROKEN_AT + at * HOUR), BROKEN_AT + at * HOUR)
        if health.findings:
            return health, at
    raise AssertionError("never named")


@pytest.mark.parametrize(
    ("fault", "problem", "hours"),
    [
        ("silent", "silent", 72),
        ("refused", "drift", 72),
        ("shorter", "drift", 72),
        ("undated", "drift", 72),
        ("boilerplate", "drift", 72),
        ("language", "drift", 72),
        ("http 403", "blocked", 2),
        ("http 404", "moved", 2),
        ("redirect", "moved", 2),
    ],
)
def test_a_fault_is_named_in_the_time_that_is_promised(
    fault: Fault, problem: str, hours: int
) -> None:
    health, _ = _first(_broken(fault), hours + 1)
    assert health.findings[0].problem == problem
    for texts in read_texts().values():
        assert sentence(health.findings[0], texts)
        assert advice(health.findings[0], "broken", texts)
    assert health.findings[0].since <= BROKEN_AT + hours * HOUR


def test_healthy_sources_are_never_accused() -> None:
    for one in papers(12, KNOWN + 10, seed=3):
        for at in range(KNOWN * 24, (KNOWN + 10) * 24, 12):
            now = BEGIN + at * HOUR
            health = judge(one.record(now), now)
            assert [finding.codes for finding in health.findings] == [], one.name


def test_a_quiet_weekend_is_no_silence_and_a_quiet_week_is_one() -> None:
    profile = [0.0 if at // 24 > 4 or not 8 <= at % 24 < 18 else 0.1 for at in range(168)]
    held = replace(paper("office", 20, random.Random(1)), profile=profile, fault="silent")
    friday = BEGIN + timedelta(days=KNOWN + 4, hours=18)
    quiet = replace(held, broken_at=friday, hours=[], failures=[]).live(KNOWN + 14)
    monday = friday + timedelta(days=2, hours=14)
    assert judge(quiet.record(monday), monday).findings == ()
    assert [
        f.problem
        for f in judge(quiet.record(monday + 2 * 24 * HOUR), monday + 2 * 24 * HOUR).findings
    ] == ["silent"]


def test_what_could_not_be_read_is_no_silence() -> None:
    one = _broken("silent")
    record = one.record(BROKEN_AT + 72 * HOUR)
    unread = [replace(t, failed=t.visits) if t.hour >= BROKEN_AT else t for t in record.tallies]
    health = judge(replace(record, tallies=unread), BROKEN_AT + 72 * HOUR)
    assert [finding.problem for finding in health.findings] == []


def test_a_young_source_has_no_rhythm_yet() -> None:
    one = paper("young", 20, random.Random(2)).live(10)
    health = judge(one.record(BEGIN + timedelta(days=10)), BEGIN + timedelta(days=10))
    assert (health.state, health.rhythm) == ("well", None)


def test_a_rhythm_says_how_much_a_source_publishes() -> None:
    one = paper("steady", 40, random.Random(4)).live(28)
    rhythm = judge(one.record(BEGIN + timedelta(days=28)), BEGIN + timedelta(days=28)).rhythm
    assert rhythm is not None
    total = sum(tally.articles for tally in one.hours[24:])
    assert rhythm.a_day == pytest.approx(total / 27, rel=0.1)


NOW = BEGIN + timedelta(days=30)


def _point(minutes: int, failures: int, outcome: str, read: bool = True) -> EntryPointState:
    since = NOW - timedelta(minutes=minutes)
    return EntryPointState(
        "feed",
        True,
        BEGIN,
        NOW,
        since if read else None,
        outcome,
        failures,
        since if failures else None,
        900,
    )


@pytest.mark.parametrize(
    ("point", "problems"),
    [
        (_point(15, 1, "http 503"), []),
        (_point(15, 3, "http 503"), []),
        (_point(45, 3, "http 503"), ["errors"]),
        (_point(45, 3, "DNSLookupError"), ["errors"]),
        (_point(45, 3, "http 403"), ["blocked"]),
        (_point(0, 1, "robots"), ["robots"]),
        (_point(0, 1, "robots unreachable"), []),
        (_point(600, 2, "http 410"), ["moved"]),
        (_point(0, 1, "http 404", read=False), ["moved"]),
        (_point(0, 0, "read"), []),
    ],
)
def test_entry_points_that_fail(point: EntryPointState, problems: list[str]) -> None:
    health = judge(SourceHistory("one", [Entry("https://example.org/feed", point)], []), NOW)
    assert [finding.problem for finding in health.findings] == problems
    assert health.state == ("bad" if problems else "well")


def test_one_of_two_entry_points_is_a_warning() -> None:
    entries = [
        Entry("https://example.org/a", _point(45, 3, "http 503")),
        Entry("https://example.org/b", _point(0, 0, "read")),
    ]
    assert judge(SourceHistory("one", entries, []), NOW).state == "warning"


def test_a_paused_source_is_not_judged_and_one_without_visits_is_new() -> None:
    entry = Entry("https://example.org/feed", _point(45, 3, "http 503"))
    assert judge(SourceHistory("one", [entry], [], paused=True), NOW).state == "paused"
    assert judge(SourceHistory("one", [], []), NOW).state == "new"


def test_a_source_that_is_not_visited_any_more_is_late() -> None:
    point = replace(_point(0, 0, "read"), visited_at=NOW - 5 * HOUR)
    late = SourceHistory("one", [Entry("https://x/f", point)], [])
    assert [finding.problem for finding in judge(late, NOW).findings] == ["late"]
    assert judge(replace(late, due=NOW + HOUR), NOW).findings == ()
    assert [
        finding.problem for finding in judge(replace(late, due=NOW - 3 * HOUR), NOW).findings
    ] == ["late"]


def test_walls_before_articles_are_told_though_the_feed_is_read() -> None:
    tallies = [HourlyCounts(NOW - 3 * HOUR, visits=4, blocked=8, articles=1)]
    health = judge(SourceHistory("one", [Entry("https://x/f", _point(0, 0, "read"))], tallies), NOW)
    assert [finding.problem for finding in health.findings] == ["blocked"]


def test_a_site_that_has_become_slow() -> None:
    usual = [HourlyCounts(NOW - hour * HOUR, visits=4, seconds=2.0) for hour in range(200, 24, -1)]
    lately = [HourlyCounts(NOW - hour * HOUR, visits=4, seconds=36.0) for hour in range(23, 0, -1)]
    entry = Entry("https://x/f", _point(0, 0, "read"))
    (finding,) = judge(SourceHistory("one", [entry], [*usual, *lately]), NOW).findings
    assert (finding.problem, finding.figures) == ("slow", {"seconds": 9.0, "usual_seconds": 0.5})
    assert judge(SourceHistory("one", [entry], usual), NOW).findings == ()


def test_listings_that_turn_over_are_told() -> None:
    record = SourceHistory(
        "one", [Entry("https://x/f", _point(0, 0, "read"))], [], gap_hours=30, known_hours=72
    )
    assert [finding.problem for finding in judge(record, NOW).findings] == ["gaps"]


def _came(hours_ago: int, articles: int = 0, **refusals: int) -> HourlyCounts:
    named = {name.replace("_", "-"): pages for name, pages in refusals.items()}
    return HourlyCounts(NOW - hours_ago * HOUR, visits=4, articles=articles, refusals=named)


@pytest.mark.parametrize(
    ("hours", "level", "reason"),
    [
        ([_came(3, empty=10)], "bad", "empty"),
        ([_came(30, no_article=2), _came(3, no_article=3)], "bad", "no-article"),
        ([_came(30, articles=40), _came(3, unannounced=12)], "bad", "unannounced"),
        ([_came(3, articles=1, consent=11)], "warning", "consent"),
        ([_came(3, articles=9, empty=2, soft_404=1)], None, None),
        ([_came(3, articles=12, no_article=60)], None, None),
        ([_came(3, articles=8, empty=6)], None, None),
        ([_came(3, empty=4)], None, None),
        ([_came(30, unannounced=12), _came(3, articles=12)], None, None),
    ],
    ids=[
        "shells",
        "slowly",
        "changed",
        "nearly all",
        "some skips",
        "a home page",
        "videos",
        "too few",
        "mended",
    ],
)
def test_a_source_is_judged_by_the_articles_that_its_pages_give(
    hours: list[HourlyCounts], level: str | None, reason: str | None
) -> None:
    record = SourceHistory("one", [Entry("https://x/f", _point(0, 0, "read"))], hours)
    findings = judge(record, NOW).findings
    assert [finding.level for finding in findings] == ([level] if level else [])
    for finding in findings:
        assert (finding.problem, finding.figures["outcome"]) == ("fruitless", reason)


@pytest.mark.parametrize(
    ("kind", "hours", "told"),
    [
        ("section", 8, False),
        ("section", 13, True),
        ("feed", 21, False),
        ("feed", 50, True),
        ("sitemap", 50, False),
        ("sitemap", 200, True),
    ],
)
def test_an_entry_point_that_lists_nothing_any_more_is_told(
    kind: str, hours: int, told: bool
) -> None:
    point = replace(_point(0, 0, "read"), kind=kind, empty_since=NOW - hours * HOUR)
    findings = judge(SourceHistory("one", [Entry("https://x/f", point)], []), NOW).findings
    assert [finding.problem for finding in findings] == (["empty"] if told else [])


def test_an_entry_point_that_never_listed_anything_is_told_at_its_second_visit() -> None:
    first = replace(_point(0, 0, "read"), first_at=NOW, empty_since=NOW)
    again = replace(first, visited_at=NOW + HOUR / 4)
    fine = Entry("https://x/g", _point(0, 0, "read"))
    for entries, level in (([first], None), ([again], "bad"), ([again, fine.point], "warning")):
        named = [Entry("https://x/f", point) for point in entries]
        findings = judge(SourceHistory("one", named, []), NOW).findings
        assert [finding.level for finding in findings] == ([level] if level else [])


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ([HourlyCounts(NOW - 3 * HOUR, articles=15, doubled=5)], "doubled"),
        ([HourlyCounts(NOW - 3 * HOUR, articles=12, same_title=11)], "same_title"),
        ([HourlyCounts(NOW - 3 * HOUR, articles=30, doubled=5)], None),
        ([HourlyCounts(NOW - 3 * HOUR, articles=12, same_title=9)], "same_title"),
        ([HourlyCounts(NOW - 3 * HOUR, articles=12, same_title=8)], None),
        ([HourlyCounts(NOW - 3 * HOUR, articles=6, same_title=5)], "same_title"),
        ([HourlyCounts(NOW - 3 * HOUR, articles=10, same_title=5)], None),
        ([HourlyCounts(NOW - 3 * HOUR, articles=4, doubled=3)], None),
    ],
)
def test_one_text_or_title_over_and_over_is_told(
    hours: list[HourlyCounts], code: str | None
) -> None:
    record = SourceHistory("one", [Entry("https://x/f", _point(0, 0, "read"))], hours)
    findings = judge(record, NOW).findings
    assert [finding.codes for finding in findings] == ([(code,)] if code else [])


@pytest.mark.parametrize(
    ("before", "newest", "is_told"),
    [
        pytest.param([(1, 0), (8, 0)] * 5, [(2, 1), (5, 5)], True, id="all but the first"),
        pytest.param([(1, 0), (9, 0)] * 5, [(1, 0), (7, 7)], True, id="in one hour"),
        pytest.param([(1, 0), (9, 0)] * 4 + [(9, 1)], [(3, 2), (4, 4)], True, id="rare before"),
        pytest.param([(8, 0), (4, 0), (3, 2)] * 5, [(4, 4)], False, id="four are a column"),
        pytest.param([(8, 7), (4, 0), (3, 0)] * 5, [(8, 7)], False, id="the weather every morning"),
        pytest.param([(8, 7), (4, 0), (3, 0)] * 5, [(2, 0), (8, 8)], False, id="one place more"),
        pytest.param([(3, 1), (4, 1), (2, 0)] * 5, [(2, 2), (5, 3)], False, id="a lucky column"),
        pytest.param([(5, 0), (4, 0)], [(2, 1), (5, 5)], False, id="hardly anything is known"),
    ],
)
def test_a_title_that_all_have_from_now_on_is_told_within_a_day(
    before: list[tuple[int, int]], newest: list[tuple[int, int]], is_told: bool
) -> None:
    """Hours, one after another: articles, and those with a title that others had before."""
    told = []
    for number, (articles, same) in enumerate(before + newest):
        at = NOW - (len(before + newest) - number) * 7 * HOUR
        told.append(HourlyCounts(at, articles=articles, same_title=same, fresh=articles))
    record = SourceHistory("one", [Entry("https://x/f", _point(0, 0, "read"))], told)
    codes = [finding.codes for finding in judge(record, NOW).findings]
    assert codes == ([("same_title",)] if is_told else [])
