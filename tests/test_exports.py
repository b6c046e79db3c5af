"""Exports: all matches, safe in a spreadsheet."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from starlette.testclient import TestClient

from search.api import spreadsheet
from search.api.cells import COLUMNS, cell
from search.api.export import csv_lines
from search.api.spreadsheet import write_workbook
from search.app import create_app
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf

ALL = len(shelf())
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        indexed(shelf(), tmp_path_factory.mktemp("index")) as backend,
        client(create_app(backend, now=lambda: NOW)) as c,
    ):
        yield c


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_holds_every_match_with_its_fields(api: TestClient) -> None:
    response = api.get("/api/v1/export.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="veille-2026-11-22.csv"'
    found = {row["id"]: row for row in rows(response.content.decode("utf-8"))}
    assert len(found) == ALL
    assert found["fr-1"]["title"] == "L’armée reprend deux villages au nord d’Alep"
    assert found["fr-1"]["agencies"] == "AFP"
    assert found["en-1"]["places"] == "CH; SY"
    assert found["fr-4"]["published"] == ""
    assert found["ar-1"]["text"].count("\n") == 1


def test_jsonl_holds_the_documents_themselves(api: TestClient) -> None:
    lines = api.get("/api/v1/export.jsonl").text.splitlines()
    documents = {document["id"]: document for document in map(json.loads, lines)}
    assert len(lines) == len(documents) == ALL
    expected = next(document for document in shelf() if document["id"] == "ar-1")
    assert {name: documents["ar-1"][name] for name in ("title", "text", "published", "places")} == {
        name: expected[name] for name in ("title", "text", "published", "places")
    }


@pytest.mark.parametrize(
    "query", ["q=arm%C3%A9e", "place=LB", "from=2026-11-01&to=2026-11-30&language=ar", "q=zzzz"]
)
def test_exports_hold_as_many_as_the_search_says(api: TestClient, query: str) -> None:
    total = api.get(f"/api/v1/search?{query}").json()["total"]
    assert len(rows(api.get(f"/api/v1/export.csv?{query}").content.decode())) == total
    assert len(api.get(f"/api/v1/export.jsonl?{query}").text.splitlines()) == total


def test_an_export_can_be_cut_short_and_a_mistake_is_told_before_it_begins(api: TestClient) -> None:
    assert len(api.get("/api/v1/export.jsonl?limit=3").text.splitlines()) == 3
    refused = api.get("/api/v1/export.csv?q=(")
    assert refused.status_code == 400
    assert refused.json()["error"]["position"] == 1


@pytest.mark.parametrize(
    ("separator", "delimiter"),
    [(";", ";"), ("semicolon", ";"), ("\t", "\t"), ("tab", "\t"), (",", ","), ("comma", ",")],
)
def test_the_separator_of_csv_can_be_chosen(
    api: TestClient, separator: str, delimiter: str
) -> None:
    for path in ("export.csv", "timeline.csv"):
        answer = api.get(f"/api/v1/{path}", params={"separator": separator})
        text = answer.content.decode("utf-8-sig")
        by_separator = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        plain = api.get(f"/api/v1/{path}").content.decode("utf-8-sig")
        assert by_separator == list(csv.reader(io.StringIO(plain, newline="")))
    refused = api.get("/api/v1/export.csv", params={"separator": "|"})
    assert refused.status_code == 400
    assert refused.json()["error"]["parameter"] == "separator"


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "=" + "😀" * 20_000, "x" * 32_768])
def test_a_cell_fits_into_excel_and_shows_where_it_was_cut(text: str) -> None:
    written = cell(text)
    units = len(written.encode("utf-16-le")) // 2
    assert 32_760 <= units <= 32_767
    assert written.endswith("…")
    assert text.startswith(written.removeprefix("'")[:-1])


@pytest.mark.parametrize("text", ["x" * 32_767, "😀" * 16_383])
def test_a_cell_that_fits_is_whole(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", ";=1", " =1", "\ufeff=1", "−1", "＝1", "\n=1"],
)
def test_what_could_become_a_formula_is_quoted(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell([text, "b"]).startswith("'")


@pytest.mark.parametrize("text", ["", "a=1", "word - word", "«citation»", "'tis", "3-1", "مقال"])
def test_what_could_not_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_numbers_and_truth_are_plain() -> None:
    values: list[object] = [None, 0, -3, True, []]
    assert [cell(value) for value in values] == ["", "0", "-3", "true", ""]


@pytest.mark.shared
def test_hostile_cells_stay_one_cell_and_are_quoted(shared: Path) -> None:
    hostile = json.loads((shared / "hostile/generated/csv_formula.json").read_text())["cells"]
    for text in hostile:
        [row] = rows("".join(csv_lines([{"id": "1", "title": text, "authors": [text]}])))
        assert row["title"] in (text, f"'{text}")
        assert set(row) == set(COLUMNS)
        assert not row["title"].lstrip("\ufeff\n\t\r ;").startswith(("=", "+", "-", "@", "\u2212"))
        line = list(csv_lines([{"title": text}]))[1]
        assert line.startswith('"')
        assert line.rstrip("\r\n").endswith('"')


def table(content: bytes, sheet: int = 1) -> list[dict[str, str | float | bool]]:
    """The rows of a sheet of a workbook, each cell by its column's name; blank ones are left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        root = etree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    found = []
    names: dict[str, str] = {}
    for row in root.iter(f"{SHEET}row"):
        cells = {str(one.get("r")).rstrip("0123456789"): _value(one) for one in row}
        if not names:
            names = {letters: str(name) for letters, name in cells.items()}
        found.append({names[letters]: value for letters, value in cells.items()})
    return found


