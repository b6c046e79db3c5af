"""How an article's values are shown to people: dates with their precision, marked snippets, links
that are safe.
"""

import html
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date
from markupsafe import Markup, escape

from search.i18n.catalogue import Texts

_MARK = re.compile("(</?mark>)")
_TEXT = r"[^<>&]*(?:&(?:amp|lt|gt|quot|#x27|#39|#34);[^<>&]*)*"
_CLEAN = re.compile(f"{_TEXT}(?:<mark>{_TEXT}</mark>{_TEXT})*")
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "ps", "ckb", "yi", "sd", "ug", "dv"}
_ISOLATED_LTR = "\u2066"
_ISOLATED_END = "\u2069"
"""Unicode's marks around what runs left to right within other writing."""
_COARSE = ("week", "month", "year")
_TIMES = ("second", "minute")


def safe_link(address: object) -> str | None:
    """The address where it is one of the web (http or https with a host), else None."""
    try:
        parts = urlsplit(str(address or ""))
        return str(address) if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def host(address: str) -> str:
    """The address's host name without www., as people know the site."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def direction(language: str | None) -> str:
    """The writing direction of a language; "auto" where it is unknown."""
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def published(article: Mapping[str, Any], texts: Texts, zone: tzinfo | None = None) -> str:
    """When the article says it was published, as precisely as it says so: "2019, year only". A
    moment by the clocks of `zone`, or of its own time zone where none is given.
    """
    text = article.get("published")
    precision = article.get("published_precision")
    if not text:
        return texts("undated")
    moment = datetime.fromisoformat(text)
    is_moment = precision == "hour" or precision in _TIMES
    if zone is not None and is_moment:
        moment = moment.astimezone(zone)
    if precision in _COARSE:
        return texts(f"precision_{precision}", date=_coarse(moment, precision, texts))
    if precision == "hour":
        return texts(
            "precision_hour",
            date=day(moment, texts),
            hour=f"{moment:%H}",
            next=f"{moment + timedelta(hours=1):%H}",
            zone=_offset(moment, texts),
        )
    return day(moment, texts, timed=precision in _TIMES)


def _coarse(moment: datetime, precision: str, texts: Texts) -> str:
    """What is known of a date that is known to the week, month or year."""
    if precision == "year":
        return f"{moment.year:04d}"
    if precision == "month":
        return format_date(moment, "MMMM y", locale=texts.language)
    return day(moment, texts)


def day(moment: datetime, texts: Texts, timed: bool = False) -> str:
    """A day in words, with the time and its zone where `timed`."""
    date_in_words = _date(moment.date(), texts.language)
    if not timed:
        return date_in_words
    return f"{date_in_words}{texts('comma')}{moment:%H:%M} {_offset(moment, texts)}"


def outcome(code: str, texts: Texts) -> str:
    """How a crawl or a visit ended, in words where the catalogues have them, else as it was
    recorded ("http 403").
    """
    for key in (f"outcome_{code}", f"reason_{code}"):
        if key in texts.keys:
            return texts(key)
    return code


def obstacle(code: str, values: Mapping[str, Any], texts: Texts, exactly: bool = False) -> str:
    """Why an address brought no source; `exactly` puts it as the program that failed does, in
    English.
    """
    details = dict(values)
    if "why" in details:
        why = outcome(details["why"], texts)
        if exactly or why == details["why"]:
            why = details["exactly"]
        details["why"] = why
    return texts(f"obstacle_{code}", **details)


def snippet(marked: str) -> Markup:
    """A snippet as the index gives it, HTML-escaped with <mark>, made sure to hold nothing but text
    and marks.
    """
    if _CLEAN.fullmatch(marked):
        return Markup(marked)  # noqa: S704 - nothing but text and marks
    pieces = []
    is_open = False
    for piece in _MARK.split(marked):
        expected = "</mark>" if is_open else "<mark>"
        if piece == expected:
            is_open = not is_open
            pieces.append(piece)
        elif not _MARK.fullmatch(piece):
            pieces.append(str(escape(html.unescape(piece))))
    if is_open:
        pieces.append("</mark>")
    return Markup("".join(pieces))  # noqa: S704 - each piece is escaped


def with_code(text: str) -> Markup:
    """A text of the catalogue with its `commands` set as code."""
    pieces = []
    for number, piece in enumerate(text.split("`")):
        is_command = number % 2 == 1
        pieces.append(Markup("<code>{}</code>").format(piece) if is_command else escape(piece))
    return Markup("").join(pieces)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@lru_cache(10_000)
def _date(day: date, language: str) -> str:
    # Articles of one page share their days, and a calendar in words is slow.
    return str(format_date(day, "d MMMM y", locale=language))


def _offset(moment: datetime, texts: Texts) -> str:
    """The time zone as an offset: "UTC", "UTC+2", "UTC+5:30"; kept left to right within other
    writing.
    """
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    name = "UTC"
    if minutes:
        name += f"{'-' if minutes < 0 else '+'}{hours}"
    if rest:
        name += f":{rest:02d}"
    return f"{_ISOLATED_LTR}{name}{_ISOLATED_END}" if texts.direction == "rtl" else name
