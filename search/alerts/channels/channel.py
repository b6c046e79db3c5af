"""What a channel can do: look at an address, and send a message there."""

from typing import Protocol

from search.alerts.errors import InvalidRecipient
from search.alerts.message import Message

__all__ = ["Channel", "DeliveryError", "InvalidRecipient"]


class DeliveryError(Exception):
    """The message has not arrived this time; the message says why. It is tried again."""


class Channel(Protocol):
    """A way to tell people. Methods block for a minute at most, and are safe to call from several
    threads.
    """

    def check(self, target: str) -> str:
        """The address as it is kept; raises `Unsendable` where nothing can ever be sent to it.
        Connects to nothing.
        """

    def send(self, message: Message, target: str) -> None:
        """Send a message; raises `Unsent` and `Unsendable`. A message that is sent again has the same id."""
