"""Names are resolved to public addresses only, whatever a name server answers."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

from crawler.config import load_config
from crawler.fetch.ssrf import is_public

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@implementer(IHostnameResolver)
class GuardedResolver:
    """Passes on what the reactor's resolver finds, without private addresses; literals come this
    way too.

    Hosts that are allowed, and the proxy of this machine's own settings, are passed on as they are.
    Each connection uses the very address that was checked, so a name that changes between check and
    use gains nothing.
    """

    def __init__(self, reactor: Any, allowed: Collection[str]) -> None:
        self._reactor = reactor
        self._resolver: Any = reactor.nameResolver
        self._allowed = {_without_port(host) for host in allowed}

    @classmethod
    def from_crawler(cls, crawler: "Crawler", reactor: Any) -> "GuardedResolver":
        return cls(reactor, {*load_config().allow_hosts, *proxy_hosts()})

    def install_on_reactor(self) -> None:
        """Resolve every name of the reactor this way."""
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self, resolutionReceiver: Any, hostName: str, *more: Any, **named: Any
    ) -> Any:
        if hostName.lower() not in self._allowed:
            resolutionReceiver = _PublicOnly(resolutionReceiver)
        return self._resolver.resolveHostName(resolutionReceiver, hostName, *more, **named)


def proxy_hosts() -> set[str]:
    """The hosts of the proxies that the environment names."""
    hosts = set()
    for proxy in getproxies().values():
        host = urlsplit(proxy if "://" in proxy else f"//{proxy}").hostname
        if host:
            hosts.add(host)
    return hosts


def _without_port(host: str) -> str:
    """A host of "host:port"; an IPv6 address, which has more colons, as it is."""
    if host.count(":") == 1:
        return host.partition(":")[0]
    return host


@provider(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: Any) -> None:
        self._receiver = receiver

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if is_public(getattr(address, "host", "")):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()
