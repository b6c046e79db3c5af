"""The pages of sources and of what is under way: forms that write, over a real store, file and
preview.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from starlette.testclient import TestClient

from crawler import demo
from crawler.config import Config
from crawler.sources import read_sources
from crawler.store import Store
from indexer.backends import open_backend
from search.app import create_app
from search.sources.previews import ProcessPreviews
from tests.support.clock import machine_now, moment
from tests.support.shelf import client

NOW = moment(25)
FILE = '[[source]]\nid = "one"\nname = "Première <b>"\nhome = "https://one.example/"\n'
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def page(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "sources.toml").write_text(FILE, encoding="utf-8")
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    backend = open_backend("embedded", tmp_path / "index", writer=True)
    backend.setup()
    config = Config(
        data=tmp_path, sources=tmp_path / "sources.toml", index="embedded", database=None
    )
    app = create_app(
        backend,
        store,
        now=lambda: NOW,
        sources_file=tmp_path / "sources.toml",
        previews=ProcessPreviews(config),
    )
    with client(app) as opened:
        yield opened
    backend.close()
    store.close()


def seen(page: TestClient, path: str) -> html.HtmlElement:
    response = page.get(path)
    assert response.status_code == 200, response.text
    return html.document_fromstring(response.text)


def sent(
    page: TestClient, tree: html.HtmlElement, action: str, status: int = 303, **values: str
) -> html.HtmlElement:
    """Send the form with this action as a browser would; the page that follows."""
    [form] = tree.xpath(f"//form[@action='{action}']")
    response = page.post(action, data={**dict(form.form_values()), **values})
    assert response.status_code == status, response.text
    return (
        seen(page, response.headers["location"])
        if status == 303
        else html.document_fromstring(response.text)
    )


def test_a_source_is_paused_resumed_and_crawled_by_form(page: TestClient) -> None:
    paused = sent(page, seen(page, "/sources"), "/sources/one/pause")
    assert paused.xpath("//p[@role='status']/text()") == ["Première <b> is paused."]
    assert paused.xpath("//span[@class='state paused']")
    assert not seen(page, "/sources").xpath("//p[@role='status']"), "a notice is shown once"
    assert sent(page, paused, "/sources/one/resume").xpath("//form[@action='/sources/one/pause']")
    sent(page, seen(page, "/sources/one"), "/sources/one/crawl")


def test_a_form_of_another_page_writes_nothing(page: TestClient) -> None:
    seen(page, "/sources")
    for data in ({}, {"csrf": "x" * 64}):
        assert page.post("/sources/one/pause", data=data).status_code == 403
    assert not seen(page, "/sources").xpath("//span[@class='state paused']")
    assert (
        page.post("/sources/one/pause", headers={"origin": "https://elsewhere.example"}).status_code
        == 403
    )


def test_a_browser_gets_a_page_where_something_goes_wrong(page: TestClient) -> None:
    for path, status in (("/nothing", 404), ("/sources/none", 404), ("/facet/nothing", 404)):
        answer = page.get(path, headers=BROWSER)
        assert (answer.status_code, answer.headers["content-type"]) == (
            status,
            "text/html; charset=utf-8",
        )
        assert html.document_fromstring(answer.text).xpath("//main/h1/text()") == [
            "There is nothing at this address."
        ]
    stale = page.post("/sources/one/pause", headers=BROWSER)
    assert stale.status_code == 403
    assert "too old" in html.document_fromstring(stale.text).xpath("//main/h1/text()")[0]
    assert page.get("/api/v1/nothing", headers=BROWSER).json()["error"]["code"] == "not_found"


@pytest.mark.slow
def test_a_site_is_previewed_and_then_watched(
    tmp_path: Path, page: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demo.serve(machine_now() - timedelta(minutes=5)) as room:
        monkeypatch.setenv("VEILLE_ALLOW_HOSTS", ",".join(room.hosts))
        monkeypatch.setenv("VEILLE_DOWNLOAD_DELAY", "0.01")
        config = Config(
            data=tmp_path, sources=tmp_path / "sources.toml", index="embedded", database=None
        )
        context = page.app.state.context  # type: ignore[attr-defined]
        page.app.state.context = type(context)(  # type: ignore[attr-defined]
            context.backend,
            context.store,
            context.now,
            context.source_list,
            context.tokens,
            context.texts,
            ProcessPreviews(config),
        )
        preview = sent(
            page, seen(page, "/sources"), "/sources/preview", 200, url=room.base_urls["calder"]
        )
        assert len(preview.xpath("//li[@class='sample']/h3")) >= 2
        assert read_sources(tmp_path / "sources.toml")[-1].id == "one", (
            "nothing is saved by a preview"
        )
        added = sent(page, preview, "/sources/add", name="Calder")
    assert added.xpath("//h1/bdi/text()") == ["Calder"]
    assert read_sources(tmp_path / "sources.toml")[-1].name == "Calder"


def test_an_address_that_is_none_is_told_beside_its_box(page: TestClient) -> None:
    tree = sent(page, seen(page, "/sources"), "/sources/preview", 400, url="https://")
    assert tree.xpath("//input[@name='url']/@aria-invalid") == ["true"]
    assert "no web address" in tree.xpath("//p[@id='wrong']/text()")[0]


def test_why_an_address_brings_nothing_is_told_in_the_reader_s_language(page: TestClient) -> None:
    page.headers["accept-language"] = "fr"
    tree = sent(page, seen(page, "/sources"), "/sources/preview", 400, url="http://127.0.0.1:9/")
    [wrong] = tree.xpath("//p[@id='wrong']")
    assert wrong.text_content() == "L’adresse ne peut pas être visitée : adresse non autorisée."
    assert not wrong.xpath(".//@lang")
    context = page.app.state.context  # type: ignore[attr-defined]
    page.app.state.context = replace(context, previews=None)  # type: ignore[attr-defined]
    tree = sent(page, seen(page, "/sources"), "/sources/preview", 400, url="https://a.example/")
    assert tree.xpath("string(//p[@id='wrong'])") == "Ce serveur ne fait pas d’aperçus."


def test_the_status_tells_of_what_waits(page: TestClient) -> None:
    tree = seen(page, "/status")
    assert [term.text for term in tree.xpath("//dl[@class='figures']//dt")] == [
        "Indexed articles",
        "Waiting to be indexed",
        "Oldest waiting since",
        "Rejected by the index",
    ]
    assert seen(page, "/sources/one").xpath("//h1/bdi/text()") == ["Première <b>"]
    assert page.get("/sources/none").status_code == 404


def test_a_refused_form_is_a_page_that_keeps_what_was_typed(page: TestClient) -> None:
    seen(page, "/sources")
    for action, typed in (
        ("/sources/preview", {"url": "https://typed.example/<b>"}),
        (
            "/sources/add",
            {"home": "https://typed.example/", "name": "Typed <b>", "id": "typed", "rest": "{}"},
        ),
    ):
        response = page.post(action, data={**typed, "csrf": "old"}, headers=BROWSER)
        tree = html.document_fromstring(response.text)
        assert response.status_code == 403
        assert "too old" in tree.xpath("string(//*[@role='alert'])")
        [form] = tree.xpath(f"//form[@action='{action}']")
        again = dict(form.form_values())
        assert {name: again[name] for name in typed} == typed
        assert again["csrf"] != "old"


def test_a_source_that_cannot_be_added_keeps_its_draft(page: TestClient) -> None:
    csrf = dict(
        seen(page, "/sources").xpath("//form[@action='/sources/preview']")[0].form_values()
    )["csrf"]
    typed = {"home": "https://two.example/", "name": "Two", "id": "one", "every": "5m"}
    rest = '{"home": "https://two.example/"}'
    response = page.post(
        "/sources/add", data={**typed, "rest": rest, "csrf": csrf}, headers=BROWSER
    )
    tree = html.document_fromstring(response.text)
    assert response.status_code == 400
    assert tree.xpath("string(//*[@role='alert'])")
    [form] = tree.xpath("//form[@action='/sources/add']")
    again = dict(form.form_values())
    assert {name: again[name] for name in typed} == typed
    assert again["rest"] == rest


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"id": "one"}, "Une autre source porte déjà ce nom court."),
        (
            {"id": "Two!"},
            "Le nom court n’accepte que a-z, 0-9 et -, et commence par une lettre ou un chiffre.",
        ),
        ({"every": "soon"}, "Un nombre et s, m, h ou d sont attendus, comme 15m ; 10s au moins."),
        ({"every": "1s"}, "Un nombre et s, m, h ou d sont attendus, comme 15m ; 10s au moins."),
    ],
)
def test_what_is_wrong_with_a_draft_is_told_in_the_reader_s_language(
    page: TestClient, typed: dict[str, str], sentence: str
) -> None:
    page.headers["accept-language"] = "fr"
    csrf = dict(
        seen(page, "/sources").xpath("//form[@action='/sources/preview']")[0].form_values()
    )["csrf"]
    draft = {"name": "Two", "id": "two", "rest": '{"home": "https://two.example/"}', "csrf": csrf}
    answer = page.post("/sources/add", data={**draft, **typed})
    assert answer.status_code == 400
    assert html.document_fromstring(answer.text).xpath("string(//p[@role='alert'])") == sentence


def test_people_are_refused_by_a_page_and_programs_in_the_one_form(page: TestClient) -> None:
    for path in ("/sources/one/pause", "/saved/none/alert", "/alerts/none/pause", "/nothing"):
        response = page.post(path, data={"name": "Typed <b>"}, headers=BROWSER)
        assert response.headers["content-type"].startswith("text/html"), path
        tree = html.document_fromstring(response.text)
        assert tree.xpath("//main/h1/text()"), path
        assert tree.xpath("//main//a[@href='/']"), path
        assert page.post(path, data={"name": "x"}).json()["error"]["message"]
    assert page.post("/api/v1/saved", headers=BROWSER, json={}).json()["error"]
