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

import orjson

from crawler.fetch.proxies import proxy_hosts
from crawler.fetch.ssrf import WEB_PORTS, is_allowed, is_public

_MAIL_PORTS = frozenset((465, 587))
"""Submission of mail, by TLS and by STARTTLS (RFC 8314)."""
_CONNECT_EVENTS = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg"))


def main() -> int:
    """Send what standard input holds."""
    request: dict[str, Any] = orjson.loads(sys.stdin.buffer.read())
    guard = ConnectGuard({*request["allowed"], *proxy_hosts()}, _ports(request["url"]))
    guard.install()
    # Only behind the guard: nothing that Apprise does when it is imported may connect unguarded.
    import apprise

    logging.disable(logging.CRITICAL)
    service = apprise.Apprise.instantiate(request["url"])
    if service is None:
        print("this is no URL that Apprise understands")  # noqa: T201 its answer
        return 1
    service.overflow_mode = apprise.OverflowMode.SPLIT
    is_taken = service.notify(
        body=request["body"], title=request["title"], body_format=apprise.NotifyFormat.TEXT
    )
    if not is_taken:
        print(guard.refused or "the service did not take it")  # noqa: T201
    return 0 if is_taken else 1


class ConnectGuard:
    """Refuses connections to private addresses and to other ports than `ports`, by an audit hook,
    which nothing in the process can take away.

    `allowed` hosts (host, or host:port) are resolved when they are asked for, and the addresses
    that they then have are let through.
    """

    def __init__(self, allowed: Collection[str], ports: Collection[int]) -> None:
        self._hosts = set(allowed)
        self._ports = ports
        self._addresses: set[tuple[str, int]] = set()
        self.refused = ""

    def install(self) -> None:
        """Guard every connection from now on."""
        resolve = socket.getaddrinfo

        def resolve_and_note(host: Any, port: Any, *more: Any, **named: Any) -> Any:
            entries = resolve(host, port, *more, **named)
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
            if str(port).isdecimal() and is_allowed(name, int(port), self._hosts):
                self._addresses |= {(str(entry[4][0]), int(entry[4][1])) for entry in entries}
            return entries

        socket.getaddrinfo = resolve_and_note
        sys.addaudithook(self._audit)

    def _audit(self, event: str, details: tuple[Any, ...]) -> None:
        if event not in _CONNECT_EVENTS:
            return
        address = details[1]
        if not isinstance(address, tuple):
            self._refuse("a socket of this machine")
            return
        host = str(address[0])
        port = int(address[1])
        if (host, port) in self._addresses:
            return
        if not is_public(host):
            self._refuse(f"private address {host}")
        if port not in self._ports:
            self._refuse(f"port {port}")

    def _refuse(self, what: str) -> None:
        self.refused = f"{what} is refused: VEILLE_ALLOW_HOSTS names what may be reached"
        raise PermissionError(self.refused)


def _ports(url: str) -> frozenset[int]:
    """The ports that a message to this URL may need: those of the web, those where mail is handed
    in, and the one that the settings wrote.
    """
    try:
        written = urlsplit(url).port
    except ValueError:
        written = None
    return WEB_PORTS | _MAIL_PORTS | ({written} if written else frozenset())


if __name__ == "__main__":
    sys.exit(main())
