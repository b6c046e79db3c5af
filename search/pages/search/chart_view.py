"""The chart of a view: its timeline, read and made ready for drawing."""

from dataclasses import dataclass

from indexer.query import Search
from search.api.coverage import watched_steps
from search.i18n.catalogue import Texts
from search.pages.links import Links
from search.pages.search.chart import Chart, ChartOptions, Reader, chart
from search.pages.search.time_window import TimeWindow, window
from search.query.request import line_of, timeline
from search.web.context import AppContext


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart, None where there is nothing to compare, with its options and its time."""

    options: ChartOptions
    window: TimeWindow
    reader: Reader
    chart: Chart | None


def chart_of(context: AppContext, links: Links, texts: Texts, search: Search, tz: str) -> ChartView:
    """The chart of a search in the time zone `tz`, as the view's parameters ask for it. Raises
    `QueryError` and `ParameterError`.
    """
    options = ChartOptions.of(links)
    shown = _window(context, search, options, tz)
    watched = watched_steps(context, search, shown.line)
    body = timeline(context.backend, search, shown.line, watched, options.scale == "share")
    reader = Reader(links, texts, context.source_names)
    return ChartView(options, shown, reader, chart(body, context.backend, search, options, reader))


def _window(context: AppContext, search: Search, options: ChartOptions, tz: str) -> TimeWindow:
    """The time of the chart: all that is asked for, else where nearly all articles lie."""
    line = line_of(context.backend, search, options.interval, tz, context.now())
    if search.start or search.end or options.interval != "auto":
        return TimeWindow(line)
    return window(context.backend, search, line)
