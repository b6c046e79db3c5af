"""The ways to tell people: each is one file and one line of `CHANNELS`."""

from collections.abc import Callable, Mapping

from crawler.config import Config
from search.alerts.channels import apprise as apprise_urls
from search.alerts.channels import mail, webhook
from search.alerts.channels.channel import Channel, DeliveryError, InvalidRecipient

__all__ = ["CHANNELS", "Channel", "DeliveryError", "InvalidRecipient", "open_channels"]

CHANNELS: Mapping[str, Callable[[Config], Channel]] = {
    "mail": mail.Mail,
    "webhook": webhook.Webhook,
    "apprise": apprise_urls.AppriseUrls,
}
"""Every channel, by the name that alerts give."""


def open_channels(config: Config) -> dict[str, Channel]:
    """Every channel with the settings of this installation; opening connects to nothing."""
    return {name: opening(config) for name, opening in CHANNELS.items()}
