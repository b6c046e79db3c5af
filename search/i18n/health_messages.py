"""What is wrong with a source, and what to do about it, in the words of a language."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from crawler.health import Code, Finding
from search.i18n.catalogue import Texts
from search.i18n.formatting import day, outcome

_COUNTED: Mapping[Code, str] = {
    **dict.fromkeys(
        ("fails_blocked", "fails_errors", "fails_moved", "fails_robots"), "entry_points"
    ),
    "walled": "pages",
    "lists_nothing": "entry_points",
    "unread": "refused",
}
"""Sentences that have plural forms, and the figure that decides which."""


def sentence(finding: Finding, texts: Texts) -> str:
    """What is wrong."""
    values = {
        name: _FORMS.get(name, _share)(value, texts) for name, value in finding.figures.items()
    }
    return " ".join(_sentence(code, finding.figures, values, texts) for code in finding.codes)


def advice(finding: Finding, source: str, texts: Texts) -> str:
    """What to do about it; `source` is the source's id, and commands stand between backticks."""
    return texts(f"advice_{finding.advice}", source=source)


def _sentence(
    code: Code, figures: Mapping[str, float | str], values: Mapping[str, str], texts: Texts
) -> str:
    key = f"finding_{code}"
    counted = _COUNTED.get(code)
    if counted is None:
        return texts(key, **values)
    return texts.count(key, int(figures[counted]), **values)


def _as_it_is(value: Any, _texts: Texts) -> str:
    return str(value)


def _share(value: Any, texts: Texts) -> str:
    return texts.percent(value)


def _number(value: Any, texts: Texts) -> str:
    return texts.number(value)


def _words(value: Any, texts: Texts) -> str:
    return texts.count("words", round(value))


def _articles(value: Any, texts: Texts) -> str:
    return texts.count("results", round(value))


def _seconds(value: Any, texts: Texts) -> str:
    return texts.seconds(value)


def _hours(value: Any, texts: Texts) -> str:
    return texts.span(timedelta(hours=value))


_FORMS: Mapping[str, Callable[[Any, Texts], str]] = {
    "url": _as_it_is,
    "location": _as_it_is,
    "kind": lambda value, texts: texts(f"kind_{value}"),
    "outcome": outcome,
    "failures": lambda value, texts: texts.count("at_visits", value),
    "entry_points": _number,
    "expected": lambda value, texts: day(datetime.fromisoformat(value), texts, timed=True),
    "hours": _hours,
    "of": _hours,
    "missing": _articles,
    "limit": _articles,
    "blocked": _number,
    "pages": _number,
    "refused": _number,
    "articles": _number,
    "doubled": _number,
    "same_title": _number,
    "words_before": _words,
    "words_after": _words,
    "seconds": _seconds,
    "usual_seconds": _seconds,
}
"""How each figure is told; the others are shares."""
