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
"""The drawing's height, in units of the SVG."""
LEAST_HEIGHT = 1.5
"""A bar of few articles is drawn so high at least, else it could not be seen beside a high one."""
ROWS = 6
"""Values that are told apart in a stack; there are as many colours."""
_ONE_VALUE = ("source", "language")
_INTERVALS: Mapping[str, Interval] = {name: name for name in get_args(Interval)}
Scale = Literal["count", "share"]


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """What the chart is to show; parameters with unknown values are left at their defaults."""

    scale: Scale
    by: str
    interval: Interval

    @classmethod
    def of(cls, links: Links) -> "ChartOptions":
        """The chart of a view."""
        scale: Scale = "share" if links.value("chart") == "share" else "count"
        by = links.value("by")
        interval = links.value("interval")
        return cls(
            scale,
            by if by in STACKS else "",
            _INTERVALS.get(interval, "auto"),
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
            return [list(map(float, row.counts)) for row in self.rows]
        totals = [step.of for step in self.steps]
        return [_percentages(row.counts, totals) for row in self.rows]

    @property
    def most(self) -> float:
        """The highest stack."""
        stacks = [sum(column) for column in zip(*self.values, strict=True)]
        return max(stacks, default=0) or 1


def _percentages(counts: Sequence[int], totals: Sequence[int]) -> list[float]:
    percentages = []
    for count, total in zip(counts, totals, strict=True):
        percentages.append(round(100 * count / total, 3) if total else 0.0)
    return percentages


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a chart is made: the links of the view, the texts, the names of sources."""

    links: Links
    texts: Texts
    names: Mapping[str, str]


def chart(
    body: Mapping[str, Any],
    backend: Backend,
    search: Search,
    options: ChartOptions,
    reader: Reader,
) -> Chart | None:
    """The chart of a timeline as the API answers it; None where there is nothing to compare. Raises
    `QueryError`.
    """
    buckets = body["buckets"]
    if len(buckets) < 2:
        return None
    steps = [_step(bucket, body["interval"], reader) for bucket in buckets]
    total = ChartSeries(reader.texts("articles"), None, [step.count for step in steps])
    rows = []
    if options.by:
        rows = _rows(backend, search, options.by, body, reader)
    if options.by in _ONE_VALUE and rows:
        # An article has one such value at most: what no row counts is left for the others.
        rest = _rest(total, rows)
        if any(rest):
            rows.append(ChartSeries(reader.texts("others"), None, rest))
    return Chart(
        scale=options.scale,
        steps=steps,
        rows=rows or [total],
        undated=body["undated"],
        interval=body["interval"],
        overlapping=options.by not in ("", *_ONE_VALUE),
    )


def _rest(total: ChartSeries, rows: Sequence[ChartSeries]) -> list[int]:
    """For each step the articles that no row counts."""
    rest = list(total.counts)
    for row in rows:
        rest = [left - count for left, count in zip(rest, row.counts, strict=True)]
    return rest


def earlier(span: TimeWindow, reader: Reader) -> dict[str, Any] | None:
    """What lies before the chart: how many articles, since when, and the view of them."""
    if not span.earlier:
        return None
    first, _ = _period(span.first, span.before)
    _, last = _period(span.last, span.before)
    since = _name(span.first, span.before, reader.texts.language)
    return {"total": span.earlier, "since": since, "link": reader.links.between(first, last)}


def _step(bucket: Mapping[str, Any], interval: Interval, reader: Reader) -> Step:
    first, last = _period(bucket["date"], interval)
    watched = bucket["watched"] or {"state": "watched"}
    unwatched = "" if watched["state"] == "watched" else _gap(watched, reader.texts)
    return Step(
        name=_name(bucket["date"], interval, reader.texts.language),
        first=first,
        last=last,
        count=bucket["count"],
        of=bucket.get("of", 0),
        link=reader.links.between(first, last),
        state=watched["state"],
        unwatched=unwatched,
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
        breakdown = matrix(
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
    rows = []
    for row in breakdown["rows"]:
        # The timeline may reach further than the matches do: its other steps have none.
        count_on = dict(zip(breakdown["dates"], row["counts"], strict=True))
        counts = [count_on.get(date, 0) for date in dates]
        rows.append(ChartSeries(row["label"], reader.links.toggled(by, row["value"]), counts))
    return rows


def bars(chart: Chart) -> list[list[tuple[float, float]]]:
    """For each step the bars from the ground up: where each begins from the top and how high it is,
    of `HEIGHT`.
    """
    most = chart.most
    return [_stacked(column, most) for column in zip(*chart.values, strict=True)]


def _stacked(column: Sequence[float], most: float) -> list[tuple[float, float]]:
    top = float(HEIGHT)
    stack = []
    for value in column:
        height = max(HEIGHT * value / most, LEAST_HEIGHT) if value else 0
        top -= height
        stack.append((round(top, 2), round(height, 2)))
    return stack


def descriptions(chart: Chart, texts: Texts) -> list[str]:
    """Each step in words, as a pointer over it or a screen reader tells it."""
    sentences = []
    for step in chart.steps:
        parts = [f"{step.name}: {texts.count('results', step.count)}"]
        if chart.scale == "share":
            share = step.count / step.of if step.of else 0
            parts.append(texts("share_of", share=texts.percent(share)))
        if step.unwatched:
            parts.append(step.unwatched)
        sentences.append(texts("comma").join(parts))
    return sentences


def data(chart: Chart, texts: Texts) -> dict[str, Any]:
    """The chart's values for a script, as JSON values."""
    names = []
    first = []
    last = []
    unwatched: dict[str, list[int]] = {"blind": [], "partly": []}
    for at, step in enumerate(chart.steps):
        names.append(step.name)
        first.append(step.first)
        last.append(step.last)
        if step.state in unwatched:
            unwatched[step.state].append(at)
    return {
        "names": names,
        "descriptions": descriptions(chart, texts),
        "first": first,
        "last": last,
        **unwatched,
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
def _name(start: str, interval: Interval, language: str) -> str:
    if interval == "hour":
        moment = datetime.fromisoformat(start)
        return str(format_datetime(moment, "d MMM y HH:mm", tzinfo=moment.tzinfo, locale=language))
    pattern = {"year": "y", "month": "MMM y"}.get(interval, "d MMM y")
    return str(format_date(date.fromisoformat(start), pattern, locale=language))
