"""Every error in one form: {"error": {"code", "message", "position"?, "parameter"?}} with the right
status.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from crawler.sources import SourcesError
from indexer.backend import IndexUnavailable, UnsupportedError
from indexer.query import QueryError
from search.alerts.errors import InvalidRecipient, NotFound
from search.parse import QueryMistake
from search.query.request import ParameterError
from search.sources.previews import PreviewError

_CODES = {
    400: "invalid_parameter",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    503: "unavailable",
}
_BY_KIND: Mapping[type[Exception], tuple[int, str]] = {
    NotFound: (404, "not_found"),
    UnsupportedError: (400, "not_here"),
    SourcesError: (400, "invalid_source"),
    IndexUnavailable: (503, "unavailable"),
    PreviewError: (503, "busy"),
}
"""Kind of failure → the status and the code that stand for it."""
_STORE_AWAY = "The store is held by another process, or away: try again in a moment."
_PARTS = ("query", "path", "body")
"""The parts of a request, which pydantic names before a parameter."""
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
_TOLD_ALIKE = ("unknown_source", "unknown_choice")
"""Mistakes whose code is the same for a field of a query and for the parameter of its name."""
_RETRY_SECONDS = "10"
_KINDS = (
    QueryError,
    InvalidRecipient,
    NotFound,
    ParameterError,
    RequestValidationError,
    HTTPException,
    UnsupportedError,
    IndexUnavailable,
    SourcesError,
    PreviewError,
    OperationalError,
    Exception,
)


class Error(BaseModel):
    """What went wrong; `position` is the 0-based character of `q`, `parameter` the parameter that
    is wrong, `suggestions` what may be meant in the place of an unknown value.
    """

    code: str
    message: str
    position: int | None = None
    parameter: str | None = None
    suggestions: list[str] | None = None


class ErrorBody(BaseModel):
    """The body of every answer that is not 2xx or 3xx."""

    error: Error


ErrorPage = Callable[[Request, int, Error, str], Response]
"""Makes the page in the place of an error: of its status, the error, and the text's key for it
(empty where the error's code says which).
"""


class Declined(HTTPException):
    """A request that is not carried out; `key` names the text of the catalogues that tells a reader
    why.
    """

    def __init__(self, status: int, message: str, key: str) -> None:
        super().__init__(status, message)
        self.key = key


class NoArticle(HTTPException):
    """No article has the id that was asked for."""

    def __init__(self) -> None:
        super().__init__(404, "There is no article with this id.")


def error_answer(
    request: Request,
    status: int,
    error: Error,
    headers: Mapping[str, str] | None = None,
    key: str = "",
) -> Response:
    """An error's answer: a page for a browser, else the one form."""
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if page is None or not _is_browser(request):
        body = {"error": error.model_dump(exclude_none=True)}
        return JSONResponse(body, status, dict(headers or {}))
    answer = page(request, status, error, key)
    answer.headers.update(headers or {})
    return answer


def error_of(exception: Exception) -> tuple[int, Error]:
    """The status and the error that stand for what was raised."""
    if isinstance(exception, HTTPException):
        code = _CODES.get(exception.status_code, "refused")
        return exception.status_code, Error(code=code, message=exception.detail)
    if isinstance(exception, OperationalError):
        # Its own message holds the statement, with what people asked for.
        return 503, Error(code="unavailable", message=_STORE_AWAY)
    invalid = _invalid_request(exception)
    if invalid is not None:
        return 400, invalid
    for kind, (status, code) in _BY_KIND.items():
        if isinstance(exception, kind):
            return status, Error(code=code, message=str(exception))
    return 500, Error(code="internal", message="Something went wrong here: the log says what.")


def _invalid_request(exception: Exception) -> Error | None:
    """The error for what is wrong with a request itself, with its place; None for all else."""
    message = str(exception)
    match exception:
        case QueryMistake() | QueryError():
            code = getattr(exception, "code", "invalid_query")
            suggestions = list(getattr(exception, "suggestions", ())) or None
            return Error(
                code=code, message=message, position=exception.position, suggestions=suggestions
            )
        case ParameterError():
            mistake = exception.mistake.code
            return Error(
                code=mistake if mistake in _TOLD_ALIKE else "invalid_parameter",
                message=message,
                parameter=exception.parameter,
                suggestions=list(exception.mistake.suggestions) or None,
            )
        case RequestValidationError():
            return _invalid_parameter(exception.errors())
        case InvalidRecipient():
            return Error(code="invalid_parameter", message=message, parameter="target")
    return None


def answer_errors(app: FastAPI, page: ErrorPage) -> None:
    """Let the app answer every error in the one form, and browsers by `page`."""
    app.state.error_page = page

    def respond(request: Request, exception: Exception) -> Response:
        status, error = error_of(exception)
        key = getattr(exception, "key", "")
        return error_answer(request, status, error, _headers(request, exception, status), key)

    for kind in _KINDS:
        app.add_exception_handler(kind, respond)


def _is_browser(request: Request) -> bool:
    """Whether a reader sees the answer: of a page, and by a program that asks for HTML."""
    takes_html = "text/html" in request.headers.get("accept", "")
    return takes_html and not request.url.path.startswith("/api/")


def _headers(request: Request, exception: Exception, status: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(exception, HTTPException):
        headers.update(exception.headers or {})
    if status == 405:
        headers["Allow"] = _allowed(request)
    if status == 503:
        headers["Retry-After"] = _RETRY_SECONDS
    return headers


def _allowed(request: Request) -> str:
    """The methods of an address, which may be spread over several routes; a route for any name does
    not count for an address that is described by itself.
    """
    described = request.app.openapi()["paths"].get(request.url.path)
    allowed = []
    for method in _METHODS:
        if described is not None and method.lower() not in described:
            continue
        if _is_answered(request, method):
            allowed.append(method)
    return ", ".join(allowed)


def _is_answered(request: Request, method: str) -> bool:
    """Whether any route answers this method at the request's address."""
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] == Match.FULL for route in request.app.routes)


def _invalid_parameter(faults: Sequence[Any]) -> Error:
    fault = faults[0]
    where, *path = fault["loc"]
    # A parameter may itself be called "query".
    place = path if where in _PARTS else fault["loc"]
    name = str(place[0]) if place else "request"
    if fault["type"] == "extra_forbidden":
        return Error(
            code="unknown_parameter",
            message=f"There is no parameter {name[:60]}.",
            parameter=name[:60],
        )
    if name == "q" and fault["type"] == "string_too_long":
        limit = fault["ctx"]["max_length"]
        message = f"The query is too long: expected at most {limit} characters."
        return Error(code="too_long", message=message, position=limit)
    return Error(code="invalid_parameter", message=f"{name}: {fault['msg']}.", parameter=name)
