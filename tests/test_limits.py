"""What one request may take, and how often one client may ask."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse
from starlette.testclient import TestClient

from indexer.backend import Backend
from search.app import create_app
from search.pages.render import failed
from search.sources.previews import LONGEST_SECONDS
from search.web import slow_connections
from search.web.connections import ConnectionTable
from search.web.errors import answer_errors
from search.web.limits import LimitsMiddleware, RequestLimits
from search.web.rate_limit import RateLimiter
from search.web.slow_connections import Connection
from search.web.tokens import FileTokens
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf


class Slow:
    """An app whose work waits until it is let go."""

    def __init__(self, bounds: RequestLimits) -> None:
        self.go = threading.Event()
        self.app = FastAPI()
        self.app.add_middleware(LimitsMiddleware, bounds=bounds)
        answer_errors(self.app, failed)
        self.app.get("/slow")(lambda: self.go.wait(20))
        self.app.get("/stream")(self.stream)
        self.app.post("/body")(self.body)

    async def stream(self) -> StreamingResponse:
        async def lines() -> object:
            yield "first\n"
            await asyncio.to_thread(self.go.wait, 20)
            yield "last\n"

        return StreamingResponse(lines())  # type: ignore[arg-type]

    async def body(self, request: Request) -> int:
        return len(await request.body())


@contextmanager
def slow(bounds: RequestLimits) -> Iterator[tuple[Slow, TestClient]]:
    held = Slow(bounds)
    with TestClient(held.app) as client:
        yield held, client
        held.go.set()


def test_what_takes_too_long_is_given_up_and_holds_its_place() -> None:
    with slow(RequestLimits(seconds=0.05, at_once=1)) as (held, client):
        late = client.get("/slow")
        assert (late.status_code, late.json()["error"]["code"]) == (504, "too_slow")
        assert int(late.headers["retry-after"]) > 0
        busy = client.get("/slow")
        assert (busy.status_code, busy.json()["error"]["code"]) == (503, "busy")
        held.go.set()
        answers = iter(lambda: client.post("/body", content=b"abc"), None)
        assert next(answer for answer in answers if answer.status_code == 200).json() == 3


def test_some_paths_are_waited_for() -> None:
    with slow(RequestLimits(seconds=0.05, patience={"/slow": 20})) as (held, client):
        threading.Timer(0.2, held.go.set).start()
        assert client.get("/slow").json() is True


def test_an_answer_that_has_begun_may_take_its_time() -> None:
    with slow(RequestLimits(seconds=0.05)) as (held, client):
        threading.Timer(0.2, held.go.set).start()
        assert client.get("/stream").text == "first\nlast\n"


def test_a_body_has_a_size() -> None:
    with slow(RequestLimits(body=10)) as (_, client):
        assert client.post("/body", content=b"0123456789").json() == 10
        pieces: list[Callable[[], object]] = [
            lambda: b"0123456789x",
            lambda: iter([b"01234", b"56789", b"x"]),
        ]
        for content in pieces:
            refused = client.post("/body", content=content())  # type: ignore[arg-type]
            assert (refused.status_code, "10 bytes" in refused.json()["error"]["message"]) == (
                413,
                True,
            )


def test_a_bucket_fills_with_time() -> None:
    now = [0.0]
    rates = RateLimiter(a_minute=60, burst=3, clock=lambda: now[0])
    assert [rates.wait("one") for _ in range(4)] == [0, 0, 0, 1]
    assert rates.wait("other") == 0
    now[0] = 1.0
    assert [rates.wait("one") for _ in range(2)] == [0, 1]
    now[0] = 1000.0
    assert [rates.wait("one") for _ in range(4)] == [0, 0, 0, 1]
    assert RateLimiter(a_minute=2, burst=1, clock=lambda: 0.0).wait("one") == 0


def test_buckets_of_many_clients_take_no_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.web.rate_limit.MOST_CLIENTS", 10)
    rates = RateLimiter(a_minute=1, burst=1, clock=lambda: 0.0)
    assert [rates.wait(str(number)) for number in range(100)] == [0] * 100
    assert len(rates._buckets) == 10


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with indexed(shelf(), tmp_path_factory.mktemp("index")) as opened:
        yield opened


def test_each_token_may_ask_so_often(backend: Backend, tmp_path: Path) -> None:
    tokens = FileTokens(tmp_path / "tokens.json")
    keys = [tokens.issue(name, NOW) for name in ("one", "other")]
    app = create_app(backend, now=lambda: NOW, tokens=tokens, rates=RateLimiter(60, 2, lambda: 0.0))
    elsewhere = TestClient(app, base_url="http://veille.example", client=("198.51.100.7", 1))

    def ask(key: str) -> int:
        return elsewhere.get(
            "/api/v1/sources", headers={"Authorization": f"Bearer {key}"}
        ).status_code

    assert [ask(keys[0]) for _ in range(3)] == [200, 200, 429]
    assert ask(keys[1]) == 200
    refused = elsewhere.get("/api/v1/sources", headers={"Authorization": f"Bearer {keys[0]}"})
    assert (refused.json()["error"]["code"], refused.headers["retry-after"]) == ("too_often", "1")
    alone = create_app(backend, now=lambda: NOW, rates=RateLimiter(60, 2, lambda: 0.0))
    assert {client(alone).get("/healthz").status_code for _ in range(9)} == {200}


def test_guesses_are_few(backend: Backend, tmp_path: Path) -> None:
    tokens = FileTokens(tmp_path / "tokens.json")
    app = create_app(backend, now=lambda: NOW, tokens=tokens, monotonic=lambda: 0.0)
    elsewhere = TestClient(app, base_url="http://veille.example", client=("2001:db8::7", 1))
    answers = [
        elsewhere.get("/api/v1/sources", headers={"Authorization": f"Bearer {n}"}).status_code
        for n in range(40)
    ]
    assert answers[0] == 401
    assert answers[-1] == 429
    neighbour = TestClient(app, base_url="http://veille.example", client=("2001:db8::8", 1))
    assert neighbour.post("/token", data={"token": "guess"}).status_code == 429
    assert TestClient(app, client=("198.51.100.9", 1)).get("/api/v1/sources").status_code == 401


async def _kept(request: Request) -> Response:
    return Response(await request.body() + b"|")


@contextmanager
def connection() -> Iterator[socket.socket]:
    """A connection to a real server."""
    app = FastAPI()
    app.get("/")(lambda: "answered")
    app.post("/kept")(_kept)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        table = ConnectionTable.for_descriptors(64, time.monotonic)
        served: Any = partial(Connection, table)
        server = uvicorn.Server(
            uvicorn.Config(app, http=served, h11_max_incomplete_event_size=4_096, log_level="error")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with socket.create_connection(bound.getsockname(), timeout=20) as opened:
                yield opened
        finally:
            server.should_exit = True
            thread.join(20)


def received(opened: socket.socket) -> bytes:
    found = b""
    while piece := opened.recv(65_536):
        found += piece
    return found


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_who_connects_has_to_ask(monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(slow_connections, "ASK_SECONDS", 0.3)
    with connection() as opened:
        opened.sendall(head)
        with suppress(ConnectionResetError):
            assert received(opened) == b""


@pytest.mark.parametrize(
    "head", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 9_000]
)
def test_what_is_no_request_is_told_in_the_one_form(head: bytes) -> None:
    with connection() as opened:
        opened.sendall(head)
        answer = received(opened)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'{"error":{"code":"invalid_request","message":' in answer


def test_a_connection_serves_several_requests() -> None:
    with connection() as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        found = b""
        while b"answered" not in found:
            found += opened.recv(65_536)
        opened.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"answered" in received(opened)


@pytest.mark.parametrize(
    "target",
    ["/?q=été", "/?q=صيف", "/?q=%C3%A9t%C3%A9", "/?q=夏&x=é", "/?q=summer"],
)
@pytest.mark.parametrize("pieces", [1, 3])
def test_an_address_may_hold_utf8_as_it_is(target: str, pieces: int) -> None:
    request = b"GET " + target.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    length = 8 if pieces > 1 else len(request)
    with connection() as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(request), length):
            opened.sendall(request[start : start + length])
        assert b"answered" in received(opened)


def test_what_a_request_sends_along_stays_as_it_is() -> None:
    """Only the address is read so: neither headers nor a body, and each request by itself."""
    body = "q=été".encode()
    with connection() as opened:
        for _ in range(2):
            head = f"POST /kept?q=é HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            opened.sendall(head.encode() + body)
            found = b""
            while b"|" not in found:
                found += opened.recv(65_536)
            assert found.endswith(b"q=\xc3\xa9t\xc3\xa9|")


@pytest.mark.parametrize("address", ["/?q=%E9t%E9", "/%E9", "/api/v1/search?q=a&x%FF=1"])
def test_an_address_in_another_encoding_is_told(backend: Backend, address: str) -> None:
    opened = client(create_app(backend, now=lambda: NOW))
    answer = opened.get(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_utf8")
    assert "UTF-8" in answer.json()["error"]["message"]
    page = opened.get(address, headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert page.status_code == 400


def test_a_preview_has_more_time_by_page_and_api() -> None:
    for path in ("/sources/preview", "/api/v1/sources/preview"):
        assert RequestLimits().patience[path] > LONGEST_SECONDS
