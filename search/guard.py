"""Who is let in: this machine without a token, everyone else with one. And the headers that every answer carries."""

import ipaddress
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.errors import Error, error_response
from search.tokens import READ, WRITE, Tokens

COOKIE = "veille_token"
_OPEN = ("/healthz", "/token", "/language", "/static/", "/feeds/", "/pause/")
_PAGES = ("/article/", "/facet/", "/sources", "/status", "/saved", "/alerts")
_READING = ("GET", "HEAD", "OPTIONS")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class SafeHeaders:
    """Puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class Guard:
    """Asks for a token on anything but loopback; without `tokens` nobody else is let in."""

    def __init__(self, app: ASGIApp, tokens: Tokens | None) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        needed = READ if scope["method"] in _READING else WRITE
        if needed == WRITE and _from_elsewhere(scope):
            answering: ASGIApp = _forbidden("A page of another site cannot write here.")
        elif scope["path"].startswith(_OPEN) or on_loopback(scope):
            answering = self._app
        else:
            allowed = await self._allowed(scope)
            if allowed is None:
                answering = _refusal(Request(scope))
            else:
                answering = self._app if needed in allowed else _forbidden(f"This token does not allow to {needed}.")
        await answering(scope, receive, send)

    async def _allowed(self, scope: Scope) -> frozenset[str] | None:
        request = Request(scope)
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer.strip() if kind.lower() == "bearer" else request.cookies.get(COOKIE, "")
        if self._tokens is None or not token:
            return None
        return await run_in_threadpool(self._tokens.check, token)


def on_loopback(scope: Scope) -> bool:
    """Whether the request comes from this machine, for this machine's own name, and through no proxy.

    The name counts because a page elsewhere can have its own name point here (DNS rebinding).
    """
    headers = Headers(scope=scope)
    client = scope.get("client")
    if client is None or not _is_loopback(client[0]) or any(name in headers for name in _FORWARDED):
        return False
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return host == "localhost" or host.endswith(".localhost") or _is_loopback(host)


def _from_elsewhere(scope: Scope) -> bool:
    """Whether a browser sends this for a page of another site: it then says whose page that is."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


def _forbidden(message: str) -> ASGIApp:
    return error_response(403, Error(code="forbidden", message=message))


def _refusal(request: Request) -> ASGIApp:
    path = request.url.path
    if request.method == "GET" and (path == "/" or path.startswith(_PAGES)):
        asked = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/token?next={quote(asked, safe='')}", 303)
    error = Error(code="unauthorized", message="Send a token: Authorization: Bearer TOKEN.")
    return error_response(401, error, {"WWW-Authenticate": "Bearer"})
