"""Slack, Teams, Telegram and the other services that Apprise knows, under the names that the
settings give them.

Apprise and its plugins run in a process of their own, in which the system's own connect is guarded
against SSRF: whatever a plugin resolves or is redirected to, it reaches public addresses and the
hosts that are allowed, and nothing else.
"""

import subprocess
import sys

import orjson

from crawler.config import Config
from search.alerts.channels.body import text
from search.alerts.channels.channel import DeliveryError, InvalidRecipient
from search.alerts.message import Message

SECONDS = 60.0


class AppriseUrls:
    """Sends to the Apprise URLs of the setting `channels`; a recipient is one of their names."""

    def __init__(self, config: Config) -> None:
        self._urls = config.channels
        self._allowed = sorted(config.allow_hosts)

    def check(self, recipient: str) -> str:
        recipient = recipient.strip()
        if recipient not in self._urls:
            names = ", ".join(sorted(self._urls)) or "none yet"
            raise InvalidRecipient(
                f"There is no channel {recipient[:60]!r} in the settings (VEILLE_CHANNELS):"
                f" there is {names}."
            )
        return recipient

    def send(self, message: Message, recipient: str) -> None:
        self.check(recipient)
        request = {
            "url": self._urls[recipient],
            "title": message.subject,
            "body": text(message),
            "allowed": self._allowed,
        }
        command = [sys.executable, "-m", "search.alerts.channels.apprise_process"]
        try:
            process = subprocess.run(  # noqa: S603 ours
                command,
                input=orjson.dumps(request),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DeliveryError(f"{recipient}: no answer within {SECONDS:.0f} seconds") from error
        if process.returncode:
            lines = process.stdout.decode("utf-8", "replace").strip().splitlines()
            reason = lines[-1][:300] if lines else "the service did not take it"
            raise DeliveryError(f"{recipient}: {reason}")
