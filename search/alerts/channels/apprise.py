"""Slack, Teams, Telegram and the other services that Apprise knows, under the names that the
settings give them.

Apprise and its plugins run in a process of their own, in which the system's own connect is guarded:
whatever a plugin resolves or is redirected to, it reaches public addresses and the hosts that are
allowed, and nothing else.
"""

import subprocess
import sys

import orjson

from crawler.config import Config
from search.alerts.channels.channel import DeliveryError, InvalidRecipient
from search.alerts.channels.letter import text
from search.alerts.message import Message

SECONDS = 60.0


class AppriseUrls:
    """Sends to the Apprise URLs of the setting `channels`; an alert's address is one of their names."""

    def __init__(self, config: Config) -> None:
        self._urls = config.channels
        self._allowed = sorted(config.allow_hosts)

    def check(self, target: str) -> str:
        target = target.strip()
        if target not in self._urls:
            known = ", ".join(sorted(self._urls)) or "none yet"
            raise InvalidRecipient(
                f"There is no channel {target[:60]!r} in the settings (VEILLE_CHANNELS): there is {known}."
            )
        return target

    def send(self, message: Message, target: str) -> None:
        self.check(target)
        told = {
            "url": self._urls[target],
            "title": message.subject,
            "body": text(message),
            "allowed": self._allowed,
        }
        command = [sys.executable, "-m", "search.alerts.channels.apprise_process"]
        try:
            ended = subprocess.run(  # noqa: S603 ours
                command, input=orjson.dumps(told), capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise DeliveryError(f"{target}: no answer within {SECONDS:.0f} seconds") from error
        if ended.returncode:
            lines = ended.stdout.decode("utf-8", "replace").strip().splitlines()
            raise DeliveryError(
                f"{target}: {lines[-1][:300] if lines else 'the service did not take it'}"
            )
