"""Files of articles, pairs and decisions for `veille stories`: JSON Lines, plain or .xz."""

import dataclasses
import lzma
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args

import orjson

from crawler.article import Article, Precision
from crawler.stories import Decision
from search.commands.console import CommandError

_PRECISIONS = get_args(Precision)
_STEP = timedelta(seconds=1)
"""How far apart articles came that do not say when: their order is all that is known."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_articles(path: str) -> list[Article]:
    """The articles of a file ("-" is standard input), in the order of their coming.

    One without `first_seen` came a second after the line before. Raises `CommandError` for a line
    that is no article, with its number.
    """
    articles: list[Article] = []
    seen = _EPOCH

    def take(values: dict[str, Any]) -> None:
        nonlocal seen
        seen = _moment(values, "first_seen") or seen + _STEP
        articles.append(_article(values, seen))

    _each_line(path, "an article", take)
    return articles


def read_decisions(path: str) -> list[Decision]:
    """The decisions of a file, in order."""
    found: list[Decision] = []
    _each_line(path, "a decision", found.append)
    return found


def read_pairs(path: str) -> list[tuple[str, str, str]]:
    """The pairs of a file: the pair's name and the ids of its articles."""
    found: list[tuple[str, str, str]] = []
    _each_line(
        path,
        "a pair",
        lambda values: found.append(
            (_text(values, "pair"), _text(values, "a"), _text(values, "b"))
        ),
    )
    return found


def _each_line(path: str, what: str, take: Callable[[dict[str, Any]], None]) -> None:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            values = orjson.loads(line)
            if not isinstance(values, dict):
                raise ValueError("no JSON object")
            take(values)
        except ValueError as error:
            reason = "no JSON" if isinstance(error, orjson.JSONDecodeError) else error
            raise CommandError(f"{path}, line {number} is not {what}: {reason}.") from error


def _lines(path: str) -> Iterator[bytes]:
    if path == "-":
        yield from sys.stdin.buffer
        return
    try:
        with lzma.open(path) if path.endswith(".xz") else Path(path).open("rb") as lines:
            yield from lines
    except (lzma.LZMAError, EOFError) as error:
        raise CommandError(f"{path} is no whole .xz file: {error}.") from error


def _article(values: dict[str, Any], seen: datetime) -> Article:
    precision = values.get("published_precision")
    article = Article(
        id=_text(values, "id"),
        url=str(values.get("url") or ""),
        title=_text(values, "title", empty=True),
        text=_text(values, "text", empty=True),
        source=_optional(values, "source"),
        language=_optional(values, "language"),
        first_seen=seen,
    )
    return dataclasses.replace(
        article,
        published=_date(values, "published"),
        published_precision=cast(Precision, precision) if precision in _PRECISIONS else None,
        published_earliest=_date(values, "published_earliest"),
        published_latest=_date(values, "published_latest"),
    )


def _text(values: dict[str, Any], name: str, *, empty: bool = False) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not (value or empty):
        raise ValueError(f"it has no {name}")
    return value


def _optional(values: dict[str, Any], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) and value else None


def _moment(values: dict[str, Any], name: str) -> datetime | None:
    value = values.get(name)
    if value is None:
        return None
    moment = _date(values, name)
    if moment is None:
        raise ValueError(f"{name} is no moment")
    return moment


def _date(values: dict[str, Any], name: str) -> datetime | None:
    """A date; None for what is none, as the year that a coarse date is given as."""
    value = values.get(name)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
