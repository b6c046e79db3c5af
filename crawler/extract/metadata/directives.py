"""What a page and its site allow: robots meta tags, X-Robots-Tag, text-and-data-mining
reservations.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

AGENT = "veille"

# A token before a colon is a robot's name unless it is a directive that takes a value.
_VALUED = frozenset(("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"))
_UNINDEXED = frozenset(("noindex", "none", "expired"))
_UNFOLLOWED = frozenset(("nofollow", "none"))
_UNSTORED = frozenset(("noarchive", "nocache"))
_UNMINED = frozenset(("noai", "noimageai"))
_UNQUOTED = frozenset(("nosnippet", "max-snippet:0"))
_UNTRAINED = frozenset(("train-ai=n", "ai-train=no", "bots=n", "tdm=n"))
_SIGNALS = frozenset(("content-signal", "content-usage"))
_MAX_LINES = 10_000
_EXPIRY = re.compile(r"unavailable_after\s*:\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Directives:
    """May the page be indexed, its links followed, its full text kept, and it be mined? May words
    of it be shown?
    """

    index: bool = True
    follow: bool = True
    store_full_text: bool = True
    tdm_allowed: bool = True
    show_lead: bool = True


def directives(  # noqa: PLR0913 - one argument for each place where a site may speak
    metas: Mapping[str, list[str]],
    headers: Mapping[str, str],
    *,
    now: datetime,
    url: str = "",
    agent: str = AGENT,
    robots_txt: str = "",
    tdmrep: str = "",
) -> Directives:
    """The strictest of what is said to every robot and to `agent`.

    `metas` as `metatags.metas` gives them; a header that came several times holds its values joined
    by line feeds. `robots_txt` and `tdmrep` are the site's files where known: their signals and
    reservations count for mining only.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    tokens = set(_tokens([*metas.get("robots", ()), *metas.get(agent, ())], now))
    tokens |= set(_header_tokens(sent.get("x-robots-tag", "").split("\n"), agent, now))
    unquoted = bool(tokens & _UNQUOTED)
    reserved = _reserved(metas, sent, url, robots_txt, tdmrep)
    return Directives(
        index=tokens.isdisjoint(_UNINDEXED),
        follow=tokens.isdisjoint(_UNFOLLOWED),
        store_full_text=tokens.isdisjoint(_UNSTORED) and not unquoted,
        tdm_allowed=tokens.isdisjoint(_UNMINED) and not reserved,
        show_lead=not unquoted,
    )


def _tokens(contents: Iterable[str], now: datetime) -> Iterator[str]:
    for content in contents:
        expiry = _EXPIRY.search(content)
        if expiry and _past(expiry[1], now):
            yield "expired"
        # the date of an expiry holds commas of its own: what stands before it is cut into tokens
        listed = content[: expiry.start()] if expiry else content
        for token in listed.lower().split(","):
            yield re.sub(r"\s*:\s*", ":", token.strip())


def _header_tokens(values: Iterable[str], agent: str, now: datetime) -> Iterator[str]:
    for value in values:
        name, colon, rest = value.partition(":")
        robot = name.strip().lower()
        if not colon or "," in name or robot in _VALUED:
            yield from _tokens([value], now)
        elif robot in (agent.lower(), "*"):
            yield from _tokens([rest], now)


def _past(written: str, now: datetime) -> bool:
    written = written.strip().rstrip(",")
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(written)
        except (ValueError, TypeError, IndexError):
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment < now
    return False


def _reserved(
    metas: Mapping[str, list[str]], sent: Mapping[str, str], url: str, robots_txt: str, tdmrep: str
) -> bool:
    # The answer's own header overrides the page's tag, which overrides the site's file.
    if "tdm-reservation" in sent:
        reserved = sent["tdm-reservation"].strip() == "1"
    elif "tdm-reservation" in metas:
        reserved = metas["tdm-reservation"][0].strip() == "1"
    else:
        reserved = _reserved_by_file(tdmrep, url)
    signals = (
        sent.get("content-usage", ""),
        sent.get("content-signal", ""),
        _signals(robots_txt),
    )
    parts = re.split(r"[,;\n]", ",".join(signals).lower())
    settings = {re.sub(r"\s*=\s*", "=", part.strip()) for part in parts}
    return reserved or not settings.isdisjoint(_UNTRAINED)


def _signals(robots_txt: str) -> str:
    """The values of the signals that a robots.txt gives, parted by commas."""
    values = []
    for line in robots_txt.splitlines()[:_MAX_LINES]:
        name, _, value = line.split("#")[0].partition(":")
        if name.strip().lower() in _SIGNALS:
            values.append(value)
    return ",".join(values)


def _reserved_by_file(tdmrep: str, url: str) -> bool:
    """Whether the first rule of a tdmrep.json whose location fits the address reserves mining."""
    try:
        rules = json.loads(tdmrep) if tdmrep else []
    except (ValueError, RecursionError):
        return False
    if not isinstance(rules, list):
        return False
    path = urlsplit(url).path or "/"
    for rule in rules:
        if isinstance(rule, dict) and fnmatchcase(path, str(rule.get("location", ""))[:500]):
            return rule.get("tdm-reservation") == 1
    return False
