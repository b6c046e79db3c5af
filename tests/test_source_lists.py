"""Lists of sources: OPML and CSV in and out, and `veille source` on a real newsroom."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import demo
from crawler.sources import (
    ListError,
    Section,
    Source,
    add_sources,
    parse_sources,
    read_list,
    read_sources,
    write_list,
)
from tests.support.clock import machine_now
from tests.support.replay import ROOT

OPML = b"""<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Levant">
 <outline text="Le Jour &amp; la Nuit" language="fr-FR"
  xmlUrl="https://jour.example/rss" htmlUrl="https://jour.example/"/>
 <outline text="Le Jour" xmlUrl="https://jour.example/sport.xml" htmlUrl="https://jour.example/"/>
</outline>
<outline text="Tag" xmlUrl="https://www.tag.example/feed"/>
<outline text="Nonsense" xmlUrl="feed:nowhere"/>
</body></opml>"""

FULL = Source(
    id="full",
    name="=Full; \u201cof\u201d all",
    home="https://full.example/",
    language="ar",
    country="LB",
    collections=("a b", "c"),
    hosts=("m.full.example",),
    every="90m",
    feeds=("https://full.example/f.xml", "https://full.example/g.xml?a=1;b=2"),
    sitemaps=("https://full.example/s.xml",),
    sections=(
        Section(
            url="https://full.example/x", section="\u0633\u0648\u0631\u064a\u0627", topic="sport"
        ),
        Section(url="https://full.example/y"),
    ),
)


def test_feeds_of_one_home_are_one_source_and_folders_collections() -> None:
    listed = read_list(OPML, "opml", [])
    first, second = listed.sources
    assert (first.id, first.name, first.language, first.collections) == (
        "jour",
        "Le Jour & la Nuit",
        "fr",
        ("Levant",),
    )
    assert first.feeds == ("https://jour.example/rss", "https://jour.example/sport.xml")
    assert (second.id, second.home) == ("tag", "https://www.tag.example/")
    assert all("opml source 3" in wrong for wrong in listed.wrong)
    assert read_list(OPML, "opml", listed.sources).known == 2


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example/f"/></body></opml>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><opml>&b;</opml>',
        b"<html/>",
        b"",
        b"<opml",
        b"<opml>" * 5000,
    ],
)
def test_hostile_xml_is_refused(body: bytes) -> None:
    with pytest.raises(ListError):
        read_list(body, "opml", [])


def test_csv_keeps_everything_and_no_cell_is_a_formula() -> None:
    text = write_list([FULL], "csv")
    assert "'=Full" in text
    assert read_list(text.encode(), "csv", []).sources == [FULL]
    assert read_list(text.replace(",", "\t").encode(), "csv", []).sources[0].feeds == FULL.feeds


def test_csv_says_what_is_wrong_and_takes_the_rest() -> None:
    listed = read_list(
        b"home;name;country\nhttps://a.example/;A;LB\nb.example;B;\nhttps://c.example/;C;Lebanon\n",
        "csv",
        [],
    )
    assert [source.id for source in listed.sources] == ["a"]
    assert ["2" in listed.wrong[0], "country 'Lebanon'" in listed.wrong[1]] == [True, True]
    with pytest.raises(ListError, match="no column 'colour'"):
        read_list(b"home,colour\n", "csv", [])


def test_opml_comes_back(tmp_path: Path) -> None:
    source = FULL.model_copy(
        update={"sections": (), "sitemaps": (), "hosts": (), "every": None, "collections": ("a b",)}
    )
    (back,) = read_list(write_list([source], "opml").encode(), "opml", []).sources
    assert (back.name, back.feeds, back.language, back.collections) == (
        source.name,
        source.feeds,
        "ar",
        ("a b",),
    )


def test_writing_keeps_comments_and_the_file_where_the_result_would_be_wrong(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sources.toml"
    before = (
        '# mine\n[[source]] # first\nid = "full"\nname = "F"\nhome = "https://f.example/"\n# end'
    )
    file.write_text(before, encoding="utf-8")
    with pytest.raises(Exception, match="is taken"):
        add_sources(file, [FULL])
    assert file.read_text(encoding="utf-8") == before
    add_sources(file, [FULL.model_copy(update={"id": "other"})])
    text = file.read_text(encoding="utf-8")
    assert text.startswith(before)
    assert parse_sources(text)[1].model_copy(update={"id": "full"}) == FULL
    assert [path.name for path in tmp_path.iterdir()] == ["sources.toml"]


@pytest.mark.slow
def test_a_site_is_added_checked_and_paused_on_the_command_line(tmp_path: Path) -> None:
    with demo.serve(machine_now() - timedelta(minutes=5)) as room:
        env = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
        env |= {
            "VEILLE_ALLOW_HOSTS": ",".join(room.hosts),
            "VEILLE_DOWNLOAD_DELAY": "0.01",
            "VEILLE_WORKERS": "1",
        }

        def veille(*words: str, code: int = 0) -> str:
            command = [sys.executable, str(ROOT / "veille.py"), *words]
            done = subprocess.run(
                command,
                cwd=tmp_path,
                env=env,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == code, (words, done.stdout, done.stderr)
            return done.stdout + done.stderr

        url = f"{room.base_urls['calder']}/"
        assert "add --yes" in veille("source", "add", url, code=1)
        assert not (tmp_path / "sources.toml").exists()
        said = veille("source", "add", url, "--id", "calder", "--collection", "north", "--yes")
        assert "Written to sources.toml" in said
        (source,) = read_sources(tmp_path / "sources.toml")
        assert (source.id, source.collections) == ("calder", ("north",))
        assert source.feeds
        checked = json.loads(veille("source", "check", "--json"))["calder"]
        assert {one["outcome"] for one in checked["entry_points"]} == {"read"}
        assert any(one["article"] for one in checked["articles"])
        veille("source", "pause", "calder", "--until", "2999-01-01")
        assert json.loads(veille("crawl", "--json").splitlines()[0])["crawls"] == 0
        assert json.loads(veille("crawl", "calder", "--json").splitlines()[0])["crawls"] == 1
        assert "watched again" in veille("source", "resume", "calder")
        veille("source", "export", "list.csv")
        assert "1 there already" in veille("source", "import", "list.csv")
