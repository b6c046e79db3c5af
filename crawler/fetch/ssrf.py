"""Which addresses may be connected to: a deny-list, because `is_global` calls NAT64, 6to4 and
multicast public.

A door module; pure. Source: the IANA special-purpose address registries for IPv4 and IPv6.
"""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_DENIED = [
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
]
_LOCAL = (".localhost", ".local", ".internal", ".localdomain", ".lan", ".home.arpa")
_PORTS = {"http": 80, "https": 443}


class ForbiddenAddressError(Exception):
    """The address must not be connected to; the message says why."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not any(ip in block for block in _DENIED if block.version == ip.version)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host spells, in any of the ways that a resolver takes (0x7f000001,
    127.1, 0177.0.0.1).
    """
    host = host.strip("[]").partition("%")[0].rstrip(".")
    try:
        return ip_address(host)
    except ValueError:
        pass
    parts = host.split(".")
    if not host or len(parts) > 4:
        return None
    try:
        numbers = [_number(part) for part in parts]
        if any(number > 255 for number in numbers[:-1]):
            return None
        value = numbers[-1]
        for at, number in enumerate(numbers[:-1]):
            value += number << (24 - 8 * at)
        return IPv4Address(value)
    except ValueError:
        return None


def check(url: str, allowed: Collection[str] = ()) -> None:
    """Raise `Forbidden` for an address that is not http(s), spells a private IP address or names
    this machine, unless `allowed` holds its host or host:port. Names are checked again when they
    are resolved.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ForbiddenAddressError(f"no valid address: {error}") from error
    if parts.scheme not in _PORTS:
        raise ForbiddenAddressError(f"no web address: {parts.scheme or 'no scheme'}")
    if (
        not host
        or "%" in host.partition("%25")[0]
        or any(mark.isspace() or ord(mark) < 33 for mark in parts.netloc)
    ):
        raise ForbiddenAddressError("no valid host")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddressError("credentials in the address")
    if port == 0:
        raise ForbiddenAddressError("port 0")
    if host in allowed or f"{host}:{port or _PORTS[parts.scheme]}" in allowed:
        return
    _check_host(host)


def _check_host(host: str) -> None:
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError as error:
        raise ForbiddenAddressError("no valid host") from error
    ip = literal(host)
    if ip is not None and not is_public(str(ip)):
        raise ForbiddenAddressError(f"private address {ip}")
    name = host.rstrip(".")
    if ip is None and ("." not in name or name.endswith(_LOCAL)):
        raise ForbiddenAddressError(f"local name {host}")


def _number(text: str) -> int:
    if not text or not text.isascii() or not text.isalnum():
        raise ValueError(text)
    base = (
        16 if text.lower().startswith("0x") else 8 if text.startswith("0") and len(text) > 1 else 10
    )
    return int(text, base)
