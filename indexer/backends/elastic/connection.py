"""Where Elasticsearch is and how to enter it; its failures in our words."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    BadRequestError,
    ConnectionError,
    Elasticsearch,
    NotFoundError,
    SerializationError,
    TransportError,
)

from indexer.backend import IndexUnavailable
from indexer.query import QueryError, TooCostly

ALIAS = "veille-articles"
TIMEOUT = 30.0
_BUSY = frozenset({408, 429, 502, 503, 504})


def connect(url: str, environment: Mapping[str, str]) -> tuple[Elasticsearch, str, str]:
    """A client for an index URL, the alias of the articles, and the URL without its password.

    The URL is `http(s)://[user:password@]host[:port][/alias]`. VEILLE_INDEX_API_KEY is used in the
    place of a password, VEILLE_INDEX_CA names the file of the authority that signed the
    certificate. Raises `ValueError`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(
            f"{parts.scheme}://{parts.hostname or ''} is no address of Elasticsearch: use http(s)://host:port"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    address = f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 9200)}"
    key = environment.get("VEILLE_INDEX_API_KEY")
    login = (
        (unquote(parts.username), unquote(parts.password or ""))
        if parts.username and not key
        else None
    )
    options: dict[str, Any] = (
        {"ca_certs": environment["VEILLE_INDEX_CA"]} if environment.get("VEILLE_INDEX_CA") else {}
    )
    client = Elasticsearch(
        address, api_key=key, basic_auth=login, request_timeout=TIMEOUT, max_retries=1, **options
    )
    return client, parts.path.strip("/") or ALIAS, address


@contextlib.contextmanager
def translated_errors(address: str) -> Iterator[None]:
    """Raises `IndexUnavailable` and `QueryError` for what the client raises."""
    try:
        yield
    except (AuthenticationException, AuthorizationException) as error:
        raise IndexUnavailable(
            f"Elasticsearch at {address} refuses us: check the user and password, or the API key."
        ) from error
    except NotFoundError as error:
        if "search_context_missing" in str(error) or "No search context found" in str(error):
            raise QueryError("This cursor has expired: search again without it.") from error
        raise IndexUnavailable(
            f"There is no index of articles at {address} yet: `veille crawl` makes it."
        ) from error
    except BadRequestError as error:
        raise QueryError(
            f"This search costs too much or cannot be asked: {reason(error)}"
        ) from error
    except ApiError as error:
        if "Time exceeded" in str(error):
            raise TooCostly from error
        if error.status_code in _BUSY or error.status_code >= 500:
            raise IndexUnavailable(
                f"Elasticsearch at {address} cannot answer now: {reason(error)}"
            ) from error
        raise
    except (ConnectionError, TransportError, SerializationError) as error:
        raise IndexUnavailable(
            f"Elasticsearch at {address} does not answer: start it, or check VEILLE_INDEX."
        ) from error


def reason(error: ApiError) -> str:
    """The innermost reason that Elasticsearch gives, in one line."""
    body = error.body if isinstance(error.body, dict) else {}
    found = body.get("error")
    while isinstance(found, dict):
        causes = found.get("root_cause")
        inner = found.get("caused_by") or (causes[0] if causes and causes[0] is not found else None)
        if not isinstance(inner, dict) or inner.get("reason") == found.get("reason"):
            return str(found.get("reason") or found.get("type"))[:300]
        found = inner
    return str(found or error)[:300]
