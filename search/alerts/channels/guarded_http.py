"""HTTP requests to URLs that people gave, behind an SSRF guard: a name is resolved once, its
addresses are checked, and the connection goes to that very address, so that a name server can't
give one answer to the check and another to the connection (DNS rebinding).
"""

import socket
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from crawler.fetch.ssrf import ForbiddenAddressError, check, is_allowed, is_public
from search.alerts.channels.channel import DeliveryError, InvalidRecipient

SECONDS = 15.0
LONGEST_URL = 2_000
_READ_BYTES = 4_096


def check_url(url: str, allowed: Collection[str], name: str) -> str:
    """The URL of a recipient as it is stored; raises `InvalidRecipient` where it can never be
    called.

    `allowed` are the private hosts that may be reached, `name` is what the message calls the URL.
    """
    url = url.strip()
    try:
        if len(url) > LONGEST_URL or not url.isprintable() or "#" in url:
            raise ForbiddenAddressError("no valid address")
        check(url, allowed)
    except ForbiddenAddressError as error:
        raise InvalidRecipient(f"This {name} can't be called: {error}.") from error
    return url


def deliver(url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> None:
    """Post a message to a recipient; raises `DeliveryError` unless the answer is 2xx."""
    host = urlsplit(url).hostname
    try:
        status = post(url, body, headers, allowed)
    except ForbiddenAddressError as error:
        raise DeliveryError(f"{host}: {error}") from error
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise DeliveryError(f"{host}: {type(error).__name__}: {error}"[:300]) from error
    if not 200 <= status < 300:
        raise DeliveryError(f"{host}: answered {status}")


def post(url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> int:
    """Post a body; the status of the answer. No redirect is followed.

    Raises `ForbiddenAddressError` for a private address that is not `allowed`, and urllib3's and
    the system's errors. A proxy of the environment resolves names itself; addresses written in the
    URL are checked all the same.
    """
    check(url, allowed)
    parts = urlsplit(url)
    headers = {**headers, "host": parts.netloc.rpartition("@")[2], "connection": "close"}
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    if proxy:
        return _post_by_proxy(proxy, url, body, headers)
    return _post_directly(parts, body, headers, allowed)


def resolved(host: str, port: int, allowed: Collection[str]) -> str:
    """An IP address of a host that may be connected to; raises `ForbiddenAddressError`, and OSError
    where the host has no address.
    """
    name = host if host.isascii() else host.encode("idna").decode("ascii")
    entries = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in entries]
    may_be_private = is_allowed(host, port, allowed)
    for address in addresses:
        if may_be_private or is_public(address):
            return address
    raise ForbiddenAddressError(f"private address {', '.join(dict.fromkeys(addresses))}")


def _post_by_proxy(proxy: str, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    proxy_url = proxy if "://" in proxy else f"http://{proxy}"
    with urllib3.ProxyManager(proxy_url, **_options()) as manager:
        response = manager.request(
            "POST", url, body=body, headers=headers, redirect=False, preload_content=False
        )
        return _status(response)


def _post_directly(
    parts: SplitResult, body: bytes, headers: Mapping[str, str], allowed: Collection[str]
) -> int:
    host = parts.hostname or ""
    path = parts.path or "/"
    if parts.query:
        path = f"{path}?{parts.query}"
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        port = parts.port or 443
        address = resolved(host, port, allowed)
        # The connection goes to an address: the certificate is still the one of the name.
        pool = urllib3.HTTPSConnectionPool(
            address, port, server_hostname=host, assert_hostname=host, **_options()
        )
    else:
        port = parts.port or 80
        pool = urllib3.HTTPConnectionPool(resolved(host, port, allowed), port, **_options())
    with pool:
        response = pool.urlopen("POST", path, body, headers, redirect=False, preload_content=False)
        return _status(response)


def _options() -> dict[str, Any]:
    return {"timeout": urllib3.Timeout(connect=SECONDS / 2, read=SECONDS), "retries": False}


def _status(response: urllib3.BaseHTTPResponse) -> int:
    # Read, though the content does not matter: a server may count an unread answer as a failure.
    response.read(_READ_BYTES)
    response.release_conn()
    response.close()
    return int(response.status)
