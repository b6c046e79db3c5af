"""The SSRF guard: which addresses and ports may be connected to. A list of our own, because
`is_global` calls NAT64, 6to4 and multicast public.

A door module; pure. Source: the IANA special-purpose address registries for IPv4 and IPv6.
"""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

WEB_PORTS = frozenset((80, 443, 591, 8000, 8008, 8080, 8081, 8088, 8443, 8888))
"""Where the web is served: the ports of http, https and their alternates in IANA's registry of
services, and those that take their place in practice. What listens elsewhere may take a request for
something else.
"""
_GLOBAL_UNICAST = ip_network("2000::/3")
"""All that IANA has given out of IPv6 for the public internet. Outside of it lie this machine, the
local networks, multicast, and what translators make of IPv4: mapped, compatible, NAT64, SIIT
(RFC 7915).
"""
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
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
]
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""Before the IPv4 address in the last 64 bits of an address of ISATAP (RFC 5214, section 6.1)."""
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
    if isinstance(ip, IPv6Address) and (ip not in _GLOBAL_UNICAST or _is_isatap(ip)):
        return False
    return not any(ip in block for block in _DENIED if block.version == ip.version)


def _is_isatap(ip: IPv6Address) -> bool:
    """Whether a router of ISATAP would take the address for one of IPv4, in whatever network."""
    return (int(ip) >> 32) & 0xFFFF_FFFF in _ISATAP


def is_allowed(host: str, port: int, allowed: Collection[str]) -> bool:
    """Whether `allowed` names the host, or the host with this very port; an IPv6 address before a
    port stands in brackets.
    """
    name = host.lower()
    if ":" not in name:
        return name in allowed or f"{name}:{port}" in allowed
    return not {name, f"[{name}]", f"[{name}]:{port}"}.isdisjoint(allowed)


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
        return _ipv4([_number(part) for part in parts])
    except ValueError:
        return None


def _ipv4(numbers: list[int]) -> IPv4Address:
    """The address that one to four numbers spell, as inet_aton(3) reads them: a byte each, and the
    last one fills what is left. Raises ValueError.
    """
    value = numbers[-1]
    for at, number in enumerate(numbers[:-1]):
        if number > 255:
            raise ValueError(number)
        value += number << (24 - 8 * at)
    return IPv4Address(value)


def check(url: str, allowed: Collection[str] = ()) -> None:
    """Raise `ForbiddenAddressError` for an address that is not http(s), spells a private IP
    address, names this machine or a port that is none of the web, unless `allowed` holds its host
    or host:port. Names are checked again when they are resolved.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError as error:
        raise ForbiddenAddressError(f"no valid address: {error}") from error
    if parts.scheme not in _PORTS:
        raise ForbiddenAddressError(f"no web address: {parts.scheme or 'no scheme'}")
    _check_spelling(host, parts)
    if port == 0:
        raise ForbiddenAddressError("port 0")
    port = port or _PORTS[parts.scheme]
    if not is_allowed(host, port, allowed):
        _check_host(host)
        if port not in WEB_PORTS:
            raise ForbiddenAddressError(f"port {port} is none of the web")


def _check_spelling(host: str, parts: SplitResult) -> None:
    """What one program may take for another host than the next one does."""
    # "%25" begins the zone of an IPv6 address; any other "%" stands for another character.
    if not host or "%" in host.partition("%25")[0]:
        raise ForbiddenAddressError("no valid host")
    if any(character.isspace() or ord(character) < 33 for character in parts.netloc):
        raise ForbiddenAddressError("no valid host")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddressError("credentials in the address")


def _check_host(host: str) -> None:
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError as error:
        raise ForbiddenAddressError("no valid host") from error
    ip = literal(host)
    if ip is not None:
        if not is_public(str(ip)):
            raise ForbiddenAddressError(f"private address {ip}")
        return
    name = host.rstrip(".")
    if "." not in name or name.endswith(_LOCAL):
        raise ForbiddenAddressError(f"local name {host}")


def _number(text: str) -> int:
    """A number as inet_aton(3) reads it: hexadecimal after 0x, octal after 0."""
    if not text or not text.isascii() or not text.isalnum():
        raise ValueError(text)
    if text.lower().startswith("0x"):
        return int(text, 16)
    if text.startswith("0") and len(text) > 1:
        return int(text, 8)
    return int(text, 10)
