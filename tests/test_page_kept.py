"""What a page shows of what is kept: revisions and vanished pages; saved searches, alerts and
previews in Chromium.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from crawler import demo
from crawler.article import Page
from crawler.config import Config
from crawler.sources import Source
from crawler.store import PageVisit, Revision, Store
from search.alerts.service import AlertDraft, AlertService, SavedSearchDraft
from search.alerts.setup import alert_service_of
from search.app import create_app
from search.i18n.catalogue import read_texts
from search.pages.article.revisions import revised
from search.query.request import MatchParams
from search.sources.previews import ProcessPreviews
from tests.support.archived import opened, visit
from tests.support.browsing import asked_elsewhere, chromium, complaints, screen, served, violations
from tests.support.clock import machine_now, moment
from tests.support.shelf import client, indexed

SOURCE = Source(id="nahr", name="النهر", home="https://nahr.example/", language="ar")
HEAD = "<meta property='og:type' content='article'><meta property='article:published_time' content='2026-11-01'>"


def page(day: int, ended: str) -> Page:
    prose = "".join(
        f"<p>قال عضو المجلس رقم {part} إن مياه النهر ارتفعت هذا الأسبوع كثيراً وإن السكان على الضفتين ينتظرون قرار "
        "البلدية في اجتماع مفتوح يحضره المهندسون وأصحاب المزارع القريبة.</p>"
        for part in range(4)
    )
    body = f"<article><h1>اجتماع حول مياه النهر</h1>{prose}<p>{ended}</p></article>"
    text = f"<!DOCTYPE html><html lang=ar><title>اجتماع حول مياه النهر</title>{HEAD}{body}</html>"
    return Page("https://nahr.example/news/1", text.encode(), {}, moment(day))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("kept")
    store, archive = opened(folder)
    visit(
        store,
        archive,
        SOURCE,
        [page(10, "انتهى الاجتماع متأخراً."), page(12, "انتهى الاجتماع باكراً <b>بلا قرار</b>.")],
    )
    store.pages.record_visit(
        PageVisit(SOURCE.key("https://nahr.example/news/1"), "gone", moment(14), None, "http 410")
    )
    documents = [one.document for one in store.outbox.batch(9, moment(15)) if one.document]
    with (
        demo.serve(machine_now() - timedelta(minutes=5)) as room,
        indexed(documents, folder) as backend,
    ):
        config = settings(folder, room)
        service = alert_service_of(config, store)
        keep(service)
        known = {
            "sources_file": config.sources,
            "previews": ProcessPreviews(config),
            "alerts": service,
            "archive": archive,
        }
        app = create_app(backend, store, now=lambda: moment(20), **known)  # type: ignore[arg-type]
        with served(app) as told:
            yield f"{told} {room.base_urls['calder']} {documents[0]['id']} {saved(store)}"
    store.close()


def settings(folder: Path, room: demo.Newsroom) -> Config:
    (folder / "sources.toml").write_text("", encoding="utf-8")
    return Config(
        data=folder,
        sources=folder / "sources.toml",
        allow_hosts=frozenset({*room.hosts, "127.0.0.1:9"}),
        download_delay=0.01,
        smtp="smtp://127.0.0.1:9",
        mail_from="veille@example.org",
    )


def keep(service: AlertService) -> None:
    one = service.save(
        SavedSearchDraft(name="مياه " + "x" * 90, query=MatchParams(q="مياه"), note="Note <b>"),
        moment(20),
    )
    service.add_alert(
        one.id, AlertDraft(channel="mail", target="reader@example.org", timing="daily"), moment(20)
    )


def saved(store: Store) -> str:
    return store.saved.all()[0].id


@pytest.fixture(scope="module")
def window() -> Iterator[webdriver.Chrome]:
    with chromium() as opened:
        yield opened


LOOKS = (("en", 1280, "light"), ("en", 1280, "dark"), ("ar", 360, "light"), ("fr", 360, "dark"))


def fits(browser: webdriver.Chrome, width: int, where: object) -> None:
    browser.execute_script(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
    )
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width, where
    assert violations(browser) == [], where


@pytest.mark.chromium
@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize(("ui", "width", "colours"), LOOKS)
def test_what_is_kept_can_be_read_by_all(
    window: webdriver.Chrome, address: str, ui: str, width: int, colours: str
) -> None:
    home, _, article, search = address.split()
    screen(window, width, 740, colours)
    for path in (
        f"/article/{article}",
        f"/article/{article}/removed",
        "/saved",
        f"/saved/{search}/alert",
        "/saved/new?q=x",
    ):
        window.get(f"{home}{path}{'&' if '?' in path else '?'}ui={ui}")
        fits(window, width, path)
    assert complaints(window) == []
    assert asked_elsewhere(window, home) == []


@pytest.mark.slow
@pytest.mark.chromium
@pytest.mark.xdist_group("chromium")
def test_a_preview_can_be_read_by_all(window: webdriver.Chrome, address: str) -> None:
    home, site, *_ = address.split()
    window.get(f"{home}/sources?ui=ar")
    window.find_element(By.NAME, "url").send_keys(site)
    window.find_element(By.CSS_SELECTOR, "form.adding button").click()
    WebDriverWait(window, 120, 0.1).until(
        lambda _: window.find_elements(By.CSS_SELECTOR, ".sample h3")
    )
    for _, width, colours in LOOKS:
        screen(window, width, 740, colours)
        fits(window, width, colours)
    window.find_element(By.CSS_SELECTOR, "form.adding button").click()
    WebDriverWait(window, 60, 0.1).until(lambda _: window.find_elements(By.CSS_SELECTOR, ".told"))
    assert complaints(window) == []


@pytest.mark.chromium
@pytest.mark.xdist_group("chromium")
def test_a_search_is_saved_by_its_form(window: webdriver.Chrome, address: str) -> None:
    home, *_ = address.split()
    screen(window, 1280)
    window.get(f"{home}/saved/new?q=kept&ui=en")
    window.find_element(By.CSS_SELECTOR, "form.keep button").click()
    WebDriverWait(window, 60, 0.1).until(
        lambda _: window.find_elements(By.XPATH, "//h2/a/bdi[text()='kept']")
    )


def test_an_article_tells_what_was_changed_and_that_it_vanished(tmp_path: Path) -> None:
    store, archive = opened(tmp_path)
    visit(
        store,
        archive,
        SOURCE,
        [page(10, "انتهى الاجتماع متأخراً."), page(12, "انتهى الاجتماع باكراً.")],
    )
    store.pages.record_visit(
        PageVisit(SOURCE.key("https://nahr.example/news/1"), "gone", moment(14), None, "http 410")
    )
    documents = [one.document for one in store.outbox.batch(9, moment(15)) if one.document]
    with (
        indexed(documents, tmp_path) as backend,
        client(create_app(backend, store, now=lambda: moment(20))) as asked,
    ):
        tree = html.document_fromstring(asked.get(f"/article/{documents[0]['id']}?ui=en").text)
        hits = html.document_fromstring(asked.get("/?ui=en").text)
    changed = tree.xpath("//div[@class='changed']")[0]
    assert changed.xpath(".//p[@dir='auto']/del/text()") == ["متأخراً"]
    assert changed.xpath(".//p[@dir='auto']/ins/text()") == ["باكراً"]
    assert changed.xpath(".//p[@class='quiet']/text()") == ["4 paragraphs unchanged"]
    assert "14 November 2026" in tree.xpath("//p[@class='vanished']/text()")[0]
    assert hits.xpath("//span[@class='vanished']/text()") == ["no longer online"]
    store.close()


def test_an_article_tells_on_request_what_was_left_out_of_its_page(tmp_path: Path) -> None:
    store, archive = opened(tmp_path)
    first = page(10, "انتهى الاجتماع متأخراً.")
    menu, teaser = (
        "<nav>الأقسام <b>كلها</b></nav><script>var hidden</script>",
        "<p>اقرأ أيضا: أخبار أخرى</p>",
    )
    body = (
        first.body.decode()
        .replace("<article>", f"{menu}<article>")
        .replace("</article>", f"{teaser}</article>")
    )
    visit(store, archive, SOURCE, [replace(first, body=body.encode())])
    [document] = [one.document for one in store.outbox.batch(9, moment(15)) if one.document]
    told = []
    with indexed([document], tmp_path) as backend:
        for kept in (archive, None):
            app = create_app(backend, store, now=lambda: moment(20), archive=kept)
            with client(app) as asked:
                link = f"/article/{document['id']}/removed?ui=en"
                assert link in asked.get(f"/article/{document['id']}?ui=en").text
                told.append(html.document_fromstring(asked.get(link).text))
    reasons = [
        (section.xpath("string(h2)"), section.xpath(".//li/text()"))
        for section in told[0].xpath("//section[@class='removed']")
    ]
    assert reasons == [
        ("Navigation", ["الأقسام كلها"]),
        ("Leads to other articles", ["اقرأ أيضا: أخبار أخرى"]),
    ]
    assert "10 November 2026" in told[0].xpath("string(//main)")
    assert "is not kept" in told[1].xpath("string(//main)")
    store.close()


def test_each_change_of_a_text_has_its_own_passages() -> None:
    texts = [
        ("A", "One.\n\nTwo.\nThree."),
        ("B", "One.\n\nTwo more.\nThree."),
        ("B", "One.\n\nTwo more.\nThree.\nFour."),
    ]
    wordings = [
        Revision(at + 1, title, text, moment(at + 1), moment(at + 2))
        for at, (title, text) in enumerate(texts)
    ]
    third, second = revised(wordings, read_texts()["en"])
    assert (third.revision, third.added, third.removed, third.title) == (3, 1, 0, ())
    assert (
        "".join(piece.text for piece in third.passages[-1].pieces if piece.kind == "added")
        == "Four."
    )
    assert [piece.kind for piece in second.title] == ["removed", "added"]
    assert [passage.same for passage in second.passages] == [1, 0, 1]
    assert "".join(p.text for p in second.passages[1].pieces if p.kind != "removed") == "Two more."


def test_a_saved_search_is_changed_by_its_form_and_a_mistake_keeps_what_was_typed(
    tmp_path: Path,
) -> None:
    store, _ = opened(tmp_path)
    service = alert_service_of(Config(data=tmp_path, sources=tmp_path / "sources.toml"), store)
    query = MatchParams.model_validate({"q": "river", "language": ["ar"]})
    one = service.save(
        SavedSearchDraft(name="Old", query=query, note=""),
        moment(20),
    )
    with indexed([], tmp_path) as backend:
        app = create_app(backend, store, now=lambda: moment(20), alerts=service)
        with client(app) as asked:
            path = f"/saved/{one.id}/edit"
            [form] = html.document_fromstring(asked.get(path).text).xpath("//form[@method='post']")
            sent = {**dict(form.form_values()), "name": "New", "note": "Typed"}
            wrong = asked.post(path, data={**sent, "q": "(("})
            assert (wrong.status_code, store.saved.all()[0].name) == (400, "Old")
            assert (
                dict(
                    html.document_fromstring(wrong.text)
                    .xpath("//form[@method='post']")[0]
                    .form_values()
                )["q"]
                == "(("
            )
            assert asked.post(path, data={**sent, "csrf": "old"}).status_code == 403
            assert asked.post(path, data={**sent, "q": "lake"}).status_code == 303
    [now] = store.saved.all()
    assert (now.name, now.note, now.query) == ("New", "Typed", {"q": "lake", "language": ["ar"]})
    store.close()
