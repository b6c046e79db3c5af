"""Listings that turned over between two visits, and what their older pages prove, as they are
crawled.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crawler.store import Store
from tests.support.clock import machine_now
from tests.support.hostile import Answer, Site, documents, page_of, run, serving, settings_of

ON_A_PAGE = 4
BEFORE = 20
FAR = timedelta(days=9)


@dataclass(frozen=True)
class Section:
    """A section: how many stories came between two visits, whether there are older pages, which
    story is always the first, and which stand beside each page; how many are found, and why it was
    not watched, span by span.
    """

    new: int
    found: int
    reasons: tuple[str | None, ...] = (None,)
    older: bool = True
    pinned: int | None = None
    beside: tuple[int, ...] = ()


SECTIONS = {
    "second": Section(new=6, found=6),
    "third": Section(new=11, found=11),
    "pinned": Section(new=6, found=6, pinned=1),
    "nearly": Section(new=3, found=3),
    "beside": Section(new=6, found=6, beside=(1, 2, 3)),
    "too-many": Section(new=30, found=16, reasons=(None, "gap")),
    "no-pages": Section(new=6, found=4, reasons=(None, "gap"), older=False),
}


def _story(name: str, number: int) -> str:
    return f"/{name}/fergen-til-oy-nummer-{number}-er-sen-90{number:03}"


def _headline(name: str, number: int) -> str:
    return f"Fergen {name} til øy nummer {number} er sen i dag"


def _links(name: str, numbers: Iterable[int]) -> str:
    rows = [
        f"<li><a href='{_story(name, number)}'>{_headline(name, number)}</a></li>"
        for number in numbers
    ]
    return f"<ul>{''.join(rows)}</ul>"


def _pages(name: str, section: Section, until: int) -> Iterator[tuple[str, Answer]]:
    """The pages of a section with its stories up to a number, four on each, the newest first."""
    stories = range(until, 0, -1)
    for page in range(1, until // ON_A_PAGE + 2):
        shown = list(stories[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
        if section.pinned and page == 1:
            shown.insert(0, section.pinned)
        more = (
            f"<a rel=next href='/{name}/side/{page + 1}'>Eldre saker</a>" if section.older else ""
        )
        listed = f"<main>{_links(name, shown)}{more}</main>"
        beside = f"<aside>{_links(name, section.beside)}</aside>"
        html = f"<html><body>{listed}{beside}</body></html>"
        path = f"/{name}/" if page == 1 else f"/{name}/side/{page}"
        yield path, Answer(html.encode())


def _published(name: str, section: Section, until: int) -> dict[str, Answer]:
    """All stories up to a number, and the pages that list them."""
    numbers = range(1, until + 1)
    stories = {_story(name, number): Answer(page_of(_headline(name, number))) for number in numbers}
    return stories | dict(_pages(name, section, until))


def _watching(site: Site, folder: Path) -> dict[str, str]:
    environment = settings_of(site, folder)
    rows = [
        f'[[source]]\nid = "{name}"\nname = "{name}"\nhome = "{site.base}/{name}-home"\n'
        f'sections = [{{ url = "{site.base}/{name}/" }}]\n'
        for name in SECTIONS
    ]
    (folder / "sources.toml").write_text("".join(rows), encoding="utf-8")
    return environment


def _reasons(folder: Path) -> dict[str, tuple[str | None, ...]]:
    """Why each listing was not watched, span by span."""
    store = Store(f"sqlite:///{folder / 'data' / 'veille.sqlite'}")
    now = machine_now()
    spans = store.spans.between(list(SECTIONS), now - FAR, now + FAR)
    store.close()
    return {source: tuple(span.reason for span in held) for (source, _), held in spans.items()}


def _held(folder: Path) -> Counter[str]:
    return Counter(document["source"] for document in documents(folder))


def test_older_pages_prove_that_nothing_was_missed(tmp_path: Path) -> None:
    answers = {"/robots.txt": Answer(status=404)}
    with serving(answers) as site:
        environment = _watching(site, tmp_path)
        for until in (BEFORE - 2, BEFORE):
            for name, section in SECTIONS.items():
                answers |= _published(name, section, until)
            run(environment, "crawl")
        before = _held(tmp_path)
        for name, section in SECTIONS.items():
            answers |= _published(name, section, BEFORE + section.new)
        run(environment, "crawl")
    found = _held(tmp_path)
    found.subtract(before)
    assert found == {name: section.found for name, section in SECTIONS.items()}
    assert _reasons(tmp_path) == {name: section.reasons for name, section in SECTIONS.items()}
