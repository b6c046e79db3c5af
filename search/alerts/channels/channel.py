"""What a channel can do: check a recipient, and send a message to it."""

from typing import Protocol

from search.alerts.errors import InvalidRecipient
from search.alerts.message import Message

__all__ = ["Channel", "DeliveryError", "InvalidRecipient"]


class DeliveryError(Exception):
    """The message has not arrived this time; the text says why. It is tried again."""


class Channel(Protocol):
    """A way to reach people. Methods block for a minute at most, and are safe to call from several
    threads.
    """

    def check(self, recipient: str) -> str:
        """The recipient as it is stored; raises `InvalidRecipient` where nothing can ever be sent
        to it. Connects to nothing.
        """

    def send(self, message: Message, recipient: str) -> None:
        """Send a message; raises `DeliveryError` and `InvalidRecipient`. Delivery is at least once:
        a message that is sent again has the same id.
        """
