"""A message to read: as plain text and as HTML, by source, right to left where it is."""

import html as markup
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search.alerts.message import Message, MessageArticle
from search.i18n import formatting as shown

_TEMPLATES = Path(__file__).parents[2] / "templates"
_TAGS = re.compile("</?mark>")
_RIGHT_TO_LEFT_MARK = "\u200f"
_LEAD = 300


def text(message: Message) -> str:
    """The message as plain text; words that were searched for stand *between stars*."""
    lines = [message.subject, "=" * min(len(message.subject), 70), ""]
    if message.details:
        lines += [volume(message), ""]
    for source, articles in message.by_source():
        lines += [f"— {source} —", ""]
        for told in articles:
            lines += [*_paragraph(message, told), ""]
    texts = message.texts
    lines += [
        f"{texts('alert_all')}: {message.page}",
        f"{texts('alert_pause')}: {message.pause}",
        "",
    ]
    return "\n".join(lines)


def html(message: Message) -> str:
    """The message as HTML that loads nothing."""
    return (
        _environment()
        .get_template("mail.html")
        .render(message=message, texts=message.texts, volume=volume(message))
    )


def snippets(told: MessageArticle) -> list[str]:
    """The snippets of an article's text, else the beginning of its lead or text; HTML-escaped, with
    <mark>.
    """
    found = list(told.highlights.get("text", ()))
    lead = str(told.article.get("lead") or told.article.get("text") or "")
    cut = lead if len(lead) <= _LEAD else f"{lead[:_LEAD].rsplit(' ', 1)[0]}…"
    return found or ([markup.escape(cut)] if cut else [])


def title(told: MessageArticle) -> str:
    """The title, HTML-escaped, with <mark>."""
    return next(iter(told.highlights.get("title", ())), markup.escape(str(told.article["title"])))


def volume(message: Message) -> str:
    """What is unusual, in a sentence; empty where the message tells of single articles."""
    if not message.details:
        return ""
    key = (
        "alert_volume_more"
        if message.details["count"] > message.details["usual"]
        else "alert_volume_fewer"
    )
    texts = message.texts
    told = {end: local_time(message, str(message.details[end])) for end in ("start", "end")}
    usual = texts.number(round(message.details["usual"], 1))
    return texts(key, count=texts.number(message.count), usual=usual, **told)


def local_time(message: Message, moment: str) -> str:
    """A moment in the time zone of the alert, in words."""
    return shown.day(
        datetime.fromisoformat(moment).astimezone(ZoneInfo(message.alert.tz)),
        message.texts,
        timed=True,
    )


def _paragraph(message: Message, told: MessageArticle) -> list[str]:
    mark = _RIGHT_TO_LEFT_MARK if shown.direction(told.article.get("language")) == "rtl" else ""
    said = [title(told), shown.published(told.article, message.texts), *snippets(told)]
    plain = [mark + " ".join(markup.unescape(_TAGS.sub("*", line)).split()) for line in said]
    links = [f"{message.texts('original')}: {told.original}"] if told.original else []
    return [*plain, f"{message.texts('alert_here')}: {told.link}", *links]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        direction=shown.direction,
        published=shown.published,
        snippet=shown.snippet,
        snippets=snippets,
        title=title,
    )
    return environment
