"""Importing the pack into a running Kibana, and waiting until it is there. A door module."""

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
"""How long one request may take; the import of a whole pack is one."""
ASK_AGAIN_SECONDS = 2.0
_MAX_REASON = 300
"""Characters of a reason that is shown."""


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
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def send(
    kibana: Kibana, pack: bytes, patience: float, clock: Callable[[], float] = time.monotonic
) -> int:
    """Wait until Kibana is ready, at most `patience` seconds, and import the objects in the place
    of earlier ones.

    Returns how many it has taken. Raises `IndexUnavailable` unless it says that it took them all,
    and `ValueError` where the URL is none.
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
        status, level = _status(kibana)
        if status == 200 and level == "available":
            return
        if status in (401, 403):
            raise IndexUnavailable(
                f"Kibana at {kibana.address} refuses us: check the user and password."
            )
        if clock() >= deadline:
            raise IndexUnavailable(
                f"Kibana at {kibana.address} is not ready ({level}): "
                "start it, or wait longer (--wait)."
            )
        time.sleep(ASK_AGAIN_SECONDS)


def _status(kibana: Kibana) -> tuple[int, str]:
    """The HTTP status and how Kibana says it is; 0 and the error where it does not answer."""
    try:
        status, answer = _ask(kibana, "GET", "/api/status")
    except OSError as error:
        return 0, str(error)
    except http.client.HTTPException as error:
        return 0, type(error).__name__
    return status, _within(answer, "status", "overall", "level") or f"answer {status}"


def _import(kibana: Kibana, pack: bytes) -> tuple[int, dict[str, Any]]:
    boundary = uuid.uuid5(uuid.NAMESPACE_URL, kibana.address).hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="veille.ndjson"\r\n'
        "Content-Type: application/ndjson\r\n\r\n"
    )
    body = head.encode() + pack + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        return _ask(kibana, "POST", "/api/saved_objects/_import?overwrite=true", body, headers)
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
    connection = _connection(kibana)
    base = urlsplit(kibana.url).path.rstrip("/")
    try:
        all_headers = {"kbn-xsrf": "veille", **_login(kibana), **(headers or {})}
        connection.request(method, f"{base}{path}", body, all_headers)
        answer = connection.getresponse()
        return answer.status, _decoded(answer.read())
    finally:
        connection.close()


def _connection(kibana: Kibana) -> http.client.HTTPConnection:
    parts = urlsplit(kibana.url)
    assert parts.hostname
    if parts.scheme != "https":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=REQUEST_SECONDS)
    context = ssl.create_default_context(cafile=str(kibana.ca) if kibana.ca else None)
    return http.client.HTTPSConnection(
        parts.hostname, parts.port, timeout=REQUEST_SECONDS, context=context
    )


def _login(kibana: Kibana) -> dict[str, str]:
    parts = urlsplit(kibana.url)
    user = unquote(parts.username or "elastic")
    password = unquote(parts.password or "") or kibana.password
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
    """The value at a path of keys, as text; None where there is none."""
    value: Any = answer
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return str(value) if value else None


def _why(status: int, answer: dict[str, Any]) -> str:
    """What Kibana says went wrong: of the first object, or of the request."""
    errors = answer.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        reason = _within(first, "error", "message") or _within(first, "error", "type")
        sentence = f"{first.get('type')} {first.get('id')}: {reason or 'no reason given'}"
        return f"{sentence}, and {len(errors) - 1} more"[:_MAX_REASON]
    return str(answer.get("message") or f"it answered {status}").rstrip(".")[:_MAX_REASON]
