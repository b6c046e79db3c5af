"""Saved searches and alerts by API and page: kept, shown, fed, paused with one click."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from starlette.testclient import TestClient

from search.app import create_app
from search.web.tokens import FileTokens
from tests.support.alerting import AlertSetup
from tests.support.statements import statements


@pytest.fixture
def client(context: AlertSetup) -> Iterator[TestClient]:
    context.found("a", "The harbour opens.")
    context.found("b", "The market closes.")
    context.relay()
    app = create_app(
        context.backend, context.store, now=lambda: context.now, alerts=context.service
    )
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 40_000)) as opened:
        yield opened


def save(client: TestClient, q: str = "harbour", name: str = "Ports") -> dict[str, object]:
    answer = client.post(
        "/api/v1/saved", json={"name": name, "query": {"q": q, "source": ["one"]}, "note": "n"}
    )
    assert answer.status_code == 201
    kept: dict[str, object] = answer.json()
    return kept


def test_a_search_is_saved_changed_and_forgotten_by_the_api(client: TestClient) -> None:
    kept = save(client)
    at = f"/api/v1/saved/{kept['id']}"
    assert client.get(at).json()["query"] == {"q": "harbour", "source": ["one"]}
    changed = client.put(at, json={"name": "Markets", "query": {"q": "market"}}).json()
    assert (changed["name"], changed["feed"]) == ("Markets", kept["feed"])
    assert [one["name"] for one in client.get("/api/v1/saved").json()["saved"]] == ["Markets"]
    assert client.delete(at).status_code == 204
    assert client.get(at).status_code == client.delete(at).status_code == 404


def test_mistakes_are_told_with_their_place(client: TestClient) -> None:
    wrong = client.post("/api/v1/saved", json={"name": "x", "query": {"q": "(harbour"}})
    assert wrong.status_code == 400
    assert wrong.json()["error"]["code"] == "expected_close"
    at = f"/api/v1/saved/{save(client)['id']}/alerts"
    for wish, parameter in [
        ({"channel": "mail", "target": "nobody"}, "target"),
        ({"channel": "pigeon", "target": "x"}, "channel"),
        ({"channel": "mail", "target": "a@example.org", "tz": "Mars"}, "tz"),
        ({"channel": "mail", "target": "a@example.org", "timing": "day"}, "timing"),
        ({"channel": "webhook", "target": "http://10.0.0.1/"}, "target"),
    ]:
        answer = client.post(at, json=wish)
        assert (answer.status_code, answer.json()["error"]["parameter"]) == (400, parameter)


def test_the_feed_of_a_saved_search_needs_its_address_alone(client: TestClient) -> None:
    path = urlsplit(str(save(client)["feed"])).path
    assert len(path) > 40
    elsewhere = TestClient(
        client.app, base_url="http://veille.example.org", client=("203.0.113.9", 1)
    )
    read = feedparser.parse(elsewhere.get(path).content)
    assert [entry.title for entry in read.entries] == ["Title of a"]
    assert read.feed.title == "Ports"
    assert elsewhere.get("/api/v1/saved").status_code == 401
    assert elsewhere.get("/feeds/guessed.atom").status_code == 404


def test_the_hits_of_an_alert_equal_those_of_page_and_api(
    client: TestClient, context: AlertSetup
) -> None:
    queries = [
        "harbour",
        "harb* -market",
        '"harbour opens" OR market',
        "source:one harbour",
        "*",
        "title:title",
    ]
    alerts = {
        context.alert(context.save(q), channel="webhook", target=context.hook.url).id: q
        for q in queries
    }
    for number in range(8):
        words = " ".join(
            word for bit, word in enumerate(["harbour", "market", "harbinger"]) if number >> bit & 1
        )
        context.found(f"n{number}", f"The {words} opens.")
    context.tick()
    told = {
        body["alert"]: {article["id"] for article in body["articles"]}
        for body in context.hook.bodies
    }
    old = {f"{name:0>32}" for name in ("a", "b")}
    for alert, q in alerts.items():
        found = client.get("/api/v1/search", params={"q": q, "limit": 1000}).json()
        assert told.get(alert, set()) == {one["id"] for one in found["articles"]} - old, q
        page = client.get("/", params={"q": q}).text
        assert f">{found['total']} article" in page


def test_a_dry_run_by_the_api(client: TestClient) -> None:
    wanted = {
        "query": {"q": "harbour"},
        "alert": {"channel": "mail", "target": "a@example.org", "timing": "daily"},
    }
    assert client.post("/api/v1/alerts/dry-run", json=wanted).json() == {
        "messages": 0,
        "articles": 0,
        "planned": [],
    }


def test_when_an_alert_last_sent_is_told_however_many_messages_wait(
    client: TestClient, context: AlertSetup
) -> None:
    alert = context.alert(context.save("harbour"), channel="webhook", target=context.hook.url)
    context.found("sent", "The harbour sleeps.")
    context.tick()
    sent_at = context.now
    context.hook.closed = True
    for number in range(25):
        context.found(f"n{number}", "The harbour opens.")
        context.tick()
    assert context.store.notices.waiting_counts() == {alert.id: 25}
    told = client.get(f"/api/v1/alerts/{alert.id}").json()
    assert datetime.fromisoformat(told["last_sent"]) == sent_at
    assert told["last_error"] == "127.0.0.1: answered 503"
    assert client.get("/api/v1/alerts").json() == {"alerts": [told], "cursor": None}
    [saved] = client.get("/api/v1/saved").json()["saved"]
    assert saved["alerts"] == [told]
    assert f"{sent_at:%Y-%m-%d %H:%M}" in client.get("/saved?ui=en").text


@pytest.mark.parametrize("path", ["/api/v1/alerts", "/api/v1/saved", "/saved"])
def test_lists_ask_the_store_as_often_for_many_alerts_as_for_one(
    client: TestClient, context: AlertSetup, path: str
) -> None:
    context.alert(context.save("harbour"))
    with statements() as for_one:
        assert client.get(path).status_code == 200
    for number in range(12):
        saved = context.save(f"harbour {number}")
        context.alert(saved)
        context.alert(saved)
    with statements() as for_many:
        assert client.get(path).status_code == 200
    assert len(for_many) == len(for_one) > 0


def form(client: TestClient, path: str) -> dict[str, str]:
    """The hidden fields of the page's first form that writes."""
    text = client.get(path).text
    return dict(re.findall(r'<input type="hidden" name="(csrf|search)" value="([^"]*)">', text))


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_search_is_saved_and_told_of_from_the_page(
    client: TestClient, context: AlertSetup, language: str
) -> None:
    client.cookies.set("veille_ui", language)
    assert "/saved/new?q=harbour" in client.get("/?q=harbour").text
    fields = {**form(client, "/saved/new?q=harbour&source=one"), "name": "Ports", "channel": "mail"}
    tried = client.post("/saved/new", data={**fields, "timing": "daily", "try": "yes"})
    assert tried.status_code == 200
    assert context.store.saved.all() == []
    wrong = client.post("/saved/new", data={**fields, "target": "nobody"})
    assert wrong.status_code == 400
    assert context.store.saved.all() == []
    assert (
        client.post("/saved/new", data={**fields, "target": "reader@example.org"}).status_code
        == 200
    )
    [kept] = context.store.saved.all()
    [alert] = context.store.alerts.all(kept.id)
    page = client.get("/saved").text
    assert "reader@example.org" in page
    token = form(client, "/saved")
    client.post(f"/alerts/{alert.id}/pause", data=token)
    assert context.store.alerts.all()[0].paused_at
    client.post(f"/alerts/{alert.id}/resume", data=token)
    assert not context.store.alerts.all()[0].paused_at
    assert client.post(f"/saved/{kept.id}/remove", data={}).status_code == 403
    client.post(f"/saved/{kept.id}/remove", data=token)
    assert context.store.saved.all() == []


