"""robots.txt as RFC 9309 asks: what an answer allows, failing closed. Pure."""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from protego import Protego

AGENT = "Veille"
FRESH = timedelta(hours=23)
"""How long an answer is used: RFC 9309, 2.4, allows a day. A visit at the same time of each day may
come a moment before that is over, and would go by the rules of the day before.
"""
UNREACHABLE_FRESH = timedelta(minutes=10)
"""How long a site that did not answer is left alone before it is asked again."""
LARGEST = 512 * 1024
"""Bytes that are read (RFC 9309, 2.5, asks for 500 KiB at least)."""
LONGEST_DELAY = 30.0
"""Seconds of Crawl-delay that are honoured; more would keep a source from being watched at all."""

MOST_SIGNALS = 50
"""Lines on the use of pages that are read."""
LARGEST_TDMREP = 64 * 1024
"""Bytes of a file of reservations; a larger one is not read."""

_END = "!"
"""Ends every product token, because Protego takes the beginning of a name for the name."""
_PRODUCT = re.compile(
    r"^([ \t]*user[- ]?agent[ \t]*:[ \t]*[a-z_-]+)[^\r\n#]*", re.IGNORECASE | re.MULTILINE
)
_SIGNAL = re.compile(
    r"^[ \t]*content-(?:signal|usage)[ \t]*:.{0,500}", re.IGNORECASE | re.MULTILINE
)
_UNKNOWN = re.compile(
    r"^[ \t]*(?!user|di|allow|site|crawl|host|request|visit)[a-z-]{1,50}[ \t]*:.*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host allows. `parsed` is None where everything is allowed, or nothing (`reachable`
    is False); `signals` are its lines on what pages may be used for, `tdmrep` its reservations
    against mining, where asked for; `failure` is the kind of error, a colon, and its message
    where no connection came about, which says nothing of robots.txt.
    """

    read_at: datetime
    reachable: bool
    parsed: Protego | None = None
    signals: str = ""
    tdmrep: str = ""
    failure: str = ""

    def allow(self, url: str) -> bool:
        """Whether the address may be fetched."""
        if not self.reachable:
            return False
        return self.parsed is None or allows(self.parsed, url, AGENT)

    @property
    def delay(self) -> float:
        """Seconds that the host asks for between requests, bounded; 0 where it asks for none."""
        seconds = self.parsed.crawl_delay(AGENT + _END) if self.parsed else None
        if seconds is None or not math.isfinite(seconds) or seconds < 0:
            return 0.0
        return min(float(seconds), LONGEST_DELAY)

    @property
    def sitemaps(self) -> list[str]:
        """Addresses of the sitemaps that it names, at most 50."""
        return list(self.parsed.sitemaps)[:50] if self.parsed else []

    def stale(self, now: datetime) -> bool:
        """Whether the host must be asked again."""
        fresh = FRESH if self.reachable else UNREACHABLE_FRESH
        return now - self.read_at >= fresh


def rules_of(status: int | None, body: bytes, now: datetime) -> Rules:
    """What an answer to /robots.txt means: 2xx is read, 4xx allows everything, 5xx, 429 or no
    answer (None) nothing.

    Redirects are followed before; one that is left means that the file is unavailable (RFC 9309,
    2.3.1.2).
    """
    if status is None or status >= 500 or status == 429:
        return Rules(now, reachable=False)
    if not 200 <= status < 300:
        return Rules(now, reachable=True)
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = body[:LARGEST].decode(encoding, "replace").replace("\0", "")
    signals = "\n".join(match[0] for match in islice(_SIGNAL.finditer(text), MOST_SIGNALS))
    return Rules(now, reachable=True, parsed=parse(text), signals=signals)


def parse(text: str) -> Protego:
    """The rules of a robots.txt as RFC 9309 means them, where Protego would allow too much.

    A robot is named by its whole product token ("Foo/1.0 (bar)" is Foo), and a line of an unknown
    kind does not end a group.
    """
    with_product_tokens = _PRODUCT.sub(rf"\1{_END}", text)
    return Protego.parse(_UNKNOWN.sub("", with_product_tokens))


def allows(parsed: Protego, url: str, agent: str) -> bool:
    """Whether rules that `parse` gave let the robot with this product token fetch the address."""
    return bool(parsed.can_fetch(url, agent + _END))
