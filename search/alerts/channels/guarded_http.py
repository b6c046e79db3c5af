"""Requests to addresses that people gave: a name is resolved once, what it means is checked, and
the connection goes to that very address, so that a name server can't give one answer to the check
and another to the connection.
"""

import socket
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from crawler.fetch.ssrf import ForbiddenAddressError, check, is_public

SECONDS = 15.0
_READ = 4_096


def post(url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> int:
    """Post a body; the status of the answer. No redirect is followed.

    Raises `Forbidden` for a private address that is not `allowed`, and urllib3's and the system's
    errors. A proxy of the environment resolves names itself; addresses written in the URL are
    checked all the same.
    """
    check(url, allowed)
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    proxy = None if proxy_bypass(host) else getproxies().get(parts.scheme)
    options: dict[str, Any] = {
        "timeout": urllib3.Timeout(connect=SECONDS / 2, read=SECONDS),
        "retries": False,
    }
    sent = {**headers, "host": parts.netloc.rpartition("@")[2], "connection": "close"}
    if proxy:
        with urllib3.ProxyManager(
            proxy if "://" in proxy else f"http://{proxy}", **options
        ) as manager:
            return _status(
                manager.request(
                    "POST", url, body=body, headers=sent, redirect=False, preload_content=False
                )
            )
    address = resolved(host, port, allowed)
    secure: dict[str, Any] = (
        {"server_hostname": host, "assert_hostname": host} if parts.scheme == "https" else {}
    )
    pool_of = urllib3.HTTPSConnectionPool if parts.scheme == "https" else urllib3.HTTPConnectionPool
    with pool_of(address, port, **options, **secure) as pool:
        return _status(
            pool.urlopen("POST", path, body, sent, redirect=False, preload_content=False)
        )


def resolved(host: str, port: int, allowed: Collection[str]) -> str:
    """An IP address that a host name means and that may be connected to; raises `Forbidden`, and
    OSError where there is none.
    """
    name = host.encode("idna").decode("ascii") if not host.isascii() else host
    found = [str(one[4][0]) for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    open_to = {host.lower(), f"{host.lower()}:{port}"} & set(allowed)
    for address in found:
        if open_to or is_public(address):
            return address
    raise ForbiddenAddressError(f"private address {', '.join(dict.fromkeys(found))}")


def _status(answer: urllib3.BaseHTTPResponse) -> int:
    answer.read(_READ)  # what it says does not matter, but it may want to be heard
    answer.release_conn()
    answer.close()
    return int(answer.status)