def test_one_click_in_a_mail_pauses_the_alert(client: TestClient, context: AlertSetup) -> None:
    context.alert(context.save("harbour"))
    context.found("c", "The harbour sleeps.")
    context.tick()
    [mail] = context.mailbox.mails
    path = urlsplit(mail["list-unsubscribe"].strip("<>")).path
    elsewhere = TestClient(
        client.app, base_url="http://veille.example.org", client=("203.0.113.9", 1)
    )
    assert elsewhere.get(path).status_code == 200
    assert context.store.alerts.all()[0].paused_at is None, "looking at the link changes nothing"
    assert (
        elsewhere.post(path[:-1] + "x", data={"List-Unsubscribe": "One-Click"}).status_code == 404
    )
    assert elsewhere.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert context.store.alerts.all()[0].paused_at is not None
    context.found("d", "The harbour wakes.")
    context.tick()
    assert len(context.mailbox.mails) == 1


def test_who_may_only_read_is_told_no_secrets(
    client: TestClient, context: AlertSetup, tmp_path: Path
) -> None:
    """Where alerts are sent, what was answered there, and the keys of feeds."""
    hook = f"{context.hook.url}?key=hidden-in-the-address"
    alert = context.alert(context.save("harbour"), channel="webhook", target=hook)
    context.hook.closed = True
    context.found("sent", "The harbour sleeps.")
    context.tick()
    mail = context.alert(context.save("market"), channel="mail", target="desk@example.org")
    tokens = FileTokens(tmp_path / "tokens.json")
    app = create_app(
        context.backend,
        context.store,
        now=lambda: context.now,
        alerts=context.service,
        tokens=tokens,
    )
    feeds = [saved.feed_token for saved in context.store.saved.all()]
    secrets = ["hidden-in-the-address", "127.0.0.1", "desk@example.org", *feeds]
    paths = [
        "/saved?ui=en",
        "/api/v1/saved",
        "/api/v1/alerts",
        f"/api/v1/saved/{alert.search}",
        f"/api/v1/alerts/{alert.id}",
        f"/api/v1/alerts/{alert.id}/notices",
        f"/api/v1/alerts/{mail.id}",
        "/saved/new?ui=en",
        f"/saved/{alert.search}/edit",
        f"/saved/{alert.search}/alert",
    ]
    for scopes, told in ((("read",), False), (("read", "write"), True)):
        key = tokens.issue("reader", context.now, scopes)
        reader = TestClient(app, base_url="https://news.example.org", client=("203.0.113.9", 1))
        reader.headers["authorization"] = f"Bearer {key}"
        answers = [reader.get(path) for path in paths]
        assert {answer.status_code for answer in answers} == {200}
        text = "".join(answer.text for answer in answers)
        assert [secret in text for secret in secrets] == [told] * len(secrets)


