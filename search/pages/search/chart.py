"""Attention over time as the page draws it: stacked bars, each step a link to its own period.

The server draws it as SVG; where scripts run, the same values become a chart that can be dragged
over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, get_args

from babel.dates import format_date, format_datetime

from indexer.backend import Backend
from indexer.query import Interval, QueryError, Search
from search.i18n.catalogue import Texts
from search.pages.links import Links
from search.pages.search.time_window import TimeWindow
from search.query.breakdown import matrix

STACKS = ("source", "topic", "place", "language")
HEIGHT = 100
ROWS = 6
_ONE_VALUE = ("source", "language")
_INTERVALS: tuple[str, ...] = get_args(Interval)
Scale = Literal["count", "share"]


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """What the chart is to show; what its parameters say wrongly is left at its default."""

    scale: Scale
    by: str
    interval: Interval

    @classmethod
    def of(cls, links: Links) -> "ChartOptions":
        """The chart of a view."""
        by, interval = links.value("by"), links.value("interval")
        return cls(
            "share" if links.value("chart") == "share" else "count",
            by if by in STACKS else "",
            interval if interval in _INTERVALS else "auto",  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One series of the stack: the label of its value, and a number for each step."""

    label: str
    link: str | None
    counts: list[int]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name and bounds, its count, all articles of it where shares are shown, how its
    time was watched.
    """

    name: str
    first: str
    last: str
    count: int
    of: int
    link: str
    state: str
    unwatched: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing; `values` are what a step's rows are drawn as: counts, or percentages of
    all articles.
    """

    scale: Scale
    steps: list[Step]
    rows: list[ChartSeries]
    undated: int
    interval: Interval
    overlapping: bool

    @property
    def values(self) -> list[list[float]]:
        """A list for each row."""
        if self.scale == "count":
            return [[float(count) for count in row.counts] for row in self.rows]
        of = [step.of for step in self.steps]
        return [
            [
                round(100 * n / all_, 3) if all_ else 0.0
                for n, all_ in zip(row.counts, of, strict=True)
            ]
            for row in self.rows
        ]

    @property
    def most(self) -> float:
        """The highest stack."""
        return max((sum(column) for column in zip(*self.values, strict=True)), default=0) or 1


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a chart is made: the links of the view, the texts, the names of sources."""

    links: Links
    texts: Texts
    names: Mapping[str, str]


def chart(
    body: Mapping[str, Any], backend: Backend, search: Search, asked: ChartOptions, reader: Reader
) -> Chart | None:
    """The chart of a timeline as the API answers it; None where there is nothing to compare. Raises
    `QueryError`.
    """
    buckets = body["buckets"]
    if len(buckets) < 2:
        return None
    steps = [_step(bucket, body["interval"], reader) for bucket in buckets]
    whole = ChartSeries(reader.texts("articles"), None, [step.count for step in steps])
    rows = _rows(backend, search, asked.by, body, reader) if asked.by else [whole]
    if asked.by in _ONE_VALUE and rows:
        rest = [
            all_ - sum(parts)
            for all_, *parts in zip(whole.counts, *(row.counts for row in rows), strict=True)
        ]
        rows += [ChartSeries(reader.texts("others"), None, rest)] if any(rest) else []
    overlapping = asked.by not in ("", *_ONE_VALUE)
    return Chart(
        asked.scale, steps, rows or [whole], body["undated"], body["interval"], overlapping
    )


def earlier(span: TimeWindow, reader: Reader) -> dict[str, Any] | None:
    """What lies before the chart: how many articles, since when, and the view of them."""
    if not span.earlier:
        return None
    first, last = _period(span.first, span.before)[0], _period(span.last, span.before)[1]
    since = _named(span.first, span.before, reader.texts.language)
    return {"total": span.earlier, "since": since, "link": reader.links.between(first, last)}


def _step(bucket: Mapping[str, Any], interval: Interval, reader: Reader) -> Step:
    first, last = _period(bucket["date"], interval)
    watched = bucket["watched"] or {"state": "watched"}
    name, link = (
        _named(bucket["date"], interval, reader.texts.language),
        reader.links.between(first, last),
    )
    unwatched = "" if watched["state"] == "watched" else _gap(watched, reader.texts)
    return Step(
        name, first, last, bucket["count"], bucket.get("of", 0), link, watched["state"], unwatched
    )


def _gap(watched: Mapping[str, Any], texts: Texts) -> str:
    """How much of a step was watched, and why not all of it."""
    state = texts(f"{watched['state']}_time", share=texts.percent(watched["share"]))
    reasons = texts("comma").join(texts(f"reason_{reason}") for reason in watched["reasons"])
    return f"{state} ({reasons})" if reasons else state


def _rows(
    backend: Backend, search: Search, by: str, body: Mapping[str, Any], reader: Reader
) -> list[ChartSeries]:
    """A row for each of the most frequent values; none where there are too many steps for that."""
    field: Any = by
    try:
        found = matrix(
            backend,
            search,
            field,
            body["interval"],
            body["tz"],
            ROWS,
            reader.texts.language,
            reader.names,
        )
    except QueryError:
        return []
    dates = [bucket["date"] for bucket in body["buckets"]]
    return [
        ChartSeries(
            row["label"],
            reader.links.toggled(by, row["value"]),
            _placed(dates, found["dates"], row["counts"]),
        )
        for row in found["rows"]
    ]


def _placed(dates: Sequence[str], known: Sequence[str], counts: Sequence[int]) -> list[int]:
    """The counts at the steps of the whole timeline, which may reach further than the matches do."""
    at = dict(zip(known, counts, strict=True))
    return [at.get(date, 0) for date in dates]


def drawn(chart: Chart) -> list[list[tuple[float, float]]]:
    """For each step the bars from the ground up: where each begins from the top and how high it is,
    of `HEIGHT`.
    """
    columns, most = list(zip(*chart.values, strict=True)), chart.most
    return [_stacked(column, most) for column in columns]


def _stacked(column: Sequence[float], most: float) -> list[tuple[float, float]]:
    ground, bars = float(HEIGHT), []
    for value in column:
        height = max(HEIGHT * value / most, 1.5) if value else 0
        ground -= height
        bars.append((round(ground, 2), round(height, 2)))
    return bars


def told(chart: Chart, texts: Texts) -> list[str]:
    """What each step says in words."""
    said = []
    for step in chart.steps:
        parts = [f"{step.name}: {texts.count('results', step.count)}", step.unwatched]
        if chart.scale == "share":
            parts.insert(
                1, texts("share_of", share=texts.percent(step.count / step.of if step.of else 0))
            )
        said.append(texts("comma").join(filter(None, parts)))
    return said


def data(chart: Chart, texts: Texts) -> dict[str, Any]:
    """The chart's values for a script, as JSON values."""
    return {
        "names": [step.name for step in chart.steps],
        "told": told(chart, texts),
        "first": [step.first for step in chart.steps],
        "last": [step.last for step in chart.steps],
        "blind": [at for at, step in enumerate(chart.steps) if step.state == "blind"],
        "partly": [at for at, step in enumerate(chart.steps) if step.state == "partly"],
        "rows": [row.label for row in chart.rows],
        "values": chart.values,
        "percent": chart.scale == "share",
    }


def _period(start: str, interval: Interval) -> tuple[str, str]:
    """The values of `from` and `to` that mean this step."""
    match interval:
        case "hour":
            return start[:16], f"{start[:13]}:59"
        case "week":
            return start, (date.fromisoformat(start) + timedelta(days=6)).isoformat()
        case "month":
            return start[:7], start[:7]
        case "year":
            return start[:4], start[:4]
    return start, start


@lru_cache(10_000)
def _named(start: str, interval: Interval, language: str) -> str:
    if interval == "hour":
        moment = datetime.fromisoformat(start)
        return str(format_datetime(moment, "d MMM y HH:mm", tzinfo=moment.tzinfo, locale=language))
    patterns = {"year": "y", "month": "MMM y"}
    return str(
        format_date(date.fromisoformat(start), patterns.get(interval, "d MMM y"), locale=language)
    )
