"""Bringing the pack into a running Kibana, and knowing that it is there. A door module."""

import base64
import http.client
import json
import ssl
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from indexer.backend import IndexUnavailable

REQUEST_SECONDS = 120.0
ASK_AGAIN_SECONDS = 2.0
_REASON = 300


@dataclass(frozen=True, slots=True)
class Kibana:
    """Where a Kibana is: `http(s)://[user:password@]host[:port][/base]`; `ca` is the file of its
    authority.
    """

    url: str
    password: str | None = None
    ca: Path | None = None

    @property
    def address(self) -> str:
        """The URL without a password."""
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path.rstrip('/')}"


def send(
    kibana: Kibana, pack: bytes, patience: float, clock: Callable[[], float] = time.monotonic
) -> int:
    """Wait until Kibana is ready, at most `patience` seconds, and import the objects in the place
    of earlier ones.

    Returns how many it has taken. Raises `IndexUnavailable` unless it says that it took them all, and
    `ValueError` where the URL is none.
    """
    if urlsplit(kibana.url).scheme not in ("http", "https") or not urlsplit(kibana.url).hostname:
        raise ValueError("The address of Kibana is http(s)://[user:password@]host[:port].")
    _wait(kibana, clock() + patience, clock)
    status, answer = _import(kibana, pack)
    if status in (401, 403):
        raise IndexUnavailable(
            f"Kibana at {kibana.address} refuses us: check the user and password."
        )
    if status != 200 or answer.get("success") is not True:
        raise IndexUnavailable(
            f"Kibana at {kibana.address} did not take the dashboards: {_why(status, answer)}."
        )
    return int(answer.get("successCount", 0))


def _wait(kibana: Kibana, deadline: float, clock: Callable[[], float]) -> None:
    while True:
        try:
            status, answer = _ask(kibana, "GET", "/api/status")
            level = _within(answer, "status", "overall", "level") or f"answer {status}"
        except OSError as error:
            status, level = 0, str(error)
        except http.client.HTTPException as error:
            status, level = 0, type(error).__name__
        if status == 200 and level == "available":
            return
        if status in (401, 403):
            raise IndexUnavailable(
                f"Kibana at {kibana.address} refuses us: check the user and password."
            )
        if clock() >= deadline:
            raise IndexUnavailable(
                f"Kibana at {kibana.address} is not ready ({level}): start it, or wait longer (--wait)."
            )
        time.sleep(ASK_AGAIN_SECONDS)


def _import(kibana: Kibana, pack: bytes) -> tuple[int, dict[str, Any]]:
    boundary = uuid.uuid5(uuid.NAMESPACE_URL, kibana.address).hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="veille.ndjson"\r\n'
        "Content-Type: application/ndjson\r\n\r\n"
    )
    body = head.encode() + pack + f"\r\n--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        return _ask(kibana, "POST", "/api/saved_objects/_import?overwrite=true", body, kind)
    except (OSError, http.client.HTTPException) as error:
        raise IndexUnavailable(
            f"Kibana at {kibana.address} broke off ({error or type(error).__name__}): try again."
        ) from error


def _ask(
    kibana: Kibana,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(kibana.url)
    assert parts.hostname
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=str(kibana.ca) if kibana.ca else None)
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=REQUEST_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=REQUEST_SECONDS)
    try:
        sent = {"kbn-xsrf": "veille", **_login(kibana), **(headers or {})}
        connection.request(method, f"{parts.path.rstrip('/')}{path}", body, sent)
        answer = connection.getresponse()
        return answer.status, _decoded(answer.read())
    finally:
        connection.close()


def _login(kibana: Kibana) -> dict[str, str]:
    parts = urlsplit(kibana.url)
    user, password = (
        unquote(parts.username or "elastic"),
        unquote(parts.password or "") or kibana.password,
    )
    if not password:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _within(answer: dict[str, Any], *path: str) -> str | None:
    found: Any = answer
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return str(found) if found else None


def _why(status: int, answer: dict[str, Any]) -> str:
    """What Kibana says went wrong: of the first object, or of the request."""
    errors = answer.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        why = (
            _within(first, "error", "message")
            or _within(first, "error", "type")
            or "no reason given"
        )
        return f"{first.get('type')} {first.get('id')}: {why}, and {len(errors) - 1} more"[:_REASON]
    return str(answer.get("message") or f"it answered {status}").rstrip(".")[:_REASON]