def test_many_saved_searches_come_in_pages(client: TestClient, context: AlertSetup) -> None:
    rows = 250
    expected = sorted(f"{'ÉeEß'[number % 4]}-{number % 90}" for number in range(rows))
    for name in expected:
        context.alert(context.save("harbour", name))
    for path, shown in (("/api/v1/saved", "saved"), ("/api/v1/alerts", "alerts")):
        body = client.get(path).json()
        found = body[shown]
        for _ in range(2):
            assert body["cursor"]
            body = client.get(path, params={"cursor": body["cursor"]}).json()
            found += body[shown]
        assert body["cursor"] is None
        assert len({row["id"] for row in found}) == len(found) == rows
    names = [row["name"] for row in client.get("/api/v1/saved?limit=1000").json()["saved"]]
    assert sorted(names) == expected
    assert [name.casefold() for name in names] == sorted(map(str.casefold, names))


def test_a_page_of_saved_searches_leads_on(client: TestClient, context: AlertSetup) -> None:
    for number in range(120):
        context.save("harbour", f"Port {number:03}")
    address, seen = "/saved?ui=en", list[str]()
    while address:
        text = client.get(address).text
        seen += re.findall(r"Port \d{3}", text)
        onward = re.search(r'href="(/saved\?cursor=[^"]+)" rel="next"', text)
        address = onward[1] if onward else ""
    assert list(dict.fromkeys(seen)) == [f"Port {number:03}" for number in range(120)]
    kept = context.store.saved.page(None, 50)
    onward_from = client.get("/api/v1/saved?limit=50").json()["cursor"]
    context.store.saved.remove(kept[-1].id)
    after = client.get("/api/v1/saved", params={"cursor": onward_from}).json()["saved"]
    assert after[0]["name"] == "Port 050", "the last one of a page may be gone"


@pytest.mark.parametrize("cursor", ["x", "!!", "é", "eA", "MjAyNg", "a" * 1_999, "bm8KeA"])
def test_a_cursor_of_nobody_is_told(client: TestClient, cursor: str) -> None:
    assert client.get("/api/v1/alerts", params={"cursor": cursor}).status_code == 400
    for path in ("/api/v1/saved", "/saved"):
        assert client.get(path, params={"cursor": cursor}).status_code in (200, 400)
