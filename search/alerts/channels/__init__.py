"""The ways to reach people: each channel is one file and one line of `CHANNELS`."""

from search.alerts.channels.channel import Channel, DeliveryError, InvalidRecipient
from search.alerts.channels.registry import CHANNELS, open_channels

__all__ = ["CHANNELS", "Channel", "DeliveryError", "InvalidRecipient", "open_channels"]
