"""When this machine is let in without a token: never where a proxy or a forwarder may be speaking,
and no longer once others are let in.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from indexer.backend import Backend
from search.app import create_app
from search.web.local_trust import KeyedTokens, LocalTrust
from search.web.tokens import FileTokens
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf

ASKED = "/api/v1/search"
HERE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with indexed(shelf()[:5], tmp_path_factory.mktemp("data")) as backend:
        yield backend


@pytest.fixture
def tokens(tmp_path: Path) -> FileTokens:
    return FileTokens(tmp_path / "tokens.json")


@pytest.fixture
def app(backend: Backend, tokens: FileTokens) -> FastAPI:
    return create_app(backend, now=lambda: NOW, tokens=tokens)


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "veille.localhost", "127.0.0.2"])
def test_this_machine_needs_no_token(app: FastAPI, host: str) -> None:
    local = TestClient(app, base_url=f"http://{host}", client=("::1", 1))
    assert local.get(ASKED).status_code == 200
    own = {"origin": f"http://{host}", "referer": f"http://{host}/sources"}
    assert local.get(ASKED, headers=own).status_code == 200
    assert local.get(ASKED, headers={"origin": "null"}).status_code == 200
    script = {"x-requested-with": "XMLHttpRequest", "hx-request": "true", "sec-fetch-site": "none"}
    assert local.get(ASKED, headers=script).status_code == 200


def test_a_name_without_a_port_is_that_of_this_machine(app: FastAPI) -> None:
    assert client(app).get(ASKED, headers={"host": "127.0.0.1"}).status_code == 200


FORWARDED = {
    "a list of clients": {"x-forwarded-for": "127.0.0.1"},
    "an empty list": {"x-forwarded-for": ""},
    "only the protocol": {"x-forwarded-proto": "https"},
    "the standard's header": {"forwarded": "for=127.0.0.1"},
    "the name of a proxy": {"via": "1.1 cache"},
    "a client by another name": {"x-real-ip": "127.0.0.1"},
    "a content network": {"cf-connecting-ip": "127.0.0.1"},
    "the name of a cache": {"x-varnish": "32770"},
    "a number that a balancer gives": {"x-request-id": "7f"},
    "a trace": {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    "a user of a gateway": {"x-auth-request-user": "somebody"},
    "a user by another name": {"remote-user": "somebody"},
    "a firewall": {"incap-client-ip": "127.0.0.1"},
    "another network": {"do-connecting-ip": "127.0.0.1"},
    "an old application server": {"wl-proxy-client-ip": "127.0.0.1"},
    "a tunnel": {"ngrok-trace-id": "1"},
    "what is left to forward": {"max-forwards": "9"},
    "what a cache can do": {"surrogate-capability": "cache=ESI/1.0"},
    "a header that nobody knows": {"x-nothing-known": ""},
    "a page of another site": {"origin": "https://news.example.org"},
    "a link on another site": {"referer": "https://news.example.org/"},
    "a page on another port": {"origin": "http://127.0.0.1:9000"},
    "a referrer without form": {"referer": "http://[::1"},
    "another name": {"host": "news.example.org"},
    "another port, as a forwarder has": {"host": "127.0.0.1:9000"},
    "an address of the network": {"host": "192.0.2.7:8000"},
    "a name that only begins alike": {"host": "localhost.example.org:8000"},
    "no name": {"host": ""},
    "no form": {"host": "[::1:8000"},
    "no number": {"host": "127.0.0.1:8000x"},
    "credentials before it": {"host": "127.0.0.1:8000@news.example.org"},
}


@pytest.mark.parametrize("headers", FORWARDED.values(), ids=FORWARDED)
def test_a_sign_of_a_proxy_or_of_another_host_needs_one(
    app: FastAPI, headers: dict[str, str]
) -> None:
    assert client(app).get(ASKED, headers=headers).status_code == 401


def test_two_names_need_one(app: FastAPI) -> None:
    two = [("host", "127.0.0.1:8000"), ("host", "news.example.org")]
    assert client(app).get(ASKED, headers=two).status_code == 401


def test_what_speaks_http_1_0_needs_one(app: FastAPI) -> None:
    async def as_old_proxies(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "http_version": "1.0"}, receive, send)  # type: ignore[arg-type]

    old = TestClient(as_old_proxies, base_url=HERE, client=("127.0.0.1", 1))  # type: ignore[arg-type]
    assert old.get(ASKED).status_code == 401


def test_trust_ends_with_the_first_token_and_is_told_once(
    backend: Backend, tokens: FileTokens
) -> None:
    told: list[str] = []
    keyed = KeyedTokens(tokens)
    trust = LocalTrust(keyed, HERE, lambda: told.append(keyed.link(HERE)))
    here = client(create_app(backend, now=lambda: NOW, tokens=keyed, trust=trust))
    assert here.get(ASKED).status_code == 200
    assert not told
    issued = tokens.issue("colleague", NOW)
    assert {here.get(ASKED).status_code for _ in "123"} == {401}
    assert told == [f"{HERE}/token?key={keyed.key}"]
    assert here.get(ASKED, headers={"authorization": f"Bearer {issued}"}).status_code == 200
    tokens.revoke("colleague")
    assert here.get(ASKED).status_code == 200


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, b'[{"name": "col', b"{}", b"null"])
def test_a_damaged_file_of_tokens_lets_nobody_in(
    app: FastAPI, tokens: FileTokens, tmp_path: Path, damage: bytes
) -> None:
    (tmp_path / "tokens.json").write_bytes(damage)
    assert client(app).get(ASKED).status_code == 401


@pytest.mark.parametrize(
    ("public_url", "status"),
    [
        ("https://news.example.org", 401),
        ("http://192.0.2.7:8000", 401),
        ("https://127.0.0.1.example.org", 401),
        ("http://[::1]:8000", 200),
        ("http://localhost:8000", 200),
    ],
)
def test_trust_ends_where_a_public_address_is_set(
    backend: Backend, tokens: FileTokens, public_url: str, status: int
) -> None:
    trust = LocalTrust(tokens, public_url)
    here = client(create_app(backend, now=lambda: NOW, tokens=tokens, trust=trust))
    assert here.get(ASKED).status_code == status


def test_the_link_signs_in(backend: Backend, tokens: FileTokens) -> None:
    keyed = KeyedTokens(tokens)
    trust = LocalTrust(keyed, "https://news.example.org")
    browser = client(create_app(backend, now=lambda: NOW, tokens=keyed, trust=trust))
    assert browser.get("/sources").headers["location"] == "/token?next=%2Fsources"
    wrong = browser.get("/token?key=guess")
    assert wrong.status_code == 200
    assert "veille_token" not in wrong.headers.get("set-cookie", "")
    entered = browser.get(keyed.link(""))
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert browser.get(ASKED).status_code == 200
    assert keyed.key not in repr(keyed)


MALFORMED = (
    "unknown",
    "[2001:db8::7",
    "2001:db8::7:x",
    "203.0.113.7:80:90",
    "_hidden",
    "a" * 5_000,
    ", , ,",
    "\x80\xff",
    "203.0.113.7:port",
    "::ffff:203.0.113.7%eth0",
)


@pytest.mark.parametrize("sent", MALFORMED)
def test_whatever_a_proxy_says_of_its_client_is_answered(app: FastAPI, sent: str) -> None:
    behind = TestClient(app, base_url="http://news.example.org", client=(sent, 0))
    assert behind.get(ASKED).status_code == 401
    assert behind.get("/static/page.css").status_code == 200
