"""`veille reextract`: the same rules change nothing, another rule changes what it should, and no
revision is faked.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.article import Page
from crawler.sources import SelectorTable, Source, as_toml
from search.commands.reextract import command
from tests.support.archived import opened, visit
from tests.support.clock import moment, stopped

SOURCE = Source(id="plain", name="The Plain", home="https://plain.example/", language="en")
TOWNS = ("Ripley", "Marlow", "Hexham", "Ludlow", "Oakham", "Whitby")
PAGES = 24


def _page(number: int, day: int, extra: str = "") -> Page:
    town = f"{TOWNS[number % len(TOWNS)]} {chr(65 + number)}"
    prose = "".join(
        f"<p>The council of {town} voted {number * 7 + part} measures on water, and the people of {number * 31 + part} "
        f"Mill Street told our reporter that the long debate of part {part} had ended well for everyone.</p>"
        for part in range(5)
    )
    offer = f"Offer number {number}: copper pans of {town} at half the price today."
    box = f"<div class='box-{number % 2}'><p>{offer}</p></div>"
    head = f"<title>Council of {town}, {number}</title>"
    body = f"<article><h1>Council of {town}, {number}</h1><span>3 days ago</span>{prose}{box}{extra}</article>"
    url = f"https://plain.example/news/{number}"
    return Page(
        url,
        f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>".encode(),
        {},
        moment(day),
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two dozen pages, a third of them seen again a day later: some the same, some reworded."""
    store, archive = opened(tmp_path)
    visit(store, archive, SOURCE, [_page(number, 10) for number in range(PAGES)])
    again = [
        _page(number, 11, f"<p>Amendment {chr(65 + number)} was added, says the mayor.</p>")
        for number in range(4)
    ]
    visit(store, archive, SOURCE, [*again, *(_page(number, 11) for number in range(4, 8))])
    store.close()
    monkeypatch.setenv("VEILLE_DATA", str(tmp_path))
    monkeypatch.setenv("VEILLE_SOURCES", str(tmp_path / "sources.toml"))
    monkeypatch.setenv("VEILLE_WORKERS", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.toml").write_text(as_toml(SOURCE), encoding="utf-8")
    return tmp_path


def again(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(
        command, [*words, "--json"], obj=stopped(moment(21)), catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_nothing_changes_by_the_same_rules_and_the_right_thing_by_another_one(folder: Path) -> None:
    same = again("--dry-run")
    assert same["pages"] == PAGES
    assert (same["changed"], same["fields"], same["refused"], same["lost"]) == (0, {}, {}, 0)

    other = SOURCE.model_copy(update={"selectors": SelectorTable(remove=(".box-1",))})
    (folder / "sources.toml").write_text(as_toml(other), encoding="utf-8")
    store, _ = opened(folder)
    before = dict(store.pages.of_source("plain"))
    with_box = {
        name
        for name, one in before.items()
        if "copper pans" in one["text"] and int(one["url"][-1]) % 2
    }
    assert with_box
    dry = again("--dry-run", "--source", "plain")
    assert dry["changed"] == len(with_box)
    assert dry["fields"]["text"]["count"] == len(with_box)
    assert "copper pans" in dry["fields"]["text"]["examples"][0]["before"]
    assert dict(store.pages.of_source("plain")) == before

    store.outbox.acknowledge(store.outbox.batch(500, moment(30)), [], [], moment(30))
    assert again("plain")["changed"] == len(with_box)
    after = dict(store.pages.of_source("plain"))
    assert {name for name in after if after[name] != before[name]} == with_box
    assert not [name for name in with_box if "copper pans" in after[name]["text"]]
    for kept in ("revision", "first_seen", "published", "id"):
        assert {name: one[kept] for name, one in after.items()} == {
            name: one[kept] for name, one in before.items()
        }
    assert {parcel.article for parcel in store.outbox.batch(500, moment(30))} == with_box
    assert again()["changed"] == 0
    store.close()


def test_a_page_that_was_no_article_becomes_one_and_a_lost_record_is_told(folder: Path) -> None:
    store, archive = opened(folder)
    told = "Sentence {} of the long story that only its own class marks."
    prose = "".join(f"<button class=story>{told.format(chr(65 + n))}</button>" for n in range(9))
    head = "<meta property='og:type' content='article'><title>The tale</title>"
    hidden = f"<html><head>{head}</head><body><h1>The tale</h1>{prose}</body></html>".encode()
    page = Page("https://plain.example/news/hidden", hidden, {}, moment(12) + timedelta(minutes=3))
    assert visit(store, archive, SOURCE, [page]) == 0
    documents = store.pages.documents()
    other = {**SOURCE.model_dump(), "selectors": {"text": ".story"}}
    (folder / "sources.toml").write_text(as_toml(Source.model_validate(other)), encoding="utf-8")
    dry = again("--dry-run")
    assert dry["new"] == 1, dry
    assert again()["new"] == 1
    assert store.pages.documents() == documents + 1
    found = next(one for _, one in store.pages.of_source("plain") if one["title"] == "The tale")
    assert (found["revision"], found["first_seen"]) == (1, page.fetched_at.isoformat())

    for file in (folder / "archive").iterdir():
        file.write_bytes(file.read_bytes()[:-2000])
    assert again("--dry-run")["lost"] > 0
    store.close()
