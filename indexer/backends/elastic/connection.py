"""The connection to Elasticsearch: address, credentials, and its errors as the project's own."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    BadRequestError,
    Elasticsearch,
    NotFoundError,
    SerializationError,
    TransportError,
)

from indexer.backend import IndexUnavailable
from indexer.query import QueryError, TooCostly

ALIAS = "veille-articles"
TIMEOUT = 30.0
"""Seconds for one request: more than a search may take, so that its answer still comes."""
_BUSY = frozenset({408, 429, 502, 503, 504})
"""HTTP statuses of a cluster that may take the same request later."""
_MAX_REASON = 300
"""Characters of a reason that is shown."""


def connect(url: str, environment: Mapping[str, str]) -> tuple[Elasticsearch, str, str]:
    """A client for an index URL, the alias of the articles, and the URL without its password.

    The URL is `http(s)://[user:password@]host[:port][/alias]`. VEILLE_INDEX_API_KEY is used in the
    place of a password, VEILLE_INDEX_CA names the file of the authority that signed the
    certificate. Raises `ValueError`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(
            f"{parts.scheme}://{parts.hostname or ''} is no address of Elasticsearch: "
            "use http(s)://host:port"
        )
    address = _address(parts, parts.hostname)
    api_key = environment.get("VEILLE_INDEX_API_KEY")
    options: dict[str, Any] = {"api_key": api_key, "request_timeout": TIMEOUT, "max_retries": 1}
    if parts.username and not api_key:
        options["basic_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    if environment.get("VEILLE_INDEX_CA"):
        options["ca_certs"] = environment["VEILLE_INDEX_CA"]
    return Elasticsearch(address, **options), parts.path.strip("/") or ALIAS, address


def _address(parts: SplitResult, hostname: str) -> str:
    """The URL without user and path; an IPv6 address stands in brackets."""
    host = f"[{hostname}]" if ":" in hostname else hostname
    usual_port = 443 if parts.scheme == "https" else 9200
    return f"{parts.scheme}://{host}:{parts.port or usual_port}"


@contextlib.contextmanager
def translated_errors(address: str) -> Iterator[None]:
    """Raises `IndexUnavailable` and `QueryError` for what the client raises."""
    try:
        yield
    except (ApiError, TransportError, SerializationError) as error:
        translated = _translated(error, address)
        if translated is None:
            raise
        raise translated from error


def _translated(error: Exception, address: str) -> Exception | None:
    """What to raise in the place of an error of the client; None for the error itself."""
    if isinstance(error, AuthenticationException | AuthorizationException):
        return IndexUnavailable(
            f"Elasticsearch at {address} refuses us: check the user and password, or the API key."
        )
    if isinstance(error, NotFoundError):
        return _not_found(error, address)
    if isinstance(error, BadRequestError):
        return QueryError(f"This search costs too much or cannot be asked: {reason(error)}")
    if isinstance(error, ApiError):
        return _refusal(error, address)
    return IndexUnavailable(
        f"Elasticsearch at {address} does not answer: start it, or check VEILLE_INDEX."
    )


def _not_found(error: NotFoundError, address: str) -> Exception:
    """An expired point in time is not found either: Elasticsearch tells it apart in words only."""
    if "search_context_missing" in str(error) or "No search context found" in str(error):
        return QueryError("This cursor has expired: search again without it.")
    return IndexUnavailable(
        f"There is no index of articles at {address} yet: `veille crawl` makes it."
    )


def _refusal(error: ApiError, address: str) -> Exception | None:
    if "Time exceeded" in str(error):
        return TooCostly()
    if error.status_code in _BUSY or error.status_code >= 500:
        return IndexUnavailable(f"Elasticsearch at {address} cannot answer now: {reason(error)}")
    return None


def reason(error: ApiError) -> str:
    """The innermost reason that Elasticsearch gives, in one line."""
    body = error.body if isinstance(error.body, dict) else {}
    cause = body.get("error")
    while isinstance(cause, dict):
        inner = _inner_cause(cause)
        if not isinstance(inner, dict) or inner.get("reason") == cause.get("reason"):
            return str(cause.get("reason") or cause.get("type"))[:_MAX_REASON]
        cause = inner
    return str(cause or error)[:_MAX_REASON]


def _inner_cause(cause: Mapping[str, Any]) -> Any:
    root_causes = cause.get("root_cause")
    if cause.get("caused_by"):
        return cause["caused_by"]
    if root_causes and root_causes[0] is not cause:
        return root_causes[0]
    return None
