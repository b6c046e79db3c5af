"""No control characters: not in what is extracted, not in names that people give, not in what a
terminal gets.
"""

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.article import Page
from crawler.extract import extract
from crawler.plain import plain, plain_line
from crawler.sources import SourcesError, read_sources
from search.alerts.service import SavedSearchDraft
from search.commands.token import command as token_command
from search.query.request import MatchParams
from tests.support.clock import NOW

CASES = {
    "nothing to do": ("Le port\trouvre.\nDemain.", "Le port\trouvre.\nDemain."),
    "a colour": ("\x1b[31mPort\x1b[0m", "Port"),
    "a window's title": ("\x1b]0;owned\x07Port", "Port"),
    "an escape alone": ("Po\x1brt", "Port"),
    "an escape before words in brackets": ("\x1b[Hafen]", "[Hafen]"),
    "a bell and a backspace": ("Po\x07rt\x08", "Port"),
    "separators": ("a\x0bb\x1fc", "a b c"),
    "line ends": ("a\r\nb\rc", "a\nb\nc"),
    "DEL": ("Po\x7frt", "Port"),
    "quotation marks of another code page": ("l\x92arm\u00e9e \x96 \x93x\x94", "l’armée – “x”"),
    "a C1 that stands for nothing": ("Po\x81rt\x8d", "Port"),
    "half a pair": ("Po\ud83drt", "Port"),
    "an override without end": ("Port \u202egnp.exe", "Port gnp.exe"),
    "an end without beginning": ("Port\u202c\u2069", "Port"),
    "closed embedding": ("a \u202bשלום\u202c b", "a \u202bשלום\u202c b"),
    "closed isolate": ("خبر \u2066Reuters\u2069 عاجل", "خبر \u2066Reuters\u2069 عاجل"),
    "an embedding left open in an isolate": ("\u2067a\u202eb\u2069c", "\u2067ab\u2069c"),
    "an end inside an isolate": (
        "\u202aa\u2068b\u202cc\u2069d\u202c",
        "\u202aa\u2068bc\u2069d\u202c",
    ),
    "opened here, closed on the next line": ("a\u202eb\nc\u202cd", "ab\ncd"),
    "marks of direction and joiners": ("שלום\u200f! می\u200cخواهم", "שלום\u200f! می\u200cخواهم"),
}


@pytest.mark.parametrize(("given", "shown"), CASES.values(), ids=CASES)
def test_controls_are_dropped_and_words_stay(given: str, shown: str) -> None:
    assert plain(given) == shown
    assert plain_line(given) == " ".join(shown.split())


PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<title>{title}</title><meta name="description" content="{lead}">
<script type="application/ld+json">{data}</script></head><body><article><h1>{title}</h1>
<p class="byline">{by}</p><p>{first}</p><p>{second}</p></article></body></html>"""
PAGES = {
    "English": ("en", "Harbour {}opens again", "By Jane {}Doe", "The harbour {}opened at dawn. "),
    "Arabic": (
        "ar",
        "افتتاح {}المرفأ القديم",
        "بقلم سامي {}حداد",
        "افتتح {}المرفأ القديم صباح اليوم. ",
    ),
    "Hebrew": ("he", "הנמל {}נפתח מחדש", "מאת דנה {}לוי", "הנמל {}הישן נפתח עם שחר היום. "),
    "Japanese": ("ja", "港が{}再び開く", "文・佐藤{}花子", "古い港は{}夜明けに再び開いた。"),
}
CONTROLS = {
    "terminal": "\x1b[2J",
    "bell": "\x07",
    "C1": "\x9d",
    "override": "\u202e",
    "isolate": "\u2067",
    "end": "\u202c",
}


def _is_control(character: str) -> bool:
    if character in "\n\t":
        return False
    is_direction = unicodedata.bidirectional(character) in (
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"
    )  # fmt: skip
    return is_direction or unicodedata.category(character) == "Cc"


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
@pytest.mark.parametrize("words", PAGES.values(), ids=PAGES)
def test_an_extracted_article_holds_none(words: tuple[str, ...], control: str) -> None:
    language, title, by, sentence = words
    title, by, sentence = (part.format(control) for part in (title, by, sentence))
    author = by.split(" ", 1)[-1]
    data = json.dumps(
        {
            "@type": "NewsArticle",
            "headline": title,
            "author": {"@type": "Person", "name": author},
            "articleSection": f"World{control}",
            "keywords": [f"har{control}bour"],
            "datePublished": "2026-11-20T10:00:00Z",
        }
    )
    html = PAGE.format(
        language=language,
        title=title,
        lead=f"{control}{title}",
        data=data,
        by=by,
        first=sentence * 5 + "1926",
        second=sentence * 6 + "2026",
    )
    page = Page("https://news.example.org/world/harbour-opens", html.encode(), {}, NOW)
    article = extract(page)
    shown = json.dumps(article.to_dict(), ensure_ascii=False)
    assert not list(filter(_is_control, shown.replace("\\n", "")))
    assert len(article.text.splitlines()) == 2
    assert article.section == "World"


def test_names_that_people_give_hold_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = SavedSearchDraft(
        name="\x1b[31mPort\u202e", query=MatchParams(q="port"), note="one\r\ntwo\x07"
    )
    assert (draft.name, draft.note) == ("Port", "one\ntwo")
    sources = tmp_path / "sources.toml"
    table = '[[source]]\nid = "a"\nhome = "https://a.example.org/"\nname = "{}"\n'
    sources.write_text(table.format("The\\u001b[2J\\u202e Gazette"), encoding="utf-8")
    assert [source.name for source in read_sources(sources)] == ["The Gazette"]
    sources.write_text(table.format("\\u0007\\u202e"), encoding="utf-8")
    with pytest.raises(SourcesError):
        read_sources(sources)
    monkeypatch.setenv("VEILLE_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(token_command, ["add", "col\x1b[1mleague"]).exit_code == 0
    [row] = json.loads((tmp_path / "tokens.json").read_text())
    assert row["name"] == "colleague"
    assert CliRunner().invoke(token_command, ["add", "\x07"]).exit_code == 1


def test_a_terminal_gets_none_of_what_a_file_holds(tmp_path: Path) -> None:
    """What `--explain` prints was removed from the article, and so was never cleaned."""
    words = "The harbour \u202eopened at dawn \x9d and closed at noon, as every day of the year. "
    html = (
        f"<html><body><article><h1>Harbour opens</h1><p>{words * 4}</p><p>{words * 3}</p></article>"
    )
    html += "<p>Read also: \x1b[31mthe \u202eport</p></body></html>"
    page = tmp_path / "\x1b[2Jpage\u202e.html"
    page.write_text(html, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if "VEILLE" not in key}
    for file in (page, tmp_path / "none\x1b[2J\u202e.html"):
        command = [sys.executable, "-m", "veille", "extract", str(file), "--explain"]
        command += ["--url", "https://news.example.org/world/harbour-opens"]
        ended = subprocess.run(command, capture_output=True, env=environment, check=False)
        printed = (ended.stdout + ended.stderr).decode()
        assert printed
        assert not list(filter(_is_control, printed))
