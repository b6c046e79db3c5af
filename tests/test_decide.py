"""New, changed or same; dates that do not drift; when a page is looked at again."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest

from crawler.article import Article
from crawler.policy.decide import (
    PATIENCE,
    REVISITS,
    Decision,
    KnownArticle,
    decide,
    next_try,
    next_visit,
)
from tests.support.clock import NOW

LATER = NOW + timedelta(days=3)
HOUR = timedelta(hours=1)


def _article(**values: Any) -> Article:
    return Article(
        url="https://example.org/a", id="1", title="Title", text="Text.", source="s", **values
    )


def _dated(
    value: datetime, precision: Any, width: timedelta, origin: str = "relative text"
) -> dict[str, Any]:
    return {
        "published": value,
        "published_precision": precision,
        "published_origin": origin,
        "published_earliest": value,
        "published_latest": value + width,
    }


def _again(first: Article, second: Article, later: datetime = LATER) -> Decision:
    """What the second look decides, when the first is kept as the store keeps it."""
    kept = decide(first, None, NOW)
    document = orjson.loads(orjson.dumps(kept.article.to_dict()))
    return decide(second, KnownArticle(document, kept.digest, "example.org/a"), later)


def test_an_unknown_article_is_new() -> None:
    decision = decide(_article(), None, NOW)
    assert (decision.kind, decision.article.revision, decision.article.first_seen) == (
        "new",
        1,
        NOW,
    )


def test_an_equal_article_is_the_same() -> None:
    decision = _again(_article(section="A", authors=("B",)), _article(section="A", authors=("B",)))
    assert (decision.kind, decision.article.revision, decision.article.first_seen) == (
        "same",
        1,
        NOW,
    )


@pytest.mark.parametrize("edit", [{"title": "Another"}, {"text": "Text, corrected."}])
def test_other_words_are_a_revision(edit: dict[str, Any]) -> None:
    decision = _again(_article(), dataclasses.replace(_article(), **edit))
    assert (decision.kind, decision.article.revision) == ("changed", 2)


@pytest.mark.parametrize(
    "edit", [{"authors": ("B",)}, {"image": "https://example.org/i.jpg"}, {"paywalled": True}]
)
def test_another_field_is_a_change_and_no_revision(edit: dict[str, Any]) -> None:
    decision = _again(_article(), dataclasses.replace(_article(), **edit))
    assert (decision.kind, decision.article.revision) == ("changed", 1)


def test_what_veille_adds_is_no_change() -> None:
    decision = _again(
        _article(), dataclasses.replace(_article(), indexed_at=LATER, story="x", copy_of="y")
    )
    assert decision.kind == "same"


def test_a_page_that_no_longer_names_its_section_keeps_it() -> None:
    assert _again(_article(section="Syrie"), _article()).article.section == "Syrie"
    assert _again(_article(section="Syrie"), _article()).kind == "same"


def test_a_relative_date_stays_where_it_was_first_seen() -> None:
    seven_years = _dated(datetime(2019, 1, 1, tzinfo=UTC), "year", timedelta(days=730))
    drifted = _dated(datetime(2019, 1, 4, tzinfo=UTC), "year", timedelta(days=730))
    decision = _again(_article(**seven_years), _article(**drifted))
    assert decision.kind == "same"
    assert decision.article.published == datetime(2019, 1, 1, tzinfo=UTC)


def test_a_finer_date_takes_the_place_of_a_coarse_one() -> None:
    month = _dated(datetime(2026, 11, 1, tzinfo=UTC), "month", timedelta(days=29))
    minute = _dated(
        datetime(2026, 11, 20, 8, 30, tzinfo=UTC), "minute", timedelta(seconds=59), "json-ld"
    )
    decision = _again(_article(**month), _article(**minute))
    assert (decision.kind, decision.article.published_precision) == ("changed", "minute")
    assert decision.article.published_origin == "json-ld"


def test_a_coarser_date_never_takes_the_place_of_a_finer_one() -> None:
    minute = _dated(
        datetime(2026, 11, 20, 8, 30, tzinfo=UTC), "minute", timedelta(seconds=59), "json-ld"
    )
    month = _dated(datetime(2026, 11, 1, tzinfo=UTC), "month", timedelta(days=29))
    assert _again(_article(**minute), _article(**month)).kind == "same"


DAY = timedelta(hours=23, minutes=59)
MINUTE = timedelta(seconds=59)


def _at(value: datetime, precision: Any = "second", width: timedelta = timedelta()) -> Article:
    return _article(**_dated(value, precision, width, "json-ld"))


def test_an_earlier_date_that_contradicts_is_believed() -> None:
    one = _at(datetime(2026, 11, 3, tzinfo=UTC), "day", DAY)
    other = _at(datetime(2026, 11, 1, tzinfo=UTC), "day", DAY)
    assert _again(one, other).article.published == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "second", "modified"),
    [
        # A correction that overwrites the date, before the first visit and after it.
        (_at(NOW - 9 * HOUR), _at(NOW - 2 * HOUR), NOW - 2 * HOUR),
        (_at(NOW - 9 * HOUR), _at(NOW + 5 * HOUR), NOW + 5 * HOUR),
        (_at(NOW - 9 * HOUR), _at(NOW + 30 * HOUR, "day", DAY), NOW + 30 * HOUR),
        # The page dates itself with the moment of the visit, or runs ahead of it.
        (_at(NOW - 9 * HOUR), _at(LATER), None),
        (_at(NOW - 9 * HOUR), _at(LATER + 6 * HOUR), None),
        # "1 day ago", rounded down, a day later.
        (_at(NOW - 9 * HOUR, "hour", HOUR), _at(NOW - 7 * HOUR, "hour", HOUR), None),
        (_article(), _at(NOW + 5 * HOUR), NOW + 5 * HOUR),
    ],
)
def test_a_later_date_is_that_of_an_update(
    first: Article, second: Article, modified: datetime | None
) -> None:
    decision = _again(first, second)
    assert (decision.article.published, decision.article.modified) == (first.published, modified)
    assert decision.article.published_origin == first.published_origin


def test_nothing_is_published_after_it_was_first_read() -> None:
    today = NOW.replace(hour=0, minute=0)
    for claim, published in [
        (_at(today, "day", DAY), today),
        (_at(NOW - timedelta(seconds=20), "minute", MINUTE), NOW - timedelta(seconds=20)),
        (_at(NOW + 6 * HOUR), today),
        (_at((NOW + 12 * HOUR).astimezone(timezone(12 * HOUR))), today),
    ]:
        kept = decide(claim, None, NOW).article
        assert kept.published == published
        assert (kept.published_earliest, kept.published_latest) == (published, NOW)


def test_a_clock_that_runs_ahead_tells_no_update() -> None:
    ahead = _at(NOW + 6 * HOUR)
    decision = _again(ahead, ahead, NOW + 24 * HOUR)
    assert (decision.kind, decision.article.published_precision) == ("same", "day")


def test_a_page_that_lost_its_date_keeps_it() -> None:
    one = _dated(datetime(2026, 11, 1, tzinfo=UTC), "day", timedelta(hours=23))
    assert _again(_article(**one), _article()).kind == "same"


def test_looks_come_ever_less_often_and_end() -> None:
    looks: list[datetime] = []
    while at := next_visit(NOW, looks[-1] if looks else NOW):
        looks.append(at)
    assert looks == [NOW + age for age in REVISITS]
    assert next_visit(NOW, NOW + timedelta(days=31)) is None
    assert next_visit(NOW, NOW + timedelta(hours=2)) == NOW + timedelta(hours=6)


def test_a_page_that_fails_is_given_up_in_the_end() -> None:
    waits = [next_try(tries, NOW) for tries in range(PATIENCE + 1)]
    assert waits[-1] is None
    assert waits[0] == NOW
    known = [wait for wait in waits if wait]
    assert known == sorted(known)
    assert known[-1] - NOW >= 24 * HOUR
