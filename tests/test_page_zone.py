"""The page in the reader's time zone: a setting, a box of the form, and a part of every address."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from crawler.config import ConfigError, load_config
from search.app import create_app
from tests.support.clock import moment
from tests.support.shelf import client, indexed

LATE = moment(22, 22, 30)
"""22 November in UTC, 23 November in Beirut."""


def article(name: str, published: str, precision: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": f"Lighthouse {name}",
        "text": "The lighthouse shines.",
        "url": f"https://buoy.example/{name}",
        "source": "buoy",
        "language": "en",
        "published": published,
        "published_precision": precision,
    }


ARTICLES = [
    article("moment", "2026-11-22T22:15:00+00:00", "minute"),
    article("abroad", "2026-11-22T08:30:00-05:00", "minute"),
    article("today", "2026-11-23T00:00:00+02:00", "day"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        indexed(ARTICLES, tmp_path_factory.mktemp("index")) as backend,
        client(create_app(backend, now=lambda: LATE, zone="Asia/Beirut")) as opened,
    ):
        yield opened


def seen(page: TestClient, path: str, **headers: str) -> html.HtmlElement:
    answer = page.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def times(tree: html.HtmlElement) -> set[str]:
    return {" ".join(element.text_content().split()) for element in tree.xpath("//time")}


def test_a_list_shows_one_clock(page: TestClient) -> None:
    assert times(seen(page, "/?q=lighthouse")) == {
        "23 November 2026, 00:15 UTC+2",
        "22 November 2026, 15:30 UTC+2",
        "23 November 2026",
    }
    assert times(seen(page, "/?q=lighthouse&tz=UTC")) == {
        "22 November 2026, 22:15 UTC",
        "22 November 2026, 13:30 UTC",
        "23 November 2026",
    }


def test_the_zone_is_a_part_of_every_address(page: TestClient) -> None:
    tree = seen(page, "/?q=lighthouse")
    assert tree.xpath("//form[@class='ask']//input[@name='tz']/@value") == ["Asia/Beirut"]
    for path in ("/api/v1/export.csv", "/api/v1/search", "/feed.atom", "/saved/new"):
        [address] = tree.xpath(f"//main//a[starts-with(@href, '{path}')]/@href")
        assert "tz=Asia%2FBeirut" in address
    assert tree.xpath("//span[@class='presets']/a/@href")[0].count("tz=") == 1
    chosen = seen(page, "/?q=lighthouse&tz=America/New_York")
    assert chosen.xpath("//input[@name='tz']/@value") == ["America/New_York"]


def test_today_is_today_where_the_reader_is(page: TestClient) -> None:
    today = seen(page, "/?q=lighthouse").xpath("//span[@class='presets']/a/@href")[0]
    assert "from=2026-11-23" in today
    assert seen(page, today).xpath("//main//h1")[0].text_content() == "2 articles"
    utc = seen(page, "/?q=lighthouse&tz=UTC").xpath("//span[@class='presets']/a/@href")[0]
    assert "from=2026-11-22" in utc


def test_a_french_reader_writes_the_day_first(page: TestClient) -> None:
    french = {"accept-language": "fr"}
    tree = seen(page, "/?q=lighthouse&from=11/12/2026&to=11/12/2026", **french)
    assert tree.xpath("//main//h1")[0].text_content().startswith("0")
    refused = page.get("/?from=11/12/2026", headers={"accept-language": "en"})
    assert refused.status_code == 400
    assert "2026-12-11" in refused.text


def test_a_zone_that_is_not_there_is_an_error(
    page: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.get("/?tz=Mars/Base").status_code == 400
    monkeypatch.setenv("VEILLE_TIMEZONE", "Mars/Base")
    with pytest.raises(ConfigError, match="time zone"):
        load_config()
