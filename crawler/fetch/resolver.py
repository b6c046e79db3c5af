"""Names are resolved to public addresses only, whatever a name server answers."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

from crawler.config import load_config
from crawler.fetch.proxies import proxy_hosts
from crawler.fetch.ssrf import is_allowed, is_public

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@implementer(IHostnameResolver)
class GuardedResolver:
    """Passes on what the reactor's resolver finds, without private addresses; literals come this
    way too.

    Hosts that are allowed, at their port where one is named, and the proxy of this machine's own
    settings are passed on as they are. Each connection uses the very address that was checked, so a
    name that changes between check and use gains nothing.
    """

    def __init__(self, reactor: Any, allowed: Collection[str]) -> None:
        self._reactor = reactor
        self._resolver: Any = reactor.nameResolver
        self._allowed = frozenset(allowed)

    @classmethod
    def from_crawler(cls, crawler: "Crawler", reactor: Any) -> "GuardedResolver":
        return cls(reactor, {*load_config().allow_hosts, *proxy_hosts()})

    def install_on_reactor(self) -> None:
        """Resolve every name of the reactor this way."""
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        *more: Any,
        **named: Any,
    ) -> Any:
        if not is_allowed(hostName, portNumber, self._allowed):
            resolutionReceiver = _PublicOnly(resolutionReceiver)
        return self._resolver.resolveHostName(
            resolutionReceiver, hostName, portNumber, *more, **named
        )


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
