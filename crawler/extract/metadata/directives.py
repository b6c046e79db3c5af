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
    said = set(_tokens([*metas.get("robots", ()), *metas.get(agent, ())], now))
    said |= set(_header_tokens(sent.get("x-robots-tag", "").split("\n"), agent, now))
    unquoted = said & {"nosnippet", "max-snippet:0"}
    return Directives(
        index=not said & {"noindex", "none", "expired"},
        follow=not said & {"nofollow", "none"},
        store_full_text=not (said & {"noarchive", "nocache"} or unquoted),
        tdm_allowed=not (said & {"noai", "noimageai"})
        and not _reserved(metas, sent, url, robots_txt, tdmrep),
        show_lead=not unquoted,
    )


def _tokens(contents: Iterable[str], now: datetime) -> Iterator[str]:
    for content in contents:
        expiry = re.search(r"unavailable_after\s*:\s*(.+)", content, re.IGNORECASE)
        if expiry and _past(expiry[1], now):
            yield "expired"
        for token in content[: expiry.start() if expiry else None].lower().split(","):
            yield re.sub(r"\s*:\s*", ":", token.strip())


def _header_tokens(values: Iterable[str], agent: str, now: datetime) -> Iterator[str]:
    for value in values:
        name, colon, rest = value.partition(":")
        named = colon and "," not in name and name.strip().lower() not in _VALUED
        if not named or name.strip().lower() in (agent.lower(), "*"):
            yield from _tokens([rest if named else value], now)


def _past(moment: str, now: datetime) -> bool:
    moment = moment.strip().rstrip(",")
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(moment)
        except (ValueError, TypeError, IndexError):
            continue
        return (when if when.tzinfo else when.replace(tzinfo=UTC)) < now
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
    usage = f"{sent.get('content-usage', '')},{sent.get('content-signal', '')},{_signals(robots_txt)}".lower()
    refused = {re.sub(r"\s*=\s*", "=", part.strip()) for part in re.split(r"[,;\n]", usage)}
    return reserved or bool(refused & {"train-ai=n", "ai-train=no", "bots=n", "tdm=n"})


def _signals(robots_txt: str) -> str:
    lines = (line.split("#")[0].partition(":") for line in robots_txt.splitlines()[:10_000])
    return ",".join(
        value
        for name, _, value in lines
        if name.strip().lower() in ("content-signal", "content-usage")
    )


def _reserved_by_file(tdmrep: str, url: str) -> bool:
    try:
        rules = json.loads(tdmrep) if tdmrep else []
    except (ValueError, RecursionError):
        return False
    path = urlsplit(url).path or "/"
    for rule in rules if isinstance(rules, list) else []:
        if isinstance(rule, dict) and fnmatchcase(path, str(rule.get("location", ""))[:500]):
            return rule.get("tdm-reservation") == 1
    return False
