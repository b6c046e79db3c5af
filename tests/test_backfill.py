"""A crawl that reaches back takes all that a site still lists, goes on after a kill, and says so."""

import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.coverage import Backfill, times_listed
from crawler.monitor.coverage import Coverage
from crawler.sources import read_sources
from crawler.store import Store
from tests.support.clock import machine_now
from tests.support.hostile import Answer, Site, documents, page_of, serving, settings_of

ROOT = Path(__file__).resolve().parent.parent
_NOW = machine_now()
_LAST = _NOW.year * 12 + _NOW.month - 1
MONTHS = [f"{number // 12}-{number % 12 + 1:02}" for number in range(_LAST - 59, _LAST + 1)]
"""Sixty months, up to this one."""
KILLS = 20
SINCE = datetime.fromisoformat(f"{MONTHS[0]}-01T00:00:00+00:00")


def _archive(site: Site) -> dict[str, Answer]:
    """Sixty monthly sitemaps, the newest first, each with two articles."""
    answers = {"/robots.txt": Answer(status=404)}
    rows = [f"<sitemap><loc>{site.base}/map-{month}.xml</loc></sitemap>" for month in MONTHS[::-1]]
    answers["/map.xml"] = Answer(f"<sitemapindex>{''.join(rows)}</sitemapindex>".encode())
    for month in MONTHS:
        pages = []
        days = ("01", "01") if month == MONTHS[-1] else ("07", "21")
        for number, day in enumerate(days):
            path = f"/{month}/the-bridge-in-part-{number}"
            title = f"Part {number} of the bridge of {month}"
            answers[path] = Answer(page_of(title).replace(b"2026-11-24", f"{month}-{day}".encode()))
            pages.append(f"<url><loc>{site.base}{path}</loc><lastmod>{month}-{day}</lastmod></url>")
        answers[f"/map-{month}.xml"] = Answer(f"<urlset>{''.join(pages)}</urlset>".encode())
    return answers


def _environment(site: Site, folder: Path, entry: str) -> dict[str, str]:
    environment = settings_of(site, folder)
    sources = f'[[source]]\nid = "x"\nname = "X"\nhome = "{site.base}/"\n{entry}\n'
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    return environment


def _command(since: datetime) -> list[str]:
    return [sys.executable, "-m", "veille", "crawl", "--since", f"{since:%Y-%m-%d}", "--json"]


def _crawl(environment: dict[str, str], since: datetime = SINCE) -> tuple[dict[str, int], str]:
    """The counts of a crawl, and what it wrote beside them."""
    ended = subprocess.run(
        _command(since),
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout), ended.stderr


def _paths(site: Site) -> list[str]:
    paths = [path for path, _ in site.asked]
    site.asked.clear()
    return paths


def test_all_months_are_taken_in_one_run_and_told_as_backfilled(tmp_path: Path) -> None:
    answers: dict[str, Answer] = {}
    with serving(answers) as site:
        answers |= _archive(site)
        environment = _environment(site, tmp_path, f'sitemaps = ["{site.base}/map.xml"]')
        counts, said = _crawl(environment)
    assert (counts["new"], counts["failed"]) == (120, 0)
    assert "61 of 61 sitemaps, feeds and lists read, 120 pages found, 120 fetched" in said
    store = Store(f"sqlite:///{tmp_path / 'data' / 'veille.sqlite'}")
    sources = read_sources(tmp_path / "sources.toml")
    coverage = Coverage(store, sources, machine_now())
    edges = [SINCE - timedelta(days=40), SINCE, _NOW - timedelta(days=99)]
    before, within = coverage.steps(["x"], edges)
    assert (before.state, before.reasons) == ("blind", ("not-added",))
    assert (within.state, within.share, within.reasons) == ("blind", 0.0, ("backfilled",))
    # What rests is no entry point that is watched.
    assert len(store.spans.states(["x"])) <= 3
    store.close()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_backfill_goes_on_after_twenty_kills(tmp_path: Path) -> None:
    chance = random.Random(20)
    answers: dict[str, Answer] = {}
    asked: list[str] = []
    with serving(answers) as site:
        answers |= _archive(site)
        environment = _environment(site, tmp_path, f'sitemaps = ["{site.base}/map.xml"]')
        environment["VEILLE_DOWNLOAD_DELAY"] = "0.05"
        for _ in range(KILLS):
            process = subprocess.Popen(
                _command(SINCE), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
            )
            _wait_until_asked(site, process)
            time.sleep(chance.uniform(0.0, 1.5))
            process.kill()
            process.wait()
            asked += _paths(site)
        _crawl(environment)
        asked += _paths(site)
    titles = sorted(document["title"] for document in documents(tmp_path))
    assert len(titles) == len(set(titles)) == 120
    parts = [path for path in asked if re.fullmatch(r"/map-.*", path)]
    # What was on its way when a crawl was killed is asked for again; what was read is not.
    assert max(Counter(parts).values()) <= KILLS // 2


def _wait_until_asked(site: Site, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while not site.asked and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)


def test_older_pages_are_walked_up_to_the_day(tmp_path: Path) -> None:
    answers: dict[str, Answer] = {"/robots.txt": Answer(status=404)}
    with serving(answers) as site:
        for number in range(1, 9):
            links = []
            for one in "abc":
                path = f"/story-{number}-{one}-of-the-old-bridge-{number}441"
                title = f"Story {number}{one} of the old bridge over the river"
                dated = f"2026-0{9 - number}-10".encode()
                answers[path] = Answer(page_of(title).replace(b"2026-11-24", dated))
                links.append(f"<li><a href='{path}'>{title}</a></li>")
            older = f"<link rel=next href='/list/{number + 1}'><a rel=next href='/list/{number + 1}'>older</a>"
            html = f"<html><body><main><ul>{''.join(links)}</ul>{older}</main></body></html>"
            answers[f"/list/{number}"] = Answer(html.encode())
        entry = f'sections = [{{ url = "{site.base}/list/1" }}]'
        environment = _environment(site, tmp_path, entry) | {"VEILLE_DOWNLOAD_DELAY": "0.2"}
        counts, _ = _crawl(environment, datetime(2026, 4, 1, tzinfo=UTC))
        asked = _paths(site)
        lists = [path for path in asked if path.startswith("/list/")]
        # The fifth page is of April; behind the seventh all is older than the sixth.
        assert lists == [f"/list/{number}" for number in range(1, 8)]
        assert counts["fetched"] == 21
        # Again: the links are known, and the pages are walked all the same.
        again, _ = _crawl(environment, datetime(2026, 4, 1, tzinfo=UTC))
        assert again["new"] == 0
        assert "/list/5" in _paths(site)


def _day(day: int, month: int = 6) -> date:
    return date(2026, month, day)


def _moment(day: int, month: int = 6) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "times"),
    [
        ([], []),
        ([_day(5), _day(20)], [(_moment(1), _moment(30))]),
        ([_day(5)], [(_moment(1), _moment(30))]),
        ([_day(1, 3), _day(5)], [(_moment(1, 3), _moment(2, 3)), (_moment(5), _moment(30))]),
    ],
)
def test_times_without_anything_are_listed_where_they_are_short(
    days: Sequence[date], times: Sequence[tuple[datetime, datetime]]
) -> None:
    since = _moment(1, 3) if days and days[0].month == 3 else _moment(1)
    listed = times_listed(days, since, _moment(30))
    assert listed == [Backfill(start, end) for start, end in times]
