"""The dashboard *Watching*: whether the sources were watched: crawls, lag, silence, errors."""

from indexer.kibana.board import Control, Panel, PanelRow, dashboard
from indexer.kibana.charts import figure, over_time, table
from indexer.kibana.columns import bottom, count, latest, number, steps, top
from indexer.kibana.objects import SavedObject
from indexer.kibana.searches import search
from indexer.kibana.views import DashboardTopic, View, Views

CONTROLS = (
    Control("source", "Source"),
    Control("entry_kind", "Kind of entry point"),
    Control("outcome", "Outcome"),
)
_DESCRIPTION = (
    "Whether the sources were watched, and how quickly. "
    "Silent sources are looked for in the last 90 days."
)
VISITS = "kind: visit"
CRAWLS = "kind: crawl"
FAILED = "kind: visit and succeeded: false"
LOOK_BACK = "now-90d"
"""How far back a silent source is looked for, whatever time the dashboard shows."""


def watching(views: Views) -> list[SavedObject]:
    """The dashboard and what stands on it."""
    view = views.crawls
    crawls = figure(
        DashboardTopic("veille-watching-crawls", "Crawls", view, CRAWLS), count("Crawls")
    )
    about_new = DashboardTopic("veille-watching-new", "New articles", view, CRAWLS)
    new = figure(about_new, number("sum", "new", "New articles"))
    failures = _failures(view)
    outcomes = _outcomes(view)
    lags = _lags(view)
    silent = _silent(view)
    errors = _errors(view)
    failed = _failed(view)
    rows = [
        PanelRow(10, (Panel(crawls, 6), Panel(new, 6), Panel(failures, 8), Panel(outcomes, 28))),
        PanelRow(13, (Panel(lags, 24), Panel(silent, 24, LOOK_BACK))),
        PanelRow(14, (Panel(errors, 48),)),
        PanelRow(14, (Panel(failed, 48),)),
    ]
    board = dashboard(
        DashboardTopic("veille-watching", "Veille: Watching", view),
        _DESCRIPTION,
        rows,
        CONTROLS,
        "now-7d",
    )
    return [crawls, new, failures, outcomes, lags, silent, errors, failed, board]


def _failures(view: View) -> SavedObject:
    about = DashboardTopic("veille-watching-failures", "Visits that failed", view, VISITS)
    return figure(about, count("Visits that failed", FAILED))


def _outcomes(view: View) -> SavedObject:
    about = DashboardTopic(
        "veille-watching-outcomes", "Visits to entry points by outcome", view, VISITS
    )
    visits = count("Visits")
    outcome = top("outcome", "Outcome", 10, visits, other=True)
    return over_time(about, "bar_stacked", steps("at", "Time"), visits, outcome)


def _lags(view: View) -> SavedObject:
    where = f"{CRAWLS} and lag_minutes: *"
    about = DashboardTopic(
        "veille-watching-lag", "Lag from published to searchable, in minutes", view, where
    )
    lag = number("median", "lag_minutes", "Minutes (median)", decimals=1)
    return over_time(about, "line", steps("at", "Time"), lag, top("source", "Source", 12, lag))


def _silent(view: View) -> SavedObject:
    about = DashboardTopic(
        "veille-watching-silent", "Silent sources: the longest without a new article first", view
    )
    news = latest("news_at", "Last new article", column_id="news")
    read = latest("read_at", "Last read", column_id="read")
    return table(
        about,
        [bottom("source", "Source", 50, news)],
        [news, read, count("Visits that failed", FAILED)],
    )


def _errors(view: View) -> SavedObject:
    about = DashboardTopic(
        "veille-watching-errors", "Entry points that can't be read", view, FAILED
    )
    failed = count("Visits")
    rows = [
        top("source", "Source", 20, failed),
        top("entry_point", "Entry point", 10, failed),
        top("outcome", "Outcome", 5, failed),
    ]
    return table(about, rows, [failed, latest("at", "Last time")])


def _failed(view: View) -> SavedObject:
    about = DashboardTopic("veille-failed-visits", "Latest failed visits", view, FAILED)
    return search(about, ("at", "source", "entry_point", "entry_kind", "outcome", "seconds"), "at")
