"""The process in which Apprise runs: reads one message as JSON, sends it, and ends with 0 where it
was taken.

What it prints last says why it was not. Secrets of the URL are not printed.
"""

import logging
import socket
import sys
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import orjson

from crawler.fetch.ssrf import is_public


def main() -> int:
    """Send what standard input holds."""
    told: dict[str, Any] = orjson.loads(sys.stdin.buffer.read())
    guard = ConnectGuard({*told["allowed"], *_proxies()})
    guard.install()
    import apprise

    logging.disable(logging.CRITICAL)
    service = apprise.Apprise.instantiate(told["url"])
    if service is None:
        print("this is no URL that Apprise understands")  # noqa: T201 its answer
        return 1
    service.overflow_mode = apprise.OverflowMode.SPLIT
    taken = service.notify(
        body=told["body"], title=told["title"], body_format=apprise.NotifyFormat.TEXT
    )
    if not taken:
        print(guard.refused or "the service did not take it")  # noqa: T201
    return 0 if taken else 1


class ConnectGuard:
    """Refuses connections to private addresses, by an audit hook, which nothing in the process can
    take away.

    `allowed` hosts (host, or host:port) are resolved when they are asked for, and what they mean
    then is let through.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._hosts = set(allowed)
        self._addresses: set[tuple[str, int]] = set()
        self.refused = ""

    def install(self) -> None:
        """Guard every connection from now on."""
        resolve = socket.getaddrinfo

        def resolving(host: Any, port: Any, *more: Any, **named: Any) -> Any:
            found = resolve(host, port, *more, **named)
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
            if name.lower() in self._hosts or f"{name.lower()}:{port}" in self._hosts:
                self._addresses |= {(str(one[4][0]), int(one[4][1])) for one in found}
            return found

        socket.getaddrinfo = resolving
        sys.addaudithook(self._told)

    def _told(self, event: str, details: tuple[Any, ...]) -> None:
        if event not in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            return
        address = details[1]
        if not isinstance(address, tuple):
            self._refuse("a socket of this machine")
        elif (
            not is_public(str(address[0])) and (str(address[0]), address[1]) not in self._addresses
        ):
            self._refuse(f"private address {address[0]}")

    def _refuse(self, what: str) -> None:
        self.refused = (
            f"{what} is refused: VEILLE_ALLOW_HOSTS names the private hosts that may be reached"
        )
        raise PermissionError(self.refused)


def _proxies() -> set[str]:
    hosts = (
        urlsplit(value if "://" in value else f"//{value}").hostname
        for value in getproxies().values()
    )
    return {host for host in hosts if host}


if __name__ == "__main__":
    sys.exit(main())
