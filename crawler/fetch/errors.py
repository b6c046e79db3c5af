"""Why something is not fetched, or not taken."""

from scrapy.exceptions import IgnoreRequest

from crawler.fetch.robots import Rules


class AddressForbidden(IgnoreRequest):
    """The address must not be connected to."""


class RobotsForbidden(IgnoreRequest):
    """The host's robots.txt keeps the address from being fetched: by a rule, or because it could
    not be read.
    """

    def __init__(self, rules: Rules) -> None:
        super().__init__("robots" if rules.reachable else "robots unreachable")
        self.reachable = rules.reachable


class TooLong(IgnoreRequest):
    """An answer unpacks to more than is taken."""
