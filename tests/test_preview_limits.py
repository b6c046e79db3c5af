"""What a preview takes of what a crawl would, and what it notes down."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.article import Hints
from crawler.entrypoints import Item
from crawler.preview.candidates import CheckedPage, PreviewLimits, PreviewNotes
from crawler.preview.spider import TITLES, PreviewBudget, PreviewSink
from crawler.store import EntryPoint, PageRequest, Visit
from tests.support.hostile import ROOT, Answer, page_of, serving, settings_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def page(number: int) -> PageRequest:
    url = f"https://one.example/{number}"
    return PageRequest(f"one.example/{number}", url, None, Hints(), None, None, 0, first=True)


def test_a_few_entry_points_of_each_kind_are_visited_in_all() -> None:
    budget = PreviewBudget(PreviewLimits(feeds=2, sitemaps=1, sections=1))
    kinds = ("feed", "section", "section", "sitemap", "feed", "feed")
    named = [EntryPoint(f"https://one.example/{number}", kind) for number, kind in enumerate(kinds)]
    assert budget.entry_points(named) == [named[0], named[1], named[3], named[4]]
    assert budget.entry_points(named) == []


def test_a_few_pages_of_each_entry_point_are_fetched_and_none_twice() -> None:
    budget = PreviewBudget(PreviewLimits(each=2, articles=3))
    pages = [page(number) for number in range(5)]
    assert budget.pages(pages, set()) == pages[:2]
    assert budget.pages(pages, {pages[0].key, pages[1].key}) == [pages[2]]
    assert budget.pages(pages, {target.key for target in pages[:3]}) == []


def test_a_visit_is_noted_with_its_first_titles_and_newest_moment() -> None:
    notes = PreviewNotes(PreviewLimits())
    items = [
        Item(f"https://one.example/{number}", f"Title {number}", modified=NOW + number * DAY)
        for number in range(TITLES + 2)
    ]
    entry = EntryPoint("https://one.example/feed", "feed", parent="https://one.example/")
    PreviewSink(notes).on_entry_point(Visit(1, "one", entry, NOW, "read", items=5), items)
    (noted,) = notes.entries
    assert (noted.url, noted.kind, noted.parent) == (entry.url, "feed", entry.parent)
    assert (noted.outcome, noted.items) == ("read", 5)
    assert noted.titles == ("Title 0", "Title 1", "Title 2")
    assert noted.newest == NOW + (TITLES + 1) * DAY


def test_a_page_that_became_no_article_is_noted_with_the_reason() -> None:
    notes = PreviewNotes(PreviewLimits())
    PreviewSink(notes).on_page(page(1), "no-article", "it lists articles")
    assert notes.articles == [
        CheckedPage("https://one.example/1", reason="no-article", message="it lists articles")
    ]


def test_older_pages_are_not_looked_at(tmp_path: Path) -> None:
    html = [("Content-Type", "text/html")]
    stories = {f"/s/ferry-late-again-{n}": f"The ferry was late again, part {n}" for n in range(4)}
    links = "".join(f"<h2><a href={path}>{title}</a></h2>" for path, title in stories.items())
    older = "<a rel=next href=/page/2/>Older stories</a>"
    front = f"<html><title>Heron</title><body><main>{links}</main>{older}</body></html>"
    answers = {path: Answer(page_of(title), headers=html) for path, title in stories.items()}
    answers["/"] = Answer(front.encode(), headers=html)
    with serving(answers) as site:
        ended = subprocess.run(
            [sys.executable, "-m", "crawler.preview"],
            cwd=ROOT,
            env=settings_of(site, tmp_path),
            input=json.dumps({"url": site.base}),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        asked = [path for path, _ in site.asked]
    assert [entry["items"] for entry in json.loads(ended.stdout)["entry_points"]] == [4]
    assert "/page/2/" not in asked
