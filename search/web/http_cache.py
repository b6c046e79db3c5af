"""Conditional GET for what a client keeps (a weak ETag, 304 where it has that), and HEAD."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.web.errors import ErrorBody

_EXPORTS = "/api/v1/export"
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorBody},
    401: {"model": ErrorBody},
    403: {"model": ErrorBody},
    429: {"model": ErrorBody},
    503: {"model": ErrorBody},
    504: {"model": ErrorBody},
}
"""How any route may refuse, for the API's description."""


def responses(model: type) -> dict[int | str, dict[str, Any]]:
    """What a route that answers JSON may answer, for the API's description."""
    return {200: {"model": model}, **REFUSALS}


def streams(media_type: str) -> dict[int | str, dict[str, Any]]:
    """What a route that answers text of another kind may answer."""
    return {200: {"content": {media_type: {"schema": {"type": "string"}}}}, **REFUSALS}


def json_reply(
    request: Request, body: Mapping[str, Any], volatile: tuple[str, ...] = ()
) -> Response:
    """The body as JSON; the keys named `volatile` don't count for the ETag."""
    content = orjson.dumps(body)
    lasting = content
    if volatile:
        kept_keys = {key: value for key, value in body.items() if key not in volatile}
        lasting = orjson.dumps(kept_keys)
    return tagged(request, content, "application/json", lasting)


def tagged(
    request: Request, content: bytes, media_type: str, lasting: bytes | None = None
) -> Response:
    """The content with an ETag, or 304 alone where the client has it already.

    The ETag is a hash of `lasting`, of the content itself where that is None.
    """
    digest = hashlib.sha256(content if lasting is None else lasting).hexdigest()
    tag = f'W/"{digest[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Language, Cookie, Authorization",
    }
    client_tags = [entry.strip() for entry in request.headers.get("if-none-match", "").split(",")]
    if client_tags == ["*"] or tag in client_tags:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


class HeadMiddleware:
    """Answers HEAD as GET without the body; not for exports: they would be computed for nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if is_head and not scope["path"].startswith(_EXPORTS):
            await self._app({**scope, "method": "GET"}, receive, without_body)
        else:
            await self._app(scope, receive, send)
