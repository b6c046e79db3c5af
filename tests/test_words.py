"""The word lists of the extraction: each explains itself, is read when it is needed, and each of its
plain phrases does its work.
"""

import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from crawler.article import Page
from crawler.extract import Refused, extract
from crawler.extract.text import noise
from crawler.extract.words.lists import FOLDER, joined, table

FILES = sorted(path.stem for path in FOLDER.glob("*.toml"))
CODES = re.compile(r"[a-z]{2}|any")
BY_MEANING = {"classes", "icons"}
"""Files whose lists are named by what they mean, not by a language."""


def groups(name: str) -> list[dict[str, list[str]]]:
    """The groups of lists in a file, those of its rules included."""
    content = dict(table(name))
    rules = content.pop("rule", [])
    return [*content.values(), *(rule["words"] for rule in rules if "words" in rule)]


def plain(lists: dict[str, list[str]]) -> list[str]:
    """The phrases that are no regular expressions but words as they stand."""
    return [phrase for phrase in joined(lists) if not re.search(r"[\\^$.*+?()\[\]{}|]", phrase)]


@pytest.mark.parametrize("name", FILES)
def test_each_file_explains_itself_and_its_lists_compile(name: str) -> None:
    first_line = (FOLDER / f"{name}.toml").read_text("utf-8").split("\n")[0]
    assert first_line.startswith("# ")
    assert groups(name)
    for lists in groups(name):
        for language, phrases in lists.items():
            assert name in BY_MEANING or CODES.fullmatch(language)
            assert phrases
            for phrase in phrases:
                re.compile(phrase)


@pytest.mark.parametrize("name", FILES)
def test_no_list_says_a_thing_twice(name: str) -> None:
    for lists in groups(name):
        phrases = joined(lists)
        assert sorted(phrases) == sorted(set(phrases))


def test_importing_reads_no_file() -> None:
    code = (
        "import crawler.extract; from crawler.tables import read_table;"
        "print(read_table.cache_info().currsize)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "0"


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        (reason, phrase)
        for reason, group in (
            ("blocked", "blocked"),
            ("maintenance", "troubled"),
            ("soft-404", "missing"),
            ("consent", "consent"),
        )
        for phrase in plain(table("walls")[group])
    ],
)
def test_each_plain_phrase_of_a_wall_refuses_a_page(reason: str, title: str) -> None:
    body = f"<html><head><title>{title.upper()}</title></head><body><p>Some words. Others.</p></body></html>"
    page = Page("https://a.example/x", body.encode(), {}, datetime(2026, 11, 22, tzinfo=UTC))
    with pytest.raises(Refused) as caught:
        extract(page)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "line",
    [
        phrase
        for rule in table("noise")["rule"]
        if rule["name"] in ("share", "read also", "prompt", "subscribe") and "about" not in rule
        for phrase in plain(rule["words"])
    ],
)
def test_each_plain_phrase_of_a_line_of_noise_is_left_out(line: str) -> None:
    prose = "The ferries are back in service two weeks earlier than planned, the company said."
    assert noise.tidy([prose, line.capitalize()], "", lambda rule, text: None) == [prose]
