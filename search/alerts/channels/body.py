"""The body of a message to read: plain text and HTML, by source, right to left where it is."""

import html as markup
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search.alerts.message import Message, MessageArticle
from search.i18n import formatting

_TEMPLATES = Path(__file__).parents[2] / "templates"
_MARK_TAGS = re.compile(r"</?mark>")
_RIGHT_TO_LEFT_MARK = "\u200f"
_LEAD = 300
"""Characters of an article's beginning that stand for snippets."""
_UNDERLINE = 70


def text(message: Message) -> str:
    """The message as plain text; words that were searched for stand *between stars*."""
    lines = [message.subject, "=" * min(len(message.subject), _UNDERLINE), ""]
    if message.details:
        lines += [volume(message), ""]
    for source, articles in message.by_source():
        lines += [f"— {source} —", ""]
        for entry in articles:
            lines += [*_paragraph(message, entry), ""]
    texts = message.texts
    lines += [
        f"{texts('alert_all')}: {message.page}",
        f"{texts('alert_pause')}: {message.pause}",
        "",
    ]
    return "\n".join(lines)


def html(message: Message) -> str:
    """The message as HTML that loads nothing."""
    template = _environment().get_template("mail.html")
    return template.render(message=message, texts=message.texts, volume=volume(message))


def snippets(entry: MessageArticle) -> list[str]:
    """The snippets of an article's text, else the beginning of its lead or text; HTML-escaped, with
    <mark>.
    """
    marked = list(entry.highlights.get("text", ()))
    if marked:
        return marked
    lead = str(entry.article.get("lead") or entry.article.get("text") or "")
    if len(lead) > _LEAD:
        lead = f"{lead[:_LEAD].rsplit(' ', 1)[0]}…"
    return [markup.escape(lead)] if lead else []


def title(entry: MessageArticle) -> str:
    """The title, HTML-escaped, with <mark>."""
    marked = entry.highlights.get("title", ())
    return next(iter(marked), markup.escape(str(entry.article["title"])))


def headline_before(message: Message, entry: MessageArticle) -> list[str]:
    """The line that tells the headline before, HTML-escaped; none where the message is not about
    it.
    """
    before = entry.headline_before
    return [markup.escape(message.texts("alert_headline_before", title=before))] if before else []


def volume(message: Message) -> str:
    """What is unusual, in a sentence; empty where the message tells of single articles."""
    details = message.details
    if not details:
        return ""
    is_more = details["count"] > details["usual"]
    texts = message.texts
    return texts(
        "alert_volume_more" if is_more else "alert_volume_fewer",
        count=texts.number(message.count),
        usual=texts.number(round(details["usual"], 1)),
        start=local_time(message, str(details["start"])),
        end=local_time(message, str(details["end"])),
    )


def local_time(message: Message, moment: str) -> str:
    """A moment (ISO 8601) in the time zone of the alert, in words."""
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(message.alert.tz))
    return formatting.day(local, message.texts, timed=True)


def _paragraph(message: Message, entry: MessageArticle) -> list[str]:
    is_rtl = formatting.direction(entry.article.get("language")) == "rtl"
    mark = _RIGHT_TO_LEFT_MARK if is_rtl else ""
    published = formatting.published(entry.article, message.texts)
    lines = []
    before = headline_before(message, entry)
    for line in (title(entry), *before, published, *snippets(entry)):
        plain = markup.unescape(_MARK_TAGS.sub("*", line))
        lines.append(mark + " ".join(plain.split()))
    lines.append(f"{message.texts('alert_here')}: {entry.link}")
    if entry.original:
        lines.append(f"{message.texts('original')}: {entry.original}")
    return lines


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
        direction=formatting.direction,
        headline_before=headline_before,
        published=formatting.published,
        snippet=formatting.snippet,
        snippets=snippets,
        title=title,
    )
    return environment
