"""The chart of a search to take along, as SVG and as PNG."""

import struct
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree, html
from starlette.testclient import TestClient

from search.app import create_app
from tests.support.clock import NOW
from tests.support.shelf import client, indexed

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = ("#1f6f80", "#b3621b", "#6a5aa8")


def article(number: int, day: int, source: str) -> dict[str, Any]:
    return {
        "id": f"a{number}",
        "title": f"Lighthouse {number}",
        "text": "The lighthouse shines.",
        "url": f"https://{source}.example/{number}",
        "source": source,
        "source_name": f"{source} & <sons>",
        "language": "en",
        "published": f"2026-11-{day:02}T10:00:00+00:00",
        "published_precision": "second",
    }


ARTICLES = [
    *(article(number, 2, "buoy") for number in range(7)),
    *(article(number, 2, "tide") for number in range(10, 13)),
    article(20, 5, "tide"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("chart")
    with indexed(ARTICLES, folder) as backend, client(create_app(backend, now=lambda: NOW)) as got:
        yield got


def drawing(page: TestClient, **params: str) -> Any:
    answer = page.get("/chart.svg", params={"q": "lighthouse", "interval": "day", **params})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-disposition"] == 'attachment; filename="chart.svg"'
    return etree.fromstring(answer.content)


def bars(drawn: Any) -> list[tuple[float, float, str]]:
    """Of each bar in its order: where it begins, how high it is, its colour."""
    found = []
    for bar in drawn.iterfind(f"{SVG}g/{SVG}rect"):
        found.append((float(bar.get("x")), float(bar.get("height")), bar.get("fill")))
    return found


def test_bars_are_as_high_as_their_counts(page: TestClient) -> None:
    drawn = drawing(page)
    [many, one] = bars(drawn)
    assert many[1] == pytest.approx(10 * one[1], abs=0.1)
    assert many[0] < one[0]
    told = [title.text for title in drawn.iterfind(f"{SVG}g/{SVG}title")]
    assert told[0] == "2 Nov 2026: 10 articles"
    assert len(told) == 4
    texts = " ".join(text.text for text in drawn.iterfind(f"{SVG}text"))
    for part in ("lighthouse", "11 articles", "2 Nov 2026 – 5 Nov 2026", "\u206612\u2069"):
        assert part in texts


def test_a_stack_has_a_legend(page: TestClient) -> None:
    drawn = drawing(page, by="source")
    stack = bars(drawn)
    assert [bar[2] for bar in stack] == [COLOURS[0], COLOURS[1], COLOURS[1]]
    assert stack[0][1] == pytest.approx(7 * stack[2][1], abs=0.1)
    texts = " ".join(text.text for text in drawn.iterfind(f"{SVG}text"))
    assert "buoy" in texts
    assert "tide" in texts


def test_shares_are_of_a_hundred(page: TestClient) -> None:
    texts = [text.text for text in drawing(page, chart="share").iterfind(f"{SVG}text")]
    assert "\u2066100 %\u2069" in texts


def test_arabic_runs_from_right_to_left(page: TestClient) -> None:
    drawn = drawing(page, ui="ar")
    [many, one] = bars(drawn)
    assert many[0] > one[0]
    texts = [text.text for text in drawn.iterfind(f"{SVG}text")]
    assert all(text.startswith("\u2067") for text in texts)
    assert any("نوفمبر" in text for text in texts)


def test_what_is_asked_cannot_write_into_the_drawing(page: TestClient) -> None:
    q = 'lighthouse OR "<script>alert(1)</script> & \x01 \u202e"'
    answer = page.get("/chart.svg", params={"q": q, "interval": "day"})
    assert answer.status_code == 200
    assert b"<script" not in answer.content
    etree.fromstring(answer.content)


def test_the_picture_has_twice_the_dots_of_the_drawing(page: TestClient) -> None:
    params = {"q": "lighthouse", "interval": "day", "by": "source", "ui": "ar"}
    answer = page.get("/chart.png", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", answer.content[16:24])
    drawn = drawing(page, by="source", ui="ar")
    assert (width, height) == (2 * int(drawn.get("width")), 2 * int(drawn.get("height")))


@pytest.mark.parametrize("path", ["/chart.svg", "/chart.png"])
def test_what_cannot_be_drawn_is_told(page: TestClient, path: str) -> None:
    assert page.get(path, params={"q": "nothing"}).status_code == 404
    assert page.get(path, params={"q": "lighthouse published:2026-11-05"}).status_code == 404
    assert page.get(path, params={"q": "(lighthouse"}).status_code == 400
    assert page.get(path, params={"q": "lighthouse", "from": "nonsense"}).status_code == 400
    assert page.get(path, params={"q": "lighthouse", "tz": "Mars/Base"}).status_code == 400


def links(page: TestClient, **params: str) -> list[str]:
    answer = page.get("/", params={"q": "lighthouse", **params})
    return [str(link) for link in html.document_fromstring(answer.text).xpath("//a/@href")]


def test_the_page_offers_the_chart_in_the_readers_language(page: TestClient) -> None:
    addresses = links(page, interval="day", by="source", ui="ar")
    [svg] = [address for address in addresses if address.startswith("/chart.svg")]
    [png] = [address for address in addresses if address.startswith("/chart.png")]
    [csv] = [address for address in addresses if address.startswith("/api/v1/timeline.csv")]
    for address in (svg, png, csv):
        assert page.get(address).status_code == 200
        assert "ui=ar" in address
    assert "by=source" in svg
    assert "interval=day" in csv


def test_exports_read_dates_as_the_page_does(page: TestClient) -> None:
    offered = ("/api/v1/export", "/feed.atom", "/api/v1/search")
    addresses = [
        address
        for address in links(page, ui="fr", **{"from": "02/11/2026"})
        if address.startswith(offered)
    ]
    assert len(addresses) >= 5
    for address in addresses:
        assert page.get(address).status_code == 200, address
