"""The body of a message to read: plain text and HTML, by source, right to left where it is."""

import html as markup
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search.alerts.finding_texts import advice_of, sentence_of, unwatched_of
from search.alerts.message import Message, MessageArticle
from search.i18n import formatting

_TEMPLATES = Path(__file__).parents[2] / "templates"
_MARK_TAGS = re.compile(r"</?mark>")
_RIGHT_TO_LEFT_MARK = "\u200f"
_LEAD = 300
"""Characters of an article's beginning that stand for snippets."""
_UNDERLINE = 70
_HEADINGS = {"opened": "findings_opened", "closed": "findings_closed"}
"""The texts that stand above the findings of each state."""


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """A finding as a reader sees it: the source's name, the problem, what was found, what to do
    (nothing where it has ended), and the source's page here.
    """

    source: str
    problem: str
    sentence: str
    advice: str
    link: str


def text(message: Message) -> str:
    """The message as plain text; words that were searched for stand *between stars*."""
    lines = [message.subject, "=" * min(len(message.subject), _UNDERLINE), ""]
    if message.details and message.is_on_findings:
        lines += _finding_lines(message)
    elif message.details:
        lines += [volume(message), ""]
    for source, articles in message.by_source():
        lines += [f"— {source} —", ""]
        for entry in articles:
            lines += [*_paragraph(message, entry), ""]
    texts = message.texts
    lines += [
        f"{texts('alert_sources' if message.is_on_findings else 'alert_all')}: {message.page}",
        f"{texts('alert_pause')}: {message.pause}",
        "",
    ]
    return "\n".join(lines)


def html(message: Message) -> str:
    """The message as HTML that loads nothing."""
    template = _environment().get_template("mail.html")
    return template.render(
        message=message, texts=message.texts, volume=volume(message), findings=findings(message)
    )


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
    if not details or message.is_on_findings:
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


def findings(message: Message) -> list[tuple[str, list[SourceFinding]]]:
    """What began and what ended, each with its heading; empty where the message tells of
    articles.
    """
    if not message.details or not message.is_on_findings:
        return []
    sections = []
    for state, heading in _HEADINGS.items():
        rows = message.details[state]
        if rows:
            told = [_source_finding(message, row, state) for row in rows]
            sections.append((message.texts(heading), told))
    return sections


def local_time(message: Message, moment: str) -> str:
    """A moment (ISO 8601) in the time zone of the alert, in words."""
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(message.alert.tz))
    return formatting.day(local, message.texts, timed=True)


def _source_finding(message: Message, row: Mapping[str, Any], state: str) -> SourceFinding:
    source = str(row["source"])
    texts = message.texts
    name = message.sources.get(source, source)
    problem = texts(f"problem_{row['problem']}")
    sentence = sentence_of(row, local_time(message, row["since"]), texts)
    advice = advice_of(row, texts) if state == "opened" else ""
    link = f"{message.home}/sources/{quote(source, safe='')}"
    return SourceFinding(name, problem, sentence, advice, link)


def _finding_lines(message: Message) -> list[str]:
    lines: list[str] = []
    for heading, rows in findings(message):
        lines += [f"— {heading} —", ""]
        for row in rows:
            paragraph = (f"{row.source}: {row.problem}", row.sentence, row.advice, row.link)
            lines += [line for line in paragraph if line]
            lines.append("")
    missing = unwatched_of(message.details or {}, message.texts)
    return [*lines, missing, ""] if missing else lines


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
        unwatched=unwatched_of,
    )
    return environment
