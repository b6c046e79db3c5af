"""Who is let in, and how tokens are kept."""

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from starlette.testclient import TestClient

from search.app import create_app
from search.commands.serve import bind
from search.commands.token import command as token_command
from search.web.tokens import SCOPES, WRITE, FileTokens
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("data")
    with indexed(shelf()[:5], folder) as backend:
        yield create_app(backend, now=lambda: NOW, tokens=FileTokens(folder / "tokens.json"))


@pytest.fixture
def token(app: FastAPI) -> Iterator[str]:
    tokens: FileTokens = app.state.context.tokens
    yield tokens.issue("test", NOW)
    tokens.revoke("test")


def afar(app: FastAPI, host: str = "veille.example.org") -> TestClient:
    return TestClient(
        app, base_url=f"http://{host}", client=("203.0.113.9", 40_000), follow_redirects=False
    )


@pytest.mark.parametrize(
    "path", ["/api/v1/search", "/api/v1/export.csv", "/feed.atom", "/openapi.json"]
)
def test_others_need_one(app: FastAPI, token: str, path: str) -> None:
    refused = afar(app).get(path)
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "unauthorized"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert afar(app).get(path, headers={"authorization": "Bearer wrong"}).status_code == 401
    assert afar(app).get(path, headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_without_tokens_nobody_else_is_let_in(app: FastAPI) -> None:
    closed = create_app(app.state.context.backend, now=lambda: NOW)
    assert (
        afar(closed).get("/api/v1/search", headers={"authorization": "Bearer x"}).status_code == 401
    )
    assert client(closed).get("/api/v1/search").status_code == 200


def test_health_and_styles_are_open(app: FastAPI) -> None:
    for probe in ("/healthz", "/livez", "/readyz"):
        assert afar(app).get(probe).status_code == 200
    assert afar(app).get("/static/page.css").status_code == 200
    assert afar(app).get("/static/../app.py").status_code in (401, 404)


def test_the_page_asks_for_the_token_once(app: FastAPI, token: str) -> None:
    browser = afar(app)
    sent = browser.get("/?q=arm%C3%A9e")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/token?next=%2F%3Fq%3Darm%25C3%25A9e"
    assert 'type="password"' in browser.get(sent.headers["location"]).text
    wrong = browser.post("/token", data={"token": "wrong", "next": "/"})
    assert wrong.status_code == 403
    entered = browser.post("/token", data={"token": token, "next": "/?q=arm%C3%A9e"})
    assert entered.status_code == 303
    assert entered.headers["location"] == "/?q=arm%C3%A9e"
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert browser.get("/?q=arm%C3%A9e").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_signing_in_leads_to_this_site_only(app: FastAPI, token: str, target: str) -> None:
    response = afar(app).post("/token", data={"token": token, "next": target})
    assert response.headers["location"] == "/"


def test_tokens_are_kept_as_hashes_that_only_their_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "data" / "tokens.json"
    tokens = FileTokens(path)
    token = tokens.issue("first", NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert token not in path.read_text()
    assert json.loads(path.read_text())[0]["name"] == "first"
    assert FileTokens(path).check(token) == frozenset({"read"})
    assert tokens.check("") is None
    assert tokens.check(token + "x") is None
    assert tokens.revoke("first") == 1
    assert tokens.check(token) is None
    assert [entry.name for entry in path.parent.iterdir()] == ["tokens.json"]


def test_a_token_allows_what_its_scope_says(app: FastAPI) -> None:
    tokens: FileTokens = app.state.context.tokens
    both, writing = tokens.issue("both", NOW, SCOPES), tokens.issue("writing", NOW, [WRITE])
    reading = tokens.issue("reading", NOW)
    expected = {both: (200, 405), writing: (403, 405), reading: (200, 403), "unknown": (401, 401)}
    for token, statuses in expected.items():
        headers = {"authorization": f"Bearer {token}"}
        read, written = (
            afar(app).get("/api/v1/search", headers=headers),
            afar(app).post("/api/v1/search", headers=headers),
        )
        assert (read.status_code, written.status_code) == statuses
    assert written.json()["error"]["code"] == "unauthorized"
    for name in ("both", "writing", "reading"):
        tokens.revoke(name)


def test_pages_of_other_sites_can_neither_read_nor_write(app: FastAPI) -> None:
    here = client(app)
    answer = here.get("/api/v1/search", headers={"origin": "https://evil.example"})
    assert answer.status_code == 401
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert (
        here.options("/api/v1/search", headers={"origin": "https://evil.example"}).status_code
        == 401
    )
    assert (
        here.post(
            "/token", data={"token": "x"}, headers={"origin": "https://evil.example"}
        ).status_code
        == 403
    )
    assert (
        here.post(
            "/token", data={"token": "x"}, headers={"origin": "http://127.0.0.1:8000"}
        ).status_code
        == 403
    )
    assert (
        "not valid"
        in here.post(
            "/token", data={"token": "x"}, headers={"origin": "http://127.0.0.1:8000"}
        ).text
    )


def test_a_browser_s_word_about_a_form_counts(app: FastAPI) -> None:
    """Chromium sends the origin "null" for forms of pages that let no referrer out, and says whose
    page it was.
    """
    here, token = client(app), {"token": "x"}
    for site, told in (
        ("same-origin", "not valid"),
        ("cross-site", "another site"),
        ("same-site", "another site"),
    ):
        assert (
            told
            in here.post(
                "/token", data=token, headers={"origin": "null", "sec-fetch-site": site}
            ).text
        )
    assert "not valid" in here.post("/token", data=token, headers={"origin": "null"}).text
    assert "another site" in here.post("/api/v1/sources", json={}, headers={"origin": "null"}).text


def test_answers_are_sent_at_once() -> None:
    with bind("127.0.0.1", 0) as bound:
        bound.listen()
        with socket.create_connection(bound.getsockname()):
            accepted, _ = bound.accept()
            with accepted:
                assert accepted.proto == socket.IPPROTO_TCP, (
                    "else asyncio lets small answers wait for each other"
                )


def test_scopes_are_given_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEILLE_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for words in (
        ["add", "a"],
        ["add", "b", "--scope", "write"],
        ["add", "c", "--scope", "read", "--scope", "write"],
    ):
        assert CliRunner().invoke(token_command, words).exit_code == 0
    listed = json.loads(CliRunner().invoke(token_command, ["list", "--json"]).output)
    assert [row["scopes"] for row in listed] == [["read"], ["write"], ["read", "write"]]
    assert CliRunner().invoke(token_command, ["add", "d", "--scope", "all"]).exit_code == 2
