"""Which parts of a sitemap index are visited, whatever its order and its names."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crawler.entrypoints import ListedEntryPoint, PartMemory, parts_since, parts_to_watch
from crawler.entrypoints.named_times import named_times
from crawler.entrypoints.parts import LOOKED_AGAIN, MOST_PARTS

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://www.example.org/"
MONTHS = [divmod(2026 * 12 + 10 - back, 12) for back in range(60)]
"""Years and months (from 0), the newest first."""


def part(name: str, modified: datetime | None = None) -> ListedEntryPoint:
    return ListedEntryPoint(SITE + name, "sitemap", modified)


def names(parts: Sequence[ListedEntryPoint]) -> list[str]:
    return [one.url.removeprefix(SITE) for one in parts]


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("sitemap-2026-11.xml", (2026, 11, 1), (2026, 12, 1)),
        ("sitemap-pt-post-2026-11.xml", (2026, 11, 1), (2026, 12, 1)),
        ("map202611.xml.gz", (2026, 11, 1), (2026, 12, 1)),
        ("2026/11/map.xml", (2026, 11, 1), (2026, 12, 1)),
        ("2026/9/map.xml", (2026, 9, 1), (2026, 10, 1)),
        ("map.php?year=2026&m=x&from=2026-11-01", (2026, 11, 1), (2026, 12, 1)),
        ("daily/20261130.xml", (2026, 11, 30), (2026, 12, 1)),
        ("daily/2026_11_30", (2026, 11, 30), (2026, 12, 1)),
        ("daily-30-11-2026.xml", (2026, 11, 30), (2026, 12, 1)),
        ("map-11-2026.xml", (2026, 11, 1), (2026, 12, 1)),
        ("map-2026-11-77.xml", (2026, 11, 1), (2026, 12, 1)),
        ("nov-2026.xml", (2026, 11, 1), (2026, 12, 1)),
        ("2026-november.xml", (2026, 11, 1), (2026, 12, 1)),
        ("archives-d%C3%A9cembre-2025.xml", (2025, 12, 1), (2026, 1, 1)),
        ("news-2026-w48.xml", (2026, 11, 23), (2026, 11, 30)),
        ("woche/2026-KW48.xml", (2026, 11, 23), (2026, 11, 30)),
        ("map-2026.xml", (2026, 1, 1), (2027, 1, 1)),
        ("map-2026-p2.xml", (2026, 1, 1), (2027, 1, 1)),
        ("map-45.xml", None, None),
        ("map-1789.xml", None, None),
        ("map-120261.xml", None, None),
    ],
)
def test_names_are_read_as_times(
    name: str, start: tuple[int, int, int] | None, end: tuple[int, int, int] | None
) -> None:
    time = named_times([SITE + name], NOW).get(SITE + name)
    if start is None or end is None:
        assert time is None
        return
    assert time is not None
    assert (time.start, time.end) == (datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC))


def test_a_month_is_known_in_the_language_of_the_source() -> None:
    url = f"{SITE}arhiva-noiembrie-2026.xml"
    (time,) = named_times([url], NOW, "ro").values()
    assert time.start.month == 11


def test_numbers_are_no_years_where_there_are_others_beside_them() -> None:
    assert named_times([f"{SITE}map-{number}.xml" for number in range(1, 3000)], NOW) == {}


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    "form",
    [
        "map-{year}-{month:02}.xml",
        "map{year}{month:02}.xml",
        "{year}/{month}/map.xml",
        "map-{month:02}-{year}.xml",
    ],
)
def test_the_present_month_is_watched_in_any_order_and_the_past_is_not(
    form: str, backwards: bool
) -> None:
    urls = [form.format(year=year, month=month + 1) for year, month in MONTHS]
    if backwards:
        urls.reverse()
    for modified in (None, NOW - DAY / 24):  # some write all their parts anew
        watched = parts_to_watch([part(url, modified) for url in urls], {}, NOW)
        newest = [form.format(year=2026, month=11), form.format(year=2026, month=10)]
        assert names(watched) == newest


def test_a_correction_in_an_old_part_is_seen() -> None:
    old = [
        part(f"map-{year}.xml", datetime(year, 12, 31, tzinfo=UTC)) for year in range(2000, 2026)
    ]
    corrected = part("map-2014.xml", NOW - DAY)
    parts = [
        *(one for one in old if one.url != corrected.url),
        corrected,
        part("map-2026.xml", NOW),
    ]
    assert names(parts_to_watch(parts, {}, NOW)) == ["map-2026.xml", "map-2014.xml"]


@pytest.mark.parametrize("place", [0, 20, 40])
def test_the_part_without_a_date_is_watched_beside_old_ones(place: int) -> None:
    parts = [part(f"old-{number}.xml", NOW - (50 + number) * DAY) for number in range(40)]
    parts.insert(place, part("current.xml"))
    assert "current.xml" in names(parts_to_watch(parts, {}, NOW))


def test_of_parts_of_which_nothing_is_known_the_outer_ones_come_first() -> None:
    parts = [part(f"map-{number}.xml") for number in range(1, 101)]
    watched = names(parts_to_watch(parts, {}, NOW))
    assert len(watched) == MOST_PARTS
    assert watched[:4] == ["map-100.xml", "map-1.xml", "map-99.xml", "map-2.xml"]


def test_what_bore_something_is_watched_and_the_others_are_looked_at_in_turn() -> None:
    parts = [part(f"{number:x}.xml") for number in range(3000, 3100)]
    memories: dict[str, PartMemory] = {}
    fruitful = parts[50].url
    at = NOW
    for _ in range(4):
        at += DAY
        for one in parts_to_watch(parts, memories, at):
            fruit_at = at if one.url == fruitful else None
            memories[one.url] = PartMemory(at, fruit_at)
    assert len(memories) == len(parts)
    assert parts_to_watch(parts, memories, at)[0].url == fruitful
    assert len(parts_to_watch(parts, memories, at)) == 3  # it, and both ends
    assert len(parts_to_watch(parts, memories, at + LOOKED_AGAIN)) == MOST_PARTS


def test_fruit_leaves_room_for_what_is_not_known() -> None:
    parts = [part(f"map-{number}.xml") for number in range(100)]
    memories = {one.url: PartMemory(NOW, NOW - DAY) for one in parts[:60]}
    watched = [one.url for one in parts_to_watch(parts, memories, NOW)]
    assert len([url for url in watched if url in memories]) == 20


@pytest.mark.parametrize(
    ("news", "first"),
    [("map-news.xml", "map-news.xml"), ("news/map-12.xml", "map-2026-11.xml")],
)
def test_the_part_called_news_comes_first_unless_all_are(news: str, first: str) -> None:
    folder = news.rpartition("/")[0]
    others = [f"map-{year}-{month + 1:02}.xml" for year, month in MONTHS]
    if folder:
        others = [f"{folder}/{name}" for name in others]
        first = f"{folder}/{first}"
    parts = [part(name) for name in (*others, news)]
    assert names(parts_to_watch(parts, {}, NOW))[0] == first


def test_an_index_that_has_ended_is_watched_where_it_is_newest() -> None:
    parts = [part(f"map-{year}.xml") for year in range(1995, 2020)]
    assert names(parts_to_watch(parts, {}, NOW))[:2] == ["map-2019.xml", "map-2018.xml"]
    # They may be the years in which their parts begin.
    assert len(parts_since(parts, datetime(2022, 1, 1, tzinfo=UTC), NOW)) == len(parts)


@pytest.mark.parametrize(
    ("parts", "since", "left_out"),
    [
        ([part(f"map-{y}-{m + 1:02}.xml") for y, m in MONTHS], (2023, 5, 20), 17),
        ([part(f"map-{y}-{m + 1:02}.xml", NOW) for y, m in MONTHS], (2023, 5, 20), 17),
        ([part(f"map-{number}.xml") for number in range(60)], (2023, 5, 20), 0),
        ([part(f"{n}.xml", NOW - n * 30 * DAY) for n in range(60)], (2023, 5, 20), 16),
        ([part("a.xml", NOW - 900 * DAY), part("b.xml"), part("c.xml", NOW)], (2026, 1, 1), 1),
    ],
    ids=["names", "names-before-dates", "numbers", "dates", "one-undated"],
)
def test_a_crawl_that_reaches_back_reads_every_part_but_those_that_end_before(
    parts: list[ListedEntryPoint], since: tuple[int, int, int], left_out: int
) -> None:
    read = parts_since(parts, datetime(*since, tzinfo=UTC), NOW)
    assert len(parts) - len(read) == left_out
