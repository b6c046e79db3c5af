"""What Scrapy's answers and failures say of a visit."""

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.fetch.errors import TooLong, kind_of
from crawler.urls import canonical_key

_LASTING = {301, 308}
"""Statuses of redirects that are meant to stay."""
_LONGEST_URL = 2000


def validators(response: Response) -> tuple[str | None, str | None]:
    """ETag and Last-Modified of an answer, for a conditional GET at the next visit."""
    return _header(response, "ETag"), _header(response, "Last-Modified")


def moved_to(response: Response, kind: str) -> str | None:
    """Where an entry point answers from now, if only lasting redirects (301, 308) led to another
    address than it has; a home page may send on to another page of its site.
    """
    request = response.request
    if request is None or not is_sent_on_for_good(response):
        return None
    here = canonical_key(request.meta["redirect_urls"][0])
    there = canonical_key(response.url)
    stays = _host(here) == _host(there) if kind == "home" else here == there
    return None if stays else response.url[:_LONGEST_URL]


def is_sent_on_for_good(response: Response) -> bool:
    """Whether only lasting redirects (301, 308), and at least one, led to an answer."""
    request = response.request
    if request is None or not request.meta.get("redirect_urls"):
        return False
    return set(request.meta.get("redirect_reasons", ())) <= _LASTING


def outcome_of(failure: Failure) -> str:
    """The outcome of a visit that failed: why the address was not asked for, or the kind of
    error.
    """
    error = failure.value
    if isinstance(error, IgnoreRequest):
        return str(error).partition(":")[0]
    return kind_of(error)


def must_not_be_fetched(failure: Failure) -> bool:
    """Whether an address may not be asked for, as by robots.txt; not where that can't be known, or
    where only its answer was too long.
    """
    error = failure.value
    if not isinstance(error, IgnoreRequest) or isinstance(error, TooLong):
        return False
    return bool(getattr(error, "reachable", True))


def _host(key: str) -> str:
    return key.partition("/")[0]


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
