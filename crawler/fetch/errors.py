"""Why something is not fetched, or not taken."""

from OpenSSL import SSL
from scrapy.exceptions import IgnoreRequest

from crawler.fetch.host_waits import HostWait
from crawler.fetch.robots import Rules


class AddressForbidden(IgnoreRequest):
    """The address must not be connected to."""


class RobotsForbidden(IgnoreRequest):
    """The host's robots.txt keeps the address from being fetched: by a rule, or because it could
    not be read. Where the host can't be reached at all, the message is that of `Rules.failure`.
    """

    def __init__(self, rules: Rules) -> None:
        unreachable = rules.failure or "robots unreachable"
        super().__init__("robots" if rules.reachable else unreachable)
        self.reachable = rules.reachable


class HostWaiting(IgnoreRequest):
    """The host has asked to be left alone until a moment that has not come; what was to be asked
    waits for a later crawl.
    """

    reachable = False

    def __init__(self, wait: HostWait) -> None:
        super().__init__(
            f"http {wait.status}: {wait.host} asks to wait until {wait.until:%Y-%m-%d %H:%M}"
        )
        self.wait = wait


_TLS = "TlsError"
"""The kind of a failure before the first byte of HTTP, which no class of its own tells."""


def kind_of(error: BaseException | None) -> str:
    """The kind of an error of a connection, as visits record it: the name of its class, or TlsError
    where no secure connection came about.
    """
    return _TLS if _is_tls(error) else type(error).__name__


def _is_tls(error: BaseException | None) -> bool:
    """Whether an error, or one that it wraps, is OpenSSL's."""
    cause = getattr(error, "__cause__", None) or error
    reasons = [getattr(reason, "value", reason) for reason in getattr(cause, "reasons", ())]
    return any(isinstance(reason, SSL.Error) for reason in (error, cause, *reasons))


class TooLong(IgnoreRequest):
    """An answer unpacks to more than is taken."""
