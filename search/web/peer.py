"""Who sends a request: this machine itself, or somebody behind a proxy or far away. Pure."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

_NETWORK = 64
"""Bits of an IPv6 network: what one client is given as a rule."""
_UNKNOWN = "unknown"
_BEGINNINGS = (
    "akamai-",
    "cdn-",
    "cf-",
    "fastly-",
    "fly-",
    "forwarded",
    "front-end-",
    "incap-",
    "max-forwards",
    "ngrok-",
    "surrogate-",
    "tailscale-",
    "trace",
    "true-client",
    "uber-trace-",
    "via",
    "x-",
)
_PARTS = ("client-ip", "connecting-ip", "forwarded-for", "proxy-", "remote-")
"""How the names of headers begin, or what stands in them, that proxies, tunnels and content
networks add, and browsers don't. Of the many that begin with "x-" browsers add none by themselves.
"""
_OF_BROWSERS = ("x-requested-with",)
"""What scripts of pages send, which a page elsewhere can't without being allowed to."""


def client_of(scope: Scope) -> str:
    """Who asks, to count by: an address, of IPv6 the network, in which a host takes as many
    addresses as it wants.

    A proxy on this machine hands on what its client wrote, so it may be anything: all that is no
    address counts as one client.
    """
    given = str((scope.get("client") or ("",))[0]).strip()
    parsed = _parsed(given)
    if parsed is None:
        return _UNKNOWN
    if parsed.version == 6:
        return str(ipaddress.ip_network((int(parsed), _NETWORK), strict=False))
    return str(parsed)


def comes_from_this_machine(scope: Scope) -> bool:
    """Whether a program of this machine asks for its own name and port, as far as a request shows.

    The name counts because a page elsewhere can have its own name point here (DNS rebinding); the
    port, where one is named, because a forwarder listens on another one; HTTP/1.0 because proxies
    speak it and browsers do not. What a forwarder passes on unchanged can't be told: that is why
    this trust ends where others are let in (`search/web/local_trust.py`).
    """
    headers = Headers(scope=scope)
    client = scope.get("client")
    if client is None or not _is_loopback(str(client[0])):
        return False
    if scope.get("http_version") == "1.0" or _was_forwarded(headers):
        return False
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _names_this_server(hosts[0], scope):
        return False
    return not _leads_from_elsewhere(headers, hosts[0])


def _was_forwarded(headers: Headers) -> bool:
    return any(map(_is_of_a_proxy, headers))


def _is_of_a_proxy(name: str) -> bool:
    if name in _OF_BROWSERS:
        return False
    return name.startswith(_BEGINNINGS) or any(part in name for part in _PARTS)


def _names_this_server(host: str, scope: Scope) -> bool:
    try:
        parts = urlsplit(f"//{host}")
        name = parts.hostname or ""
        port = parts.port
    except ValueError:
        return False
    listening = scope.get("server")
    if listening is None or port not in (None, listening[1]):
        return False
    return name == "localhost" or name.endswith(".localhost") or _is_loopback(name)


def _leads_from_elsewhere(headers: Headers, host: str) -> bool:
    """Whether a browser names another host as the one that the request comes from.

    Our own pages let no referrer out: their forms come with the origin "null".
    """
    for name in ("origin", "referer"):
        for value in headers.getlist(name):
            if value != "null" and _host_of(value) != host.lower():
                return True
    return False


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return None


def _is_loopback(address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that is written; an IPv4 address that is mapped into IPv6 as itself."""
    try:
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed
