"""Signed webhooks: JSON by POST, as https://www.standardwebhooks.com describes it, to public
addresses only.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import orjson
import urllib3

from crawler.config import Config
from crawler.fetch.ssrf import ForbiddenAddressError, check
from search.alerts.channels.channel import DeliveryError, InvalidRecipient
from search.alerts.channels.guarded_http import post
from search.alerts.message import Message

LONGEST = 2_000
_PREFIX = "whsec_"


class Webhook:
    """Posts messages; the header `webhook-signature` proves to the receiver who sent them, and when.

    `clock` gives seconds since 1970, which the receiver compares with its own.
    """

    def __init__(self, config: Config, clock: Callable[[], float] = time.time) -> None:
        self._secret = config.webhook_secret
        self._allowed = config.allow_hosts
        self._agent = config.user_agent
        self._clock = clock

    def check(self, target: str) -> str:
        if not self._secret:
            raise InvalidRecipient(
                "Webhooks are not set up: set VEILLE_WEBHOOK_SECRET, which signs them."
            )
        target = target.strip()
        try:
            if len(target) > LONGEST or not target.isprintable() or "#" in target:
                raise ForbiddenAddressError("no valid address")
            check(target, self._allowed)
        except ForbiddenAddressError as error:
            raise InvalidRecipient(f"This webhook can't be called: {error}.") from error
        return target

    def send(self, message: Message, target: str) -> None:
        self.check(target)
        body, at = orjson.dumps(message.body()), int(self._clock())
        headers = {
            "content-type": "application/json",
            "user-agent": self._agent,
            "webhook-id": message.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(str(self._secret), message.id, at, body),
        }
        try:
            status = post(target, body, headers, self._allowed)
        except ForbiddenAddressError as error:
            raise DeliveryError(f"{urlsplit(target).hostname}: {error}") from error
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise DeliveryError(
                f"{urlsplit(target).hostname}: {type(error).__name__}: {error}"[:300]
            ) from error
        if not 200 <= status < 300:
            raise DeliveryError(f"{urlsplit(target).hostname}: answered {status}")


def signature(secret: str, id: str, at: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, timestamp (seconds) and body, joined
    by full stops.
    """
    signed = b".".join((id.encode(), str(at).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key(secret), signed, hashlib.sha256).digest()).decode()


def key(secret: str) -> bytes:
    """The key that a secret means: base64 behind `whsec_`, else the text itself."""
    if secret.startswith(_PREFIX):
        return base64.b64decode(secret.removeprefix(_PREFIX))
    return secret.encode()
