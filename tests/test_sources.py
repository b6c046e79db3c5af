"""The sources file: what is read, and every mistake by line and reason."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from crawler.sources import Source, SourcesError, choose, parse_sources, read_sources

GOOD = """
[[source]]
id = "one"
name = "One"
home = "https://one.example/"
language = "fr"
country = "lb"
every = "15m"
sections = [
    { url = "https://one.example/a", section = "A" },
    { url = "https://one.example/b", section = "B", topic = "sport" },
]
"""
HEAD = '[[source]]\nid = "one"\nname = "One"\nhome = "https://one.example/"\n'


def _mistakes(text: str) -> list[str]:
    with pytest.raises(SourcesError) as caught:
        parse_sources(text)
    return str(caught.value).splitlines()


def test_a_source_is_read() -> None:
    (source,) = parse_sources(GOOD)
    assert source.country == "LB"
    assert source.every == timedelta(minutes=15)
    assert [one.topic for one in source.sections] == [None, "sport"]
    assert not source.discovered
    assert parse_sources(HEAD)[0].discovered


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('langauge = "fr"', "'langauge' is no setting of a source"),
        ('language = "french"', "language 'french' is no language code"),
        ('country = "XX"', "country 'XX' is no country code"),
        ('country = "Lebanon"', "country 'Lebanon' is no country code"),
        ('every = "5s"', "every '5s' is too short: 10s"),
        ('every = "often"', "every 'often' is no interval"),
        ("every = 900", "every 900 is no interval"),
        ('feeds = ["one.example/feed"]', "feeds 'one.example/feed' is no web address"),
        ('feeds = "https://one.example/feed"', "feeds"),
        (
            'sitemaps = ["ftp://one.example/s.xml"]',
            "sitemaps 'ftp://one.example/s.xml' is no web address",
        ),
        ('feeds = ["https://[::1/feed"]', "feeds 'https://[::1/feed'"),
        ('feeds = ["https://one.example:99999/feed"]', "feeds 'https://one.example:99999/feed'"),
        ('collections = "levant"', "collections"),
        ('hosts = ["https://m.one.example/"]', "hosts 'https://m.one.example/' is no host name"),
        ('selectors = { title = "h1..a" }', "selectors.title 'h1..a' is no CSS selector"),
        ('selectors = { headline = "h1" }', "'selectors.headline' is no setting"),
        (
            'selectors = { remove = ["p:frobnicate"] }',
            "selectors.remove 'p:frobnicate' is no CSS selector",
        ),
        (f'selectors = {{ text = "{"a " * 200}" }}', "selectors.text"),
        ('sections = [{ section = "A" }]', "'sections.url' is missing"),
        (
            'sections = [{ url = "https://one.example/a", label = "A" }]',
            "'sections.label' is no setting",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(line: str, reason: str) -> None:
    (mistake,) = _mistakes(f"{HEAD}# a remark\n{line}\n")
    assert mistake.startswith(f"sources.toml:6: {reason}"), mistake


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            '[[source]]\nname = "A"\nhome = "https://a.example/"\n',
            "sources.toml:1: 'id' is missing",
        ),
        (
            HEAD.replace('"one"', '"One!"'),
            "sources.toml:2: the id 'One!' has other characters than a-z, 0-9 and -",
        ),
        (
            HEAD.replace('"https://one.example/"', '"one"'),
            "sources.toml:4: home 'one' is no web address",
        ),
        (HEAD.replace('"One"', '""'), "sources.toml:3: name ''"),
        (HEAD + HEAD, "sources.toml:6: the id 'one' is taken"),
        (HEAD + '\n[[sauce]]\nid = "x"\n', "sources.toml:6: 'sauce' is no table of this file"),
        ('[source]\nid = "one"\n', "sources.toml:1: write [[source]] with two brackets"),
        ("source = 3\n", "sources.toml:1: write [[source]] with two brackets"),
        ("source = [1]\n", "sources.toml:1:"),
        ("", "sources.toml names no source: add a [[source]]"),
        ("[[source]\n", "sources.toml is no valid TOML"),
        ('[[source]]\nid = "a"\nid = "b"\n', "sources.toml is no valid TOML"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(text: str, mistake: str) -> None:
    assert any(one.startswith(mistake) for one in _mistakes(text)), _mistakes(text)


def test_every_mistake_is_named_at_once_in_the_right_source() -> None:
    text = (
        HEAD
        + 'language = "x"\n\n'
        + HEAD.replace("one", "two")
        + 'language = "fr"\nevery = "1s"\ncolour = "red"\n'
    )
    assert [line.split(" ")[0] for line in _mistakes(text)] == [
        "sources.toml:5:",
        "sources.toml:12:",
        "sources.toml:13:",
    ]


def test_a_source_of_several_lines_names_the_line_of_the_wrong_section() -> None:
    wrong = GOOD.replace("https://one.example/b", "one.example/b")
    (mistake,) = _mistakes(wrong)
    assert mistake.startswith("sources.toml:11: sections.url 'one.example/b'"), mistake


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="veille init"):
        read_sources(tmp_path / "sources.toml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourcesError, match=r"sources\.toml can't be read"):
        read_sources(tmp_path / "sources.toml")


def test_sources_are_chosen_by_id() -> None:
    sources = parse_sources(HEAD + HEAD.replace("one", "two"))
    assert [source.id for source in choose(sources, [])] == ["one", "two"]
    assert [source.id for source in choose(sources, ["two", "two"])] == ["two"]
    with pytest.raises(SourcesError, match=r"no source 'three'.*veille source list"):
        choose(sources, ["three"])


def test_the_file_to_start_from_names_a_dozen_sources_in_five_languages() -> None:
    sources: list[Source] = parse_sources(
        (files("search.commands.starter") / "sources.toml").read_text(encoding="utf-8")
    )
    assert len(sources) >= 12
    assert len({source.language for source in sources}) >= 5
    assert all(source.language and source.country for source in sources)


def test_one_host_name_stands_for_all_of_a_brand() -> None:
    (source,) = parse_sources(
        HEAD + 'hosts = ["www.one.test", "m.one.example", "amp.one.example:8080"]\n'
    )
    addresses = (
        "https://www.one.test/a/?utm_source=x",
        "http://m.one.example/a",
        "https://amp.one.example:8080/a#b",
    )
    assert {source.key(address) for address in addresses} == {"one.example/a"}
    assert source.key("https://other.one.example/a") == "other.one.example/a"
    assert parse_sources(HEAD)[0].key("https://m.one.example/a") == "m.one.example/a"
