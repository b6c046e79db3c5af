"""Articles that were taken down with status 200: their pages show something else from then on."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.policy.decide import SECOND_LOOK
from crawler.policy.departures import LatePages, is_the_site_well, may_be_withdrawn
from crawler.policy.passing import next_look
from crawler.store import DiscoveredPage, PageVisit, Store
from tests.support.clock import NOW
from tests.support.hostile import Answer, Site, documents, page_of, run, serving, settings_of

HOUR = timedelta(hours=1)
HTML = [("Content-Type", "text/html; charset=utf-8")]
TITLES = {
    f"story-{number}-of-the-harbour-{number}711": f"Story {number} of the old harbour and its cranes"
    for number in range(1, 6)
}
TAKEN_DOWN = next(iter(TITLES))
MISSING = "<h1>Seite nicht gefunden</h1><p>Unter dieser Adresse steht nichts.</p>"
ELSEWISE = "<h1>Þessi síða finnst ekki</h1><p>Greinin sem þú leitar að er ekki lengur hér.</p>"
OTHERS = [
    f"<li><a href='/stad/ander-verhaal-over-de-stad-{number}81'>Een ander verhaal {number} over de stad</a></li>"
    for number in range(12)
]
LISTED = f"<h1>Helaas</h1><p>Dit artikel staat niet meer online.</p></main><ul>{''.join(OTHERS)}</ul><main>"
NOTICES = {
    "in-words": (MISSING, [TAKEN_DOWN]),
    "in-other-words": (ELSEWISE, [TAKEN_DOWN]),
    "behind-a-list": (LISTED, [TAKEN_DOWN]),
    "the-whole-site": (MISSING, list(TITLES)),
    "nearly-the-whole-site": (ELSEWISE, list(TITLES)[:4]),
    "nothing": (MISSING, []),
}
"""By source: what stands at the addresses of which stories from the second visit on."""


def _pages(site: Site) -> dict[str, Answer]:
    """A feed of five stories for each source, and their pages."""
    answers = {"/robots.txt": Answer(status=404)}
    for source in NOTICES:
        items = "".join(
            f"<item><title>{title}</title><link>{site.base}/{source}/{slug}</link></item>"
            for slug, title in TITLES.items()
        )
        feed = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
        answers[f"/{source}/feed.xml"] = Answer(feed.encode())
        for slug, title in TITLES.items():
            answers[f"/{source}/{slug}"] = Answer(page_of(f"{title} ({source})"), headers=HTML)
    return answers


def _taken_down() -> dict[str, Answer]:
    answers = {}
    for source, (notice, slugs) in NOTICES.items():
        html = f"<html><head><title>Hafn</title></head><body><main>{notice}</main></body></html>"
        for slug in slugs:
            answers[f"/{source}/{slug}"] = Answer(html.encode(), headers=HTML)
    return answers


def _watching(site: Site, folder: Path) -> dict[str, str]:
    environment = settings_of(site, folder)
    rows = [
        f'[[source]]\nid = "{source}"\nname = "{source}"\nhome = "{site.base}/{source}/home"\n'
        f'feeds = ["{site.base}/{source}/feed.xml"]\n'
        for source in NOTICES
    ]
    (folder / "sources.toml").write_text("".join(rows), encoding="utf-8")
    return environment


def _all_due(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data" / "veille.sqlite")) as store:
        store.execute("UPDATE pages SET next_visit = found_at WHERE next_visit IS NOT NULL")
        store.commit()


def _gone(folder: Path) -> set[str]:
    """The sources with an article that is gone."""
    return {document["source"] for document in documents(folder) if document.get("gone")}


@pytest.mark.slow
def test_an_article_is_gone_whose_page_shows_something_else_for_good(tmp_path: Path) -> None:
    answers: dict[str, Answer] = {}
    gone = []
    with serving(answers) as site:
        answers |= _pages(site)
        environment = _watching(site, tmp_path)
        run(environment, "crawl")
        answers |= _taken_down()
        for _ in range(5):
            _all_due(tmp_path)
            run(environment, "crawl")
            gone.append(_gone(tmp_path))
        answers |= _pages(site)
        _all_due(tmp_path)
        run(environment, "crawl")
    both = {"in-words", "in-other-words"}
    assert gone == [set(), set(), {"in-words"}, both, both | {"behind-a-list"}]
    # The articles stay, and are there again when their pages are.
    assert len(documents(tmp_path)) == len(NOTICES) * len(TITLES)
    assert _gone(tmp_path) == set()


@pytest.mark.parametrize(
    ("reason", "tries"),
    [
        ("soft-404", 2),
        ("unannounced", 3),
        ("empty", 3),
        ("no-article", 4),
        ("consent", None),
        ("blocked", None),
    ],
)
def test_a_page_gets_some_looks_until_its_article_is_gone(reason: str, tries: int | None) -> None:
    withdrawn = [may_be_withdrawn(reason, count) for count in range(6)]
    assert withdrawn == [tries is not None and count >= tries for count in range(6)]


@pytest.mark.parametrize(
    ("articles", "alike", "well"), [(1, 0, True), (3, 1, True), (0, 0, False), (2, 2, False)]
)
def test_the_site_is_well_where_most_of_its_pages_are(
    articles: int, alike: int, well: bool
) -> None:
    assert is_the_site_well(LatePages(articles, alike)) is well


@pytest.mark.parametrize("reason", ["soft-404", "no-article"])
def test_the_page_of_an_article_that_says_it_is_none_is_looked_at_again_soon(reason: str) -> None:
    assert next_look(reason, 0, NOW) - NOW == SECOND_LOOK
    waits = [next_look(reason, tries, NOW, had_article=True) - NOW for tries in range(6)]
    assert waits == [HOUR, 3 * HOUR, 9 * HOUR, 27 * HOUR, 81 * HOUR, SECOND_LOOK]


def test_the_pages_visited_lately_are_counted_by_what_they_came_to(store: Store) -> None:
    came_to = [
        (0, "article", None),
        (2, "article", None),
        (3, "article", "live"),
        (2, "skipped", "soft-404"),
        (3, "gone", "soft-404"),
        (3, "skipped", "consent"),
    ]
    for number, (hours, state, reason) in enumerate(came_to):
        page = DiscoveredPage(f"x/{number}", f"https://x.example/{number}")
        store.pages.find("one", page, NOW)
        at = NOW + hours * HOUR
        visit = PageVisit(page.key, state, at, at + HOUR, reason)  # type: ignore[arg-type]
        store.pages.record_visit(visit)
    since = NOW + HOUR
    assert store.addresses.late_pages("one", "soft-404", since) == LatePages(2, 2)
    assert store.addresses.late_pages("one", "consent", since) == LatePages(2, 1)
    assert store.addresses.late_pages("two", "consent", since) == LatePages(0, 0)
