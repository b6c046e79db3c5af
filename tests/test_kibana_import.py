"""Bringing the pack into Kibana: against a stub that answers as Kibana does and records what it is
asked.
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import yaml

from indexer.backend import IndexUnavailable
from indexer.kibana.pack import content
from indexer.kibana.upload import Kibana, send
from tests.conftest import ROOT
from tests.support.replay import veille

AVAILABLE = {"status": {"overall": {"level": "available"}}}
STARTING = {"status": {"overall": {"level": "unavailable"}}}
TAKEN = {"success": True, "successCount": 37, "successResults": []}
MISSING = {"type": "missing_references", "references": [{"type": "index-pattern", "id": "gone"}]}
REFUSED = {
    "success": False,
    "successCount": 36,
    "errors": [{"type": "lens", "id": "veille-x", "error": MISSING}],
}


@dataclass
class Stub:
    """A Kibana that is ready after so many questions and answers an import with a status and a body."""

    starting: int = 0
    answer: tuple[int, Any] = (200, TAKEN)
    password: str | None = None
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def reply(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, Any]:
        login = "Basic " + base64.b64encode(f"elastic:{self.password}".encode()).decode()
        if self.password and headers.get("authorization") != login:
            return 401, {"statusCode": 401, "message": "unauthorized"}
        if path == "/api/status":
            self.starting -= 1
            return (503, STARTING) if self.starting >= 0 else (200, AVAILABLE)
        if method == "POST" and "kbn-xsrf" not in headers:
            return 400, {"statusCode": 400, "message": "Request must contain a kbn-xsrf header."}
        return self.answer


@contextmanager
def running(stub: Stub) -> Iterator[Stub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            stub.requests.append((self.command, self.path, headers, body))
            status, answer = stub.reply(self.command, self.path, headers)
            sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.kibana.upload.ASK_AGAIN_SECONDS", 0.01)


def test_the_pack_is_imported_once_kibana_is_ready() -> None:
    with running(Stub(starting=3, password="secret")) as stub:
        assert send(Kibana(stub.url, "secret"), content(), 30) == 37
    asked = [(method, path) for method, path, *_ in stub.requests]
    assert asked == [("GET", "/api/status")] * 4 + [
        ("POST", "/api/saved_objects/_import?overwrite=true")
    ]
    _, _, headers, body = stub.requests[-1]
    assert headers["kbn-xsrf"]
    assert "createNewCopies" not in asked[-1][1]
    boundary = headers["content-type"].removeprefix("multipart/form-data; boundary=").encode()
    before, part, after = body.split(b"--" + boundary)
    head, _, sent = part.partition(b"\r\n\r\n")
    assert (before, after) == (b"", b"--\r\n")
    assert b'name="file"; filename="veille.ndjson"' in head
    assert sent.removesuffix(b"\r\n") == content()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, REFUSED), "lens veille-x: missing_references, and 0 more"),
        ((200, {"successCount": 37}), "it answered 200"),
        ((200, b"<html>a proxy</html>"), "it answered 200"),
        ((400, {"statusCode": 400, "message": "Unexpected token"}), "Unexpected token"),
        ((413, b""), "it answered 413"),
        ((500, {"message": "boom."}), "boom"),
    ],
)
def test_anything_but_success_is_a_failure_in_one_sentence(
    answer: tuple[int, Any], said: str
) -> None:
    with running(Stub(answer=answer)) as stub, pytest.raises(IndexUnavailable) as failed:
        send(Kibana(stub.url), content(), 30)
    assert str(failed.value) == f"Kibana at {stub.url} did not take the dashboards: {said}."


def test_a_wrong_password_is_told_at_once() -> None:
    with (
        running(Stub(password="secret")) as stub,
        pytest.raises(IndexUnavailable, match="check the user and password"),
    ):
        send(Kibana(stub.url.replace("://", "://elastic:wrong@")), content(), 30)
    assert len(stub.requests) == 1


def test_one_that_does_not_get_ready_is_given_up() -> None:
    with (
        running(Stub(starting=1_000)) as stub,
        pytest.raises(IndexUnavailable, match="not ready \\(unavailable\\)"),
    ):
        send(Kibana(stub.url), content(), 0)


def test_one_that_is_not_there_is_given_up() -> None:
    with pytest.raises(IndexUnavailable, match="not ready"):
        send(Kibana("http://127.0.0.1:1"), content(), 0)


def test_the_command_imports_and_says_how_many() -> None:
    env = {**os.environ, "ELASTIC_PASSWORD": "secret", "VEILLE_INDEX": "http://127.0.0.1:1/news"}
    env.pop("VEILLE_SHARED", None)
    with running(Stub(password="secret")) as stub:
        done = veille(
            env, "kibana", "import", stub.url, "--page", "https://watch.example.org", "--json"
        )
    assert json.loads(done.stdout) == {"imported": 37}
    assert b"https://watch.example.org/article/" in stub.requests[-1][3]
    assert b'"title":"news-crawls"' in stub.requests[-1][3]


def test_the_command_fails_with_a_sentence() -> None:
    with running(Stub(answer=(200, REFUSED))) as stub:
        done = veille({**os.environ}, "kibana", "import", stub.url, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    why = "lens veille-x: missing_references, and 0 more"
    assert done.stderr == f"veille: Kibana at {stub.url} did not take the dashboards: {why}.\n"
    wrong = veille({**os.environ}, "kibana", "import", "kibana:5601", check=False)
    assert (wrong.returncode, "http(s)://" in wrong.stderr, "Traceback" in wrong.stderr) == (
        1,
        True,
        False,
    )


def test_compose_s_own_command_brings_the_pack_into_kibana() -> None:
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["dashboards"]
    (name,) = service["environment"]
    with running(Stub(starting=1, password="secret")) as stub:
        command = [part.replace("http://kibana:5601", stub.url) for part in service["command"]]
        done = veille({**os.environ, name: "secret"}, *command)
    assert stub.url in done.stdout
    assert content() in stub.requests[-1][3]
