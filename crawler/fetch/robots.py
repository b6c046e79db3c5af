"""robots.txt as RFC 9309 asks: what an answer allows, failing closed. Pure.

A file is read in a process that can be ended (`rules_of`), and what is kept of it is bounded and
small: a site may have a host for each of its addresses, and a file of half a megabyte for each.
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from protego import Protego
from protego._utils import _quote_path

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

MOST_RULES = 5_000
"""Rules that are kept for one host. Of more, the longest are left out, which rule over the fewest
addresses.
"""
LARGEST_RULES = 128 * 1024
"""Characters of the rules that are kept for one host."""
LONGEST_RULE = 1_000
MOST_WILDCARDS = 8
"""Of one rule. What has more, or is longer, forbids all that its beginning does, and allows
nothing.
"""
MOST_SITEMAPS = 50
MOST_SIGNALS = 50
"""Lines on the use of pages that are read."""
LARGEST_TDMREP = 64 * 1024
"""Bytes of a file of reservations; a larger one is not read."""

_END = "!"
"""Ends every product token, because Protego takes the beginning of a name for the name."""
_PRODUCT = re.compile(
    r"^([ \t]*user[- ]?agent[ \t]*:[ \t]*[a-z_-]+)[^\r\n#]*", re.IGNORECASE | re.MULTILINE
)
_WILDCARDS = re.compile(r"\*+")
_SIGNAL = re.compile(
    r"^[ \t]*content-(?:signal|usage)[ \t]*:.{0,500}", re.IGNORECASE | re.MULTILINE
)
_UNKNOWN = re.compile(
    r"^[ \t]*(?!user|di|allow|site|crawl|host|request|visit)[a-z-]{1,50}[ \t]*:.*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host allows. Nothing where it is not `reachable`; `rules` has a line for each rule,
    the strongest first: "+" or "-" and its pattern; `delay` is what the host asks for, bounded, in
    seconds, 0 for nothing; `sitemaps` are the addresses of those that it names; `signals` are its
    lines on what pages may be used for, `tdmrep` its reservations against mining, where asked for;
    `failure` is the kind of error, a colon, and its message where no connection came about, which
    says nothing of robots.txt.
    """

    read_at: datetime
    reachable: bool
    rules: str = ""
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()
    signals: str = ""
    tdmrep: str = ""
    failure: str = ""

    def allow(self, url: str) -> bool:
        """Whether the address may be fetched."""
        return self.reachable and allows(self.rules, url)

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
    text = _text(body)
    parsed = parse(text)
    return Rules(
        now,
        reachable=True,
        rules=rules_for(parsed, AGENT),
        delay=_delay(parsed),
        sitemaps=tuple(islice(parsed.sitemaps, MOST_SITEMAPS)),
        signals=signals_in(text),
    )


def signals_of(status: int | None, body: bytes) -> str:
    """The lines of an answer to /robots.txt on what pages may be used for."""
    return signals_in(_text(body)) if status is not None and 200 <= status < 300 else ""


def signals_in(text: str) -> str:
    """The first lines of a robots.txt on what pages may be used for."""
    return "\n".join(match[0] for match in islice(_SIGNAL.finditer(text), MOST_SIGNALS))


def _text(body: bytes) -> str:
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return body[:LARGEST].decode(encoding, "replace").replace("\0", "")


def parse(text: str) -> Protego:
    """The rules of a robots.txt as RFC 9309 means them, where Protego would allow too much.

    A robot is named by its whole product token ("Foo/1.0 (bar)" is Foo), and a line of an unknown
    kind does not end a group.
    """
    with_product_tokens = _PRODUCT.sub(rf"\1{_END}", text)
    return Protego.parse(_UNKNOWN.sub("", with_product_tokens))


def rules_for(parsed: Protego, agent: str) -> str:
    """The lines of `Rules.rules` for the robot with this product token."""
    group = parsed._get_matching_rule_set(agent + _END)  # noqa: SLF001 - tests/test_private_parts.py
    if group is None:
        return ""
    # From the strongest to the weakest, which is from the longest to the shortest.
    lines = [
        _line(rule.field == "allow", rule.value._pattern)  # noqa: SLF001
        for rule in group._rules[-MOST_RULES:]  # noqa: SLF001
    ]
    kept = list(filter(None, lines))
    size = sum(map(len, kept))
    dropped = 0
    while size > LARGEST_RULES:
        size -= len(kept[dropped])
        dropped += 1
    return "\n".join(kept[dropped:])


def _line(allowing: bool, pattern: str) -> str:
    # Several wildcards in a row mean one.
    parts = _WILDCARDS.split(pattern, MOST_WILDCARDS + 1)
    pattern = "*".join(parts)
    if len(pattern) <= LONGEST_RULE and len(parts) <= MOST_WILDCARDS + 1:
        return f"{'+' if allowing else '-'}{pattern}"
    if allowing:
        return ""
    beginning = "*".join(parts[: MOST_WILDCARDS + 1])[:LONGEST_RULE]
    return f"-{beginning.removesuffix('$')}"


def _delay(parsed: Protego) -> float:
    seconds = parsed.crawl_delay(AGENT + _END)
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return 0.0
    return min(float(seconds), LONGEST_DELAY)


def allows(rules: str, url: str) -> bool:
    """Whether rules that `rules_for` gave let the address be fetched; robots.txt itself always
    may be.
    """
    if not rules:
        return True
    path = _quote_path(url)
    if path == "/robots.txt":
        return True
    for line in rules.split("\n"):
        if _matches(line[1:], path):
            return line[0] == "+"
    return True


def _matches(pattern: str, path: str) -> bool:
    """Whether a pattern fits, in time that grows with its wildcards times the length of the
    path.
    """
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    if not others:
        return not ends or place == len(path)
    for part in others[:-1]:
        place = path.find(part, place)
        if place < 0:
            return False
        place += len(part)
    last = others[-1]
    if ends:
        return len(path) - len(last) >= place and path.endswith(last)
    return path.find(last, place) >= 0