def _value(one: etree._Element) -> str | float | bool:
    if one.get("t") == "inlineStr":
        return "".join(map(str, one.itertext()))
    number = float(one.findtext(f"{SHEET}v") or "nan")
    return bool(number) if one.get("t") == "b" else number


def test_a_workbook_holds_what_csv_holds(api: TestClient) -> None:
    answer = api.get("/api/v1/export.xlsx")
    assert answer.headers["content-disposition"].endswith('filename="veille-2026-11-22.xlsx"')
    head, *lines = table(answer.content)
    assert tuple(head) == COLUMNS
    in_csv = {row["id"]: row for row in rows(api.get("/api/v1/export.csv").content.decode())}
    assert {str(line["id"]) for line in lines} == set(in_csv)
    for line in lines:
        row = in_csv[str(line["id"])]
        assert (line["title"], line["text"]) == (
            row["title"].removeprefix("'"),
            row["text"].removeprefix("'"),
        )
    few = api.get("/api/v1/export.xlsx", params={"q": "Raqqa", "limit": 1})
    assert len(table(few.content)) == 2
    assert api.get("/api/v1/export.xlsx?q=(").status_code == 400


def test_a_workbook_keeps_numbers_as_numbers_and_formulas_as_text(tmp_path: Path) -> None:
    hostile = {"id": "=1+1", "title": "x" * 40_000, "words": 12, "paywalled": True}
    links = {"url": "https://example.org/", "text": "\x00\ufffe 00123", "authors": ["A", "B"]}
    file = io.BytesIO()
    write_workbook([{**hostile, **links}], file)
    [line] = table(file.getvalue())[1:]
    assert (line["id"], line["words"], line["paywalled"]) == ("=1+1", 12, True)
    assert (line["authors"], line["url"]) == ("A; B", "https://example.org/")
    assert len(str(line["title"])) == 32_767


def test_a_workbook_goes_on_in_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    file = io.BytesIO()
    write_workbook(shelf()[:5], file)
    assert [len(table(file.getvalue(), sheet)) for sheet in (1, 2, 3)] == [3, 3, 2]
