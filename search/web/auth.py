"""Who is let in: everyone with a token, and this machine without one while nobody else is let in.
And the headers that every answer carries.
"""

import hashlib
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.web.context import let_write
from search.web.errors import Error, error_answer
from search.web.local_trust import LocalTrust
from search.web.peer import client_of, comes_from_this_machine
from search.web.rate_limit import RateLimiter
from search.web.tokens import READ, WRITE

COOKIE = "veille_token"
_OPEN = (
    "/healthz",
    "/livez",
    "/readyz",
    "/opensearch.xml",
    "/token",
    "/language",
    "/static/",
    "/feeds/",
    "/pause/",
)
_PAGES = ("/article/", "/facet/", "/sources", "/status", "/saved", "/alerts")
_OURS = ("same-origin", "none")
_READING = ("GET", "HEAD", "OPTIONS")
_LINK = b"key="
"""In the query of an address that signs in."""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class SecurityHeadersMiddleware:
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


class AuthMiddleware:
    """Asks for one of the tokens of `trust`, but not this machine while the trust in it holds;
    where there are none, nobody else is let in.

    `rates` bounds how often a token may ask, `tries` how often an address may ask without one.
    """

    def __init__(
        self,
        app: ASGIApp,
        trust: LocalTrust,
        rates: RateLimiter | None,
        tries: RateLimiter,
    ) -> None:
        self._app = app
        self._trust = trust
        self._rates = rates
        self._tries = tries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        needed = READ if scope["method"] in _READING else WRITE
        if needed == WRITE and _from_elsewhere(scope):
            answering: ASGIApp = _forbidden(
                scope, "A page of another site cannot write here.", "from_elsewhere"
            )
        elif await self._is_trusted(scope):
            answering = self._app
            let_write(scope)
        elif scope["path"].startswith(_OPEN):
            signs_in = needed == WRITE or _LINK in scope["query_string"]
            rates = self._tries if signs_in else self._rates
            answering = self._rate_limited(self._app, scope, rates, client_of(scope))
        else:
            answering = await self._by_token(scope, needed)
        await answering(scope, receive, send)

    async def _is_trusted(self, scope: Scope) -> bool:
        if not comes_from_this_machine(scope):
            return False
        return await run_in_threadpool(self._trust.holds)

    async def _by_token(self, scope: Scope, needed: str) -> ASGIApp:
        """The answer to a request that has to bring a token."""
        token = _token(Request(scope))
        scopes = None
        tokens = self._trust.tokens
        if tokens and token:
            scopes = await run_in_threadpool(tokens.check, token)
        if scopes is None:
            # Guesses are counted by address; a valid token has a rate of its own.
            refusal = _refusal(Request(scope))
            return self._rate_limited(refusal, scope, self._tries, client_of(scope))
        answering = self._app
        if WRITE in scopes:
            let_write(scope)
        if needed not in scopes:
            message = f"This token does not allow to {needed}."
            answering = _forbidden(scope, message, f"token_not_{needed}")
        client = hashlib.sha256(token.encode()).hexdigest()
        return self._rate_limited(answering, scope, self._rates, client)

    @staticmethod
    def _rate_limited(
        answering: ASGIApp, scope: Scope, rates: RateLimiter | None, client: str
    ) -> ASGIApp:
        seconds = rates.wait(client) if rates else 0
        if not seconds:
            return answering
        error = Error(code="too_often", message=f"Too many requests: wait {seconds} s.")
        return error_answer(Request(scope), 429, error, {"Retry-After": str(seconds)})


def _token(request: Request) -> str:
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return bearer.strip()
    return request.cookies.get(COOKIE, "")


def _from_elsewhere(scope: Scope) -> bool:
    """Whether a browser sends this for a page of another site: it then says so.

    Our own pages let no referrer out, and so their forms come with the origin "null";
    Sec-Fetch-Site, which browsers send over https and to this machine, tells them from others.
    Without it the form's own secret has to, which every form that writes repeats; the API, whose
    requests repeat none, refuses "null".
    """
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OURS
    origin = headers.get("origin")
    if origin is None or (origin == "null" and not scope["path"].startswith("/api/")):
        return False
    return urlsplit(origin).netloc != headers.get("host", "")


def _forbidden(scope: Scope, message: str, key: str) -> ASGIApp:
    return error_answer(Request(scope), 403, Error(code="forbidden", message=message), key=key)


def _refusal(request: Request) -> ASGIApp:
    path = request.url.path
    if request.method == "GET" and (path == "/" or path.startswith(_PAGES)):
        target = f"{path}?{request.url.query}" if request.url.query else path
        return RedirectResponse(f"/token?next={quote(target, safe='')}", 303)
    error = Error(code="unauthorized", message="Send a token: Authorization: Bearer TOKEN.")
    return error_answer(request, 401, error, {"WWW-Authenticate": "Bearer"})
