"""Whether this machine is let in without a token, and the link by which it signs in where it is
not.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from search.web.tokens import READ, WRITE, Tokens

_KEY_BYTES = 32


@dataclass
class LocalTrust:
    """Trust in requests of this machine: it lasts while nobody else is meant to come in.

    It ends where `public_url` names another host than this machine, or a token exists: then a proxy
    or a forwarder may stand in front, whose requests can look like those of this machine. `ended`
    is called once when that happens while the server runs.
    """

    tokens: Tokens | None
    public_url: str = "http://127.0.0.1"
    ended: Callable[[], None] = lambda: None
    _held: bool = field(default=False, init=False)

    def holds(self) -> bool:
        """Whether requests of this machine need no token now. It may read the file of tokens."""
        given = self.tokens is not None and self.tokens.given()
        holds = not given and _is_of_this_machine(self.public_url)
        if self._held and not holds:
            self.ended()
        self._held = holds
        return holds


@dataclass(frozen=True, slots=True)
class KeyedTokens:
    """The tokens of an installation, and one more that lives as long as the process: the key of the
    link that signs in on this machine. It allows everything.
    """

    tokens: Tokens
    key: str = field(default_factory=lambda: secrets.token_urlsafe(_KEY_BYTES), repr=False)

    def check(self, token: str) -> frozenset[str] | None:
        """What the token's holder may do; None for an unknown token."""
        if secrets.compare_digest(token.encode("utf-8", "replace"), self.key.encode()):
            return frozenset((READ, WRITE))
        return self.tokens.check(token)

    def given(self) -> bool:
        """Whether anybody was given a token; the key is this machine's own."""
        return self.tokens.given()

    def link(self, address: str) -> str:
        """Where a browser of this machine signs in, of the server at this address."""
        return f"{address}/token?key={self.key}"


def _is_of_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
