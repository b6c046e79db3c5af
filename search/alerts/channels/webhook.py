"""Signed webhooks: JSON by POST, as https://www.standardwebhooks.com describes it, to public
addresses only.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable

import orjson

from crawler.config import Config
from search.alerts.channels.channel import InvalidRecipient
from search.alerts.channels.guarded_http import check_url, deliver
from search.alerts.message import Message

_PREFIX = "whsec_"


class Webhook:
    """Posts messages; the header `webhook-signature` proves to the recipient who sent them, and
    when.

    `clock` gives seconds since 1970, which the recipient compares with its own.
    """

    def __init__(self, config: Config, clock: Callable[[], float] = time.time) -> None:
        self._secret = config.webhook_secret
        self._allowed = config.allow_hosts
        self._agent = config.user_agent
        self._clock = clock

    def check(self, recipient: str) -> str:
        if not self._secret:
            raise InvalidRecipient(
                "Webhooks are not set up: set VEILLE_WEBHOOK_SECRET, which signs them."
            )
        return check_url(recipient, self._allowed, "webhook")

    def send(self, message: Message, recipient: str) -> None:
        self.check(recipient)
        body = orjson.dumps(message.body())
        timestamp = int(self._clock())
        headers = {
            "content-type": "application/json",
            "user-agent": self._agent,
            "webhook-id": message.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(str(self._secret), message.id, timestamp, body),
        }
        deliver(recipient, body, headers, self._allowed)


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, timestamp (seconds) and body, joined
    by full stops.
    """
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digest = hmac.new(key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def key(secret: str) -> bytes:
    """The key that a secret means: base64 behind `whsec_`, else the text itself."""
    if secret.startswith(_PREFIX):
        return base64.b64decode(secret.removeprefix(_PREFIX))
    return secret.encode()
