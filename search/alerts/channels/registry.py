"""The registry of channels, by the name that alerts give."""

from collections.abc import Callable, Mapping

from crawler.config import Config
from search.alerts.channels.apprise import AppriseUrls
from search.alerts.channels.channel import Channel
from search.alerts.channels.mail import Mail
from search.alerts.channels.webhook import Webhook

CHANNELS: Mapping[str, Callable[[Config], Channel]] = {
    "mail": Mail,
    "webhook": Webhook,
    "apprise": AppriseUrls,
}
"""Every channel; a name has at most 16 characters, as the column that keeps it."""


def open_channels(config: Config) -> dict[str, Channel]:
    """Every channel with the settings of this installation; opening connects to nothing."""
    return {name: open_channel(config) for name, open_channel in CHANNELS.items()}
