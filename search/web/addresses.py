"""What a client may write into an address: UTF-8, percent-encoded or as it is.

Programs and terminals send `?q=été` as raw bytes. They are read as if they were percent-encoded;
bytes of another encoding would silently ask for other words, and are refused.
"""

import re
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from search.web.errors import Error, error_answer

_RAW = re.compile(rb"[\x80-\xff]")
_MESSAGE = "This address is not UTF-8: é is %C3%A9 there, or é itself in UTF-8."


def percent_encoded(line: bytes) -> bytes:
    """The line of a request with each byte that ASCII lacks percent-encoded."""
    return _RAW.sub(lambda match: b"%%%02X" % match[0][0], line)


class AddressMiddleware:
    """Refuses addresses that hold bytes of another encoding than UTF-8."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._app
        if scope["type"] == "http" and not _is_utf8(scope):
            error = Error(code="not_utf8", message=_MESSAGE)
            answer = error_answer(Request(scope), 400, error)
        await answer(scope, receive, send)


def _is_utf8(scope: Scope) -> bool:
    address = scope.get("raw_path") or b""
    try:
        unquote_to_bytes(address + b"?" + scope["query_string"]).decode()
    except UnicodeDecodeError:
        return False
    return True
